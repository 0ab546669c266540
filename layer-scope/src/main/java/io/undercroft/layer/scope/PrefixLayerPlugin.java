package io.undercroft.layer.scope;

import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The layer {@code prefix}: several tenants in one backend, each with a storage that knows nothing
 * of the others.
 *
 * <p>Every key has the tenant's name and a {@code /} in front of it below, and not above. No
 * operation of any facet reaches a key of another tenant: {@code clear} removes, {@code size}
 * counts, scans hand out and a watch tells only what is the tenant's own. What cannot be scoped is
 * taken away: the engine's own queries and indexes, for which the runtime's take their place where
 * it has them, and facets of a plugin's own.
 */
public final class PrefixLayerPlugin implements LayerPlugin {
  static final Option<String> TENANT =
      Option.string("tenant")
          .doc("whose storage it is; the keys of one tenant are not seen by another")
          .check(text -> text.indexOf(Prefix.SEPARATOR) < 0, "must not contain '/'")
          .check(text -> text.chars().noneMatch(Character::isISOControl), "must be printable")
          .check(
              text -> text.getBytes(StandardCharsets.UTF_8).length <= Prefix.MOST_BYTES,
              "must be at most " + Prefix.MOST_BYTES + " bytes of UTF-8")
          .required();

  /** Does no work, as {@link LayerPlugin} asks. */
  public PrefixLayerPlugin() {}

  @Override
  public String id() {
    return PrefixLayer.ID;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(TENANT);
  }

  /** A tenant shares a table with other tenants, where the backend lets it be opened twice. */
  @Override
  public Optional<String> scope(Settings settings) {
    return Optional.of(Prefix.of(settings.get(TENANT)).text());
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    return new PrefixLayer(Prefix.of(settings.get(TENANT)));
  }
}
