package io.undercroft.it.layers;

import io.undercroft.spi.Around;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.tool.Tiers;
import io.undercroft.testkit.MutableClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A folder as the hot tier, SQLite as the warm one, a second folder as the cold one, which can be
 * taken away; values are compressed.
 */
final class TieredRooms implements AutoCloseable {
  private static final String NAME = "rooms";
  private static final String WARM = "warm";
  private static final String COLD = "cold";

  /** Where the layer keeps its lease, which is no copy. */
  private static final String LEASE = ".undercroft-tier-lease";

  final MutableClock clock = MutableClock.atNow();

  /** How many calls the cold tier answers before it goes away; negative for all. */
  final AtomicLong coldCalls = new AtomicLong(-1);

  final AtomicInteger refused = new AtomicInteger();
  private final Undercroft undercroft;

  /** What is stored. */
  public record Room(int number, long written, String state, String more) {}

  TieredRooms(Path folder, String rules) {
    Map<String, Map<String, String>> settings = settings(folder, rules);
    Undercroft.Builder builder = Undercroft.builder().withoutAmbientConfig().clock(clock);
    settings.forEach(
        (name, own) -> {
          Map<String, String> relaxed = new HashMap<>(own);
          relaxed.put("durability", "relaxed"); // nobody cuts the power here
          builder.storage(name, relaxed);
        });
    undercroft = builder.wrap(COLD, outages()).open();
  }

  private static Map<String, Map<String, String>> settings(Path folder, String rules) {
    return Map.of(
        NAME,
        Map.of(
            "type",
            "file",
            "path",
            folder.resolve("hot").toString(),
            "compression",
            "gzip",
            "layers",
            "tier",
            "tier.warm",
            WARM,
            "tier.cold",
            COLD,
            "tier.rules",
            rules),
        WARM,
        Map.of("type", "sqlite", "database", folder.resolve("warm.db").toString()),
        COLD,
        Map.of("type", "file", "path", folder.resolve("cold").toString()));
  }

  /** Returns the configuration of another process, which reads beside this one. */
  static List<String> readerProperties(Path folder, String rules) {
    List<String> properties = new ArrayList<>();
    settings(folder, rules)
        .forEach(
            (name, own) -> {
              own.forEach(
                  (key, text) -> properties.add("storages." + name + "." + key + "=" + text));
              if ("file".equals(own.get("type"))) {
                properties.add("storages." + name + ".access=read-only");
              }
            });
    return properties;
  }

  private Around outages() {
    return (call, next) -> {
      if (coldCalls.get() == 0) {
        refused.incrementAndGet();
        throw StorageException.of(ErrorCode.CONNECTION_LOST, "it is away");
      }
      coldCalls.updateAndGet(left -> left <= 0 ? left : left - 1);
      return next.proceed(call);
    };
  }

  Storage<Room> rooms() {
    return undercroft.storage(NAME, Room.class);
  }

  Tiers tiers() {
    return undercroft.tool(NAME, Tiers.class);
  }

  List<String> warm() {
    return copies(WARM);
  }

  List<String> cold() {
    return copies(COLD);
  }

  private List<String> copies(String storage) {
    try (Stream<String> keys = undercroft.storage(storage, byte[].class).keys()) {
      return keys.filter(key -> !key.equals(LEASE)).sorted().toList();
    }
  }

  @Override
  public void close() {
    undercroft.close();
  }
}
