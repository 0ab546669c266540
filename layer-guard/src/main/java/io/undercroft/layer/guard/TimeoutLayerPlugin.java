package io.undercroft.layer.guard;

import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import java.time.Duration;
import java.util.List;

/**
 * The layer {@code timeout}: an operation that takes longer than its limit is interrupted, and is
 * TIMEOUT, or UNKNOWN_OUTCOME if it may have written.
 *
 * <p>Exempt are rollbacks, the making of indexes, and {@code sync}, which has a limit of its own. A
 * backend that does not heed interruption is waited for.
 */
public final class TimeoutLayerPlugin implements LayerPlugin {
  static final Option<Duration> LIMIT =
      Option.duration("limit")
          .doc("how long one operation may take")
          .atLeast(Duration.ofMillis(1))
          .required();

  /** Does no work, as {@link LayerPlugin} asks. */
  public TimeoutLayerPlugin() {}

  @Override
  public String id() {
    return TimeoutAround.ID;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(LIMIT);
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    return new TimeoutAround(settings.get(LIMIT), context.scheduler());
  }
}
