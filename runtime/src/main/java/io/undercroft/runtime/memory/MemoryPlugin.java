package io.undercroft.runtime.memory;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import java.util.List;

/**
 * The plugin {@code memory}: entries in this process's heap. Offers KeyValue, Batch, Commit and
 * Expiry.
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
    throw new UnsupportedOperationException("comes with the next commit");
  }
}
