package io.undercroft.layer.tier;

import io.undercroft.spi.Around;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.tool.Tiers;
import io.undercroft.testkit.MutableClock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A storage in memory with a warm and a cold tier in memory, whose cold one can be taken away. */
final class Tiered implements AutoCloseable {
  static final String NAME = "rooms";
  static final String WARM = "rooms-warm";
  static final String COLD = "rooms-cold";

  final MutableClock clock = MutableClock.atNow();

  /** How many calls of the cold tier are answered before it goes away; negative for all. */
  final AtomicLong coldCalls = new AtomicLong(-1);

  /** How many calls of the hot tier are answered before the process is as good as dead. */
  final AtomicLong hotCalls = new AtomicLong(-1);

  final AtomicInteger outages = new AtomicInteger();
  private final Undercroft undercroft;

  Tiered(String rules, String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("type", "memory");
    all.put("layers", "tier");
    all.put("tier.warm", WARM);
    all.put("tier.cold", COLD);
    all.put("tier.rules", rules);
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    undercroft =
        Undercroft.builder()
            .withoutAmbientConfig()
            .clock(clock)
            .storage(NAME, all)
            .storage(WARM, Map.of("type", "memory"))
            .storage(COLD, Map.of("type", "memory"))
            .wrap(COLD, breaking(coldCalls))
            .wrap(NAME, new BelowTheTiers(breaking(hotCalls)))
            .open();
  }

  private Around breaking(AtomicLong calls) {
    return (call, next) -> {
      if (calls.get() == 0) {
        outages.incrementAndGet();
        throw StorageException.of(ErrorCode.CONNECTION_LOST, "it is away");
      }
      calls.updateAndGet(left -> left < 0 ? left : left - 1);
      return next.proceed(call);
    };
  }

  /** An around that stands between the tiers and the hot backend. */
  private record BelowTheTiers(Around around) implements Around {
    @Override
    public Stage stage() {
      return Stage.GUARD;
    }

    @Override
    public Object around(io.undercroft.spi.Call call, Next next) throws Exception {
      return around.around(call, next);
    }
  }

  Storage<String> rooms() {
    return undercroft.storage(NAME, String.class);
  }

  <T> Storage<T> rooms(Class<T> type) {
    return undercroft.storage(NAME, type);
  }

  /** Returns the keys that lie in a storage of a colder tier, but for the lease. */
  List<String> keysIn(String storage) {
    try (var keys = undercroft.storage(storage, byte[].class).keys()) {
      return keys.filter(key -> !key.equals(Lease.KEY)).sorted().toList();
    }
  }

  Tiers tiers() {
    return undercroft.tool(NAME, Tiers.class);
  }

  List<Tiers.Move> apply() {
    return tiers().apply(clock.instant(), move -> {});
  }

  @Override
  public void close() {
    undercroft.close();
  }
}
