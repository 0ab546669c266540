package io.undercroft.layer.guard;

import dev.failsafe.RetryPolicy;
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
 * The layer {@code retry}: repeats what failed for a while, where that can do no harm.
 *
 * <p>Reads, and the beginning of a transaction, are repeated after CONNECTION_FAILED,
 * CONNECTION_LOST, TIMEOUT, DEADLOCK_DETECTED and CONSISTENCY_VIOLATION. A single write and a
 * commit are, too, for after these nothing has changed. After UNKNOWN_OUTCOME a write is repeated
 * only if it asks for a version of a key that it writes, and the key still has that version: then
 * it has not happened, and if its first attempt should still arrive, one of the two is refused.
 * Every other unknown outcome is reported as one, and so is whatever follows it.
 *
 * <p>Never repeated: batches of writes and {@code clear}, which may have been done in part; what
 * happens inside a transaction; the pages of a scan.
 */
public final class RetryLayerPlugin implements LayerPlugin {
  static final Option<Integer> ATTEMPTS =
      Option.integer("attempts")
          .doc("how often something is tried, the first time included")
          .orElse(3)
          .atLeast(2)
          .atMost(100);
  static final Option<Duration> DELAY =
      Option.duration("delay")
          .doc(
              "how long before the second attempt, with jitter; twice as long before each further one")
          .orElse(Duration.ofMillis(50))
          .atLeast(Duration.ofMillis(1));
  static final Option<Duration> MAX_DELAY =
      Option.duration("max-delay")
          .doc("how long between two attempts at most")
          .orElse(Duration.ofSeconds(2))
          .atLeast(Duration.ofMillis(2));

  private static final double JITTER = 0.25;

  /** Does no work, as {@link LayerPlugin} asks. */
  public RetryLayerPlugin() {}

  @Override
  public String id() {
    return RetryLayer.ID;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(ATTEMPTS, DELAY, MAX_DELAY);
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    Duration delay = settings.get(DELAY);
    Duration most = settings.get(MAX_DELAY);
    if (delay.compareTo(most) >= 0) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "layer 'retry': retry.delay=%s is not shorter than retry.max-delay=%s; set a shorter one"
              .formatted(delay, most));
    }
    return new RetryLayer(
        new Repeating(
            RetryPolicy.builder()
                .handle(Repeating.Again.class)
                .withMaxAttempts(settings.get(ATTEMPTS))
                .withBackoff(delay, most)
                .withJitter(JITTER)
                .build()));
  }
}
