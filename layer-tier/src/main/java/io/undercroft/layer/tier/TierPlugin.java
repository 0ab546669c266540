package io.undercroft.layer.tier;

import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The layer {@code tier}: the storage's own backend is hot; other storages are warm and cold.
 *
 * <p><b>Threads:</b> safe for concurrent use; holds no state.
 */
public final class TierPlugin implements LayerPlugin {
  /** Does no work. */
  public TierPlugin() {}

  @Override
  public String id() {
    return TierLayer.ID;
  }

  @Override
  public List<Option<?>> options() {
    return TierSettings.ALL;
  }

  @Override
  public Set<String> storages(Settings settings) {
    TierSettings tiers = TierSettings.of(settings);
    Set<String> names = new TreeSet<>();
    tiers.warm().ifPresent(names::add);
    tiers.cold().ifPresent(names::add);
    return names;
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    return new TierLayer(TierSettings.of(settings), context);
  }
}
