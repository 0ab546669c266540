package io.undercroft.plugin.jdbc;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives every write a version of its own: a random text for each opening, and a number. So no two
 * processes ever give the same, and nobody has to ask the database.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Versions {
  private static final int RADIX = 36;

  private final String opening;
  private final AtomicLong count = new AtomicLong();

  Versions(SecureRandom random) {
    this.opening =
        Long.toUnsignedString(random.nextLong(), RADIX)
            + Long.toUnsignedString(random.nextLong(), RADIX)
            + "-";
  }

  String next() {
    return opening + Long.toString(count.incrementAndGet(), RADIX);
  }
}
