package io.undercroft.layer.guard;

import dev.failsafe.CircuitBreaker;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.List;

/**
 * The layer {@code breaker}: when too many of the latest operations failed because the backend was
 * not there, further ones fail at once, with CONNECTION_FAILED, for a while; then one is let
 * through to see.
 *
 * <p>Failures are CONNECTION_FAILED, CONNECTION_LOST, TIMEOUT and UNKNOWN_OUTCOME. Rollbacks always
 * pass.
 */
public final class BreakerLayerPlugin implements LayerPlugin {
  static final Option<Integer> FAILURES =
      Option.integer("failures")
          .doc("how many failures, among the latest operations, open it")
          .orElse(5)
          .atLeast(1);
  static final Option<Integer> OF =
      Option.integer("of")
          .doc("how many of the latest operations are looked at")
          .orElse(10)
          .atLeast(1);
  static final Option<Duration> DELAY =
      Option.duration("delay")
          .doc("how long it stays open before one operation is let through")
          .orElse(Duration.ofSeconds(5))
          .atLeast(Duration.ofMillis(1));

  /** Does no work, as {@link LayerPlugin} asks. */
  public BreakerLayerPlugin() {}

  @Override
  public String id() {
    return BreakerAround.ID;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(FAILURES, OF, DELAY);
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    int failures = settings.get(FAILURES);
    int of = settings.get(OF);
    if (failures > of) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "layer 'breaker': breaker.failures=%d is more than breaker.of=%d; set no more than that"
              .formatted(failures, of));
    }
    return new BreakerAround(
        CircuitBreaker.builder()
            .withFailureThreshold(failures, of)
            .withDelay(settings.get(DELAY))
            .withSuccessThreshold(1)
            .build());
  }
}
