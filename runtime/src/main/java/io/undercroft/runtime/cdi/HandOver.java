package io.undercroft.runtime.cdi;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was opened at deployment, on its way to the running application.
 *
 * <p>The extension and the beans share nothing but the parameters of synthetic beans, which are
 * text; so what is handed over waits here under a random id until the first bean takes it. A
 * deployment that the container gives up in between leaves its entry behind; the next one closes
 * it.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class HandOver {
  /** No container takes so long between the end of its validation and its first bean. */
  private static final long ABANDONED_NANOS = Duration.ofMinutes(10).toNanos();

  private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
  private static final Map<String, Waiting> WAITING = new ConcurrentHashMap<>();

  private HandOver() {}

  private record Waiting(Opened opened, long since) {}

  static void put(String id, Opened opened) {
    long now = System.nanoTime();
    closeAbandoned(now);
    WAITING.put(id, new Waiting(opened, now));
  }

  static Optional<Opened> take(String id) {
    return Optional.ofNullable(WAITING.remove(id)).map(Waiting::opened);
  }

  /** Returns how many wait. */
  static int waiting() {
    return WAITING.size();
  }

  /** Takes all that wait, whoever they are for. */
  static List<Opened> takeAll() {
    return WAITING.keySet().stream().flatMap(id -> take(id).stream()).toList();
  }

  private static void closeAbandoned(long now) {
    WAITING.forEach(
        (id, waiting) -> {
          if (now - waiting.since() > ABANDONED_NANOS && WAITING.remove(id, waiting)) {
            LOG.info("closing the storages of a deployment that was given up");
            waiting.opened().undercroft().close();
          }
        });
  }
}
