package io.undercroft.runtime.memory;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The plugin {@code memory}: entries in this process's heap. Offers KeyValue, Batch, Commit, Expiry
 * and IndexHome.
 *
 * <p>Reads take no lock; a commit becomes visible to them in one step. Nothing is durable, and no
 * thread is used: what has expired is given back by later writes and by {@code size()}.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Blocking:</b> never on I/O; a write waits for
 * other writes of the same keys.
 */
public final class MemoryPlugin implements StoragePlugin {
  static final Option<Long> MAX_ENTRIES =
      Option.longs("max-entries")
          .doc("how many entries at most; a write beyond is QUOTA_EXCEEDED")
          .atLeast(1L)
          .optional();
  static final Option<Long> MAX_BYTES =
      Option.bytes("max-bytes")
          .doc("how many bytes all values together at most; a write beyond is QUOTA_EXCEEDED")
          .atLeast(1L)
          .optional();

  /** The map is sized for what the user expects, within reason. */
  private static final long MOST_EXPECTED = 1L << 20;

  private static final long USUAL = 16;

  /** Does no work, as {@link StoragePlugin} asks. */
  public MemoryPlugin() {}

  @Override
  public String id() {
    return "memory";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(MAX_ENTRIES, MAX_BYTES);
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    Room room = new Room(number(settings.find(MAX_ENTRIES)), number(settings.find(MAX_BYTES)));
    int expected = (int) Math.min(context.expectedSize().orElse(USUAL), MOST_EXPECTED);
    return new MemoryBackend(new Entries(expected, room, context.clock()));
  }

  private static OptionalLong number(Optional<Long> value) {
    return value.map(OptionalLong::of).orElse(OptionalLong.empty());
  }
}
