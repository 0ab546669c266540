package io.undercroft.layer.guard;

import dev.failsafe.Bulkhead;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import java.time.Duration;
import java.util.List;

/**
 * The layer {@code bulkhead}: no more than so many operations at a time; who finds no place within
 * a time is TIMEOUT, and nothing was done.
 *
 * <p>Exempt is what happens inside a transaction, and its end: who waits for a place there would
 * keep others waiting.
 */
public final class BulkheadLayerPlugin implements LayerPlugin {
  static final Option<Integer> MAX_CONCURRENT =
      Option.integer("max-concurrent")
          .doc("how many operations may be under way at a time")
          .atLeast(1)
          .required();
  static final Option<Duration> MAX_WAIT =
      Option.duration("max-wait")
          .doc("how long one waits for its place; then it is TIMEOUT, and nothing was done")
          .orElse(Duration.ofSeconds(1))
          .atLeast(Duration.ZERO);

  /** Does no work, as {@link LayerPlugin} asks. */
  public BulkheadLayerPlugin() {}

  @Override
  public String id() {
    return BulkheadAround.ID;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(MAX_CONCURRENT, MAX_WAIT);
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    int most = settings.get(MAX_CONCURRENT);
    return new BulkheadAround(Bulkhead.of(most), most, settings.get(MAX_WAIT));
  }
}
