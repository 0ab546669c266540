package io.undercroft.layer.scope;

import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;

/**
 * The layer {@code quota}: a write that would make more entries or more bytes of values than is
 * allowed is QUOTA_EXCEEDED and changes nothing.
 *
 * <p>It is right under any number of threads of this process. It counts once, at the first write,
 * and then keeps account; before it refuses a write it counts again, if something may have gone by
 * itself or by others. What other processes write is not seen until then, so several of them may
 * together go beyond it.
 *
 * <p>Values are counted as they are where the layer stands: inside {@code encrypt} by what is
 * stored, outside {@code prefix} by what this tenant has. Facets of a plugin's own, which may write
 * past it, are taken away.
 */
public final class QuotaLayerPlugin implements LayerPlugin {
  static final Option<Long> MAX_ENTRIES =
      Option.longs("max-entries")
          .doc("how many entries at most; this or max-bytes is required")
          .atLeast(1L)
          .optional();
  static final Option<Long> MAX_BYTES =
      Option.bytes("max-bytes")
          .doc("how many bytes all values together at most; without their keys and metadata")
          .atLeast(1L)
          .optional();

  /** Does no work, as {@link LayerPlugin} asks. */
  public QuotaLayerPlugin() {}

  @Override
  public String id() {
    return QuotaLayer.ID;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(MAX_ENTRIES, MAX_BYTES);
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    if (settings.find(MAX_ENTRIES).isEmpty() && settings.find(MAX_BYTES).isEmpty()) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "layer 'quota' has no limit; set quota.max-entries or quota.max-bytes");
    }
    return new QuotaLayer(settings.find(MAX_ENTRIES), settings.find(MAX_BYTES));
  }
}
