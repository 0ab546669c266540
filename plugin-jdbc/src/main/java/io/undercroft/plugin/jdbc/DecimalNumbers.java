package io.undercroft.plugin.jdbc;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Tells which numbers a decimal type of {@value #DIGITS} digits holds as they are, {@value #SCALE}
 * of them behind the point. Those it compares exactly.
 */
final class DecimalNumbers {
  static final int DIGITS = 65;
  static final int SCALE = 38;

  private static final int BEFORE = DIGITS - SCALE;

  private DecimalNumbers() {}

  /**
   * Returns whether a number of a document is held. {@code 0e1} is not: MariaDB 11 takes it for no
   * JSON.
   */
  static boolean isHeld(String written) {
    boolean zero = written.length() > 1 && written.charAt(0) == '0' && written.charAt(1) != '.';
    return !zero && written.length() < DIGITS && holds(new BigDecimal(written));
  }

  static boolean holds(BigDecimal number) {
    if (number.signum() == 0) {
      return true;
    }
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() <= SCALE && !isBeyond(stripped);
  }

  /** Returns whether it is before or behind everything that is held. */
  static boolean isBeyond(BigDecimal number) {
    return (long) number.precision() - number.scale() > BEFORE;
  }

  /** Returns the greatest number that is not greater, as far as digits behind the point go. */
  static BigDecimal floor(BigDecimal number) {
    return number.scale() <= SCALE ? number : number.setScale(SCALE, RoundingMode.FLOOR);
  }

  /** Returns a number as the engine is to read it. */
  static String text(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
