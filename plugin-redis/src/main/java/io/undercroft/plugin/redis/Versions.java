package io.undercroft.plugin.redis;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes versions that nobody has made before: a number that is drawn once for each opening, and one
 * that counts. They need nothing of the server, so that one that lost its data does not repeat
 * them.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Versions {
  private final String opening;
  private final AtomicLong count = new AtomicLong();

  Versions() {
    this.opening = Long.toUnsignedString(new SecureRandom().nextLong(), 36) + "-";
  }

  String next() {
    return opening + Long.toString(count.incrementAndGet(), 36);
  }
}
