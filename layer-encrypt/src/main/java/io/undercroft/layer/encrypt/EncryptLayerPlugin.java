package io.undercroft.layer.encrypt;

import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Secret;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import java.util.List;

/**
 * The layer {@code encrypt}: values are stored as AES-GCM makes them, with a nonce of their own
 * each. A value that was altered, or moved to another key, is refused when it is read.
 *
 * <p>Keys, times, deadlines and metadata stay readable, and so does the size of a value. That an
 * entry was put back to an earlier state, or removed, is not noticed.
 *
 * <p>Several keys may be given: the first encrypts, each decrypts what names it. So a key is
 * rotated by putting a new one in front, and the old one may go when every entry was written again.
 * One key is good for 2³² writes.
 *
 * <p>The engine sees into no value any more: its queries, indexes and the plugin's own facets are
 * taken away, and the runtime evaluates queries above.
 */
public final class EncryptLayerPlugin implements LayerPlugin {
  static final Option<Secret> KEYS =
      Option.secret("keys")
          .doc(
              "ID:BASE64 of 16, 24 or 32 random bytes; several with commas between, the first of"
                  + " which encrypts")
          .required();
  static final Option<Boolean> READ_PLAIN =
      Option.bool("read-plain")
          .doc("read entries that were written before this layer was there")
          .orElse(false);

  /** Does no work, as {@link LayerPlugin} asks. */
  public EncryptLayerPlugin() {}

  @Override
  public String id() {
    return EncryptLayer.ID;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(KEYS, READ_PLAIN);
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    KeyRing ring = KeyRing.parse(settings.get(KEYS));
    return new EncryptLayer(new Seal(ring, settings.get(READ_PLAIN)));
  }
}
