package io.undercroft.plugin.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Tells which decimal numbers an engine compares exactly that holds whole numbers in 64 bits and
 * all others in binary floating point.
 *
 * <p>Of all decimals that one {@code double} stands for, only the shortest is such a number; so no
 * two of them are taken for each other, and their order is kept. Between 2<sup>53</sup> and
 * 2<sup>63</sup> it must be exact, because it may be compared with whole numbers.
 */
final class BinaryNumbers {
  private static final int ALWAYS = 15;
  private static final int ENOUGH = 17;
  private static final int LARGEST_EXPONENT = 290;
  private static final BigDecimal EXACT = BigDecimal.valueOf(1L << 53);
  private static final BigDecimal BEYOND_LONG = new BigDecimal(BigInteger.ONE.shiftLeft(63));

  private BinaryNumbers() {}

  /** Returns whether it is a whole number of 64 bits. */
  static boolean isLong(BigDecimal number) {
    if (number.signum() == 0) {
      return true;
    }
    long digits = (long) number.precision() - number.scale();
    if (digits < 1 || digits > 19) {
      return false;
    }
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() <= 0 && stripped.toBigIntegerExact().bitLength() < Long.SIZE;
  }

  /**
   * Returns whether a number is compared exactly.
   *
   * @param writtenWhole whether it is written without a point and without a power of ten
   */
  static boolean holds(BigDecimal number, boolean writtenWhole) {
    if (number.signum() == 0) {
      return true;
    }
    if (writtenWhole && isLong(number)) {
      return true;
    }
    long exponent = (long) number.precision() - number.scale();
    if (Math.abs(exponent) > LARGEST_EXPONENT) {
      return false;
    }
    double binary = number.doubleValue();
    BigDecimal magnitude = number.abs();
    return isBesideLongs(magnitude)
        ? new BigDecimal(binary).compareTo(number) == 0
        : shortest(binary).compareTo(number) == 0;
  }

  /** Returns the decimal that a double stands for, where it is one that {@link #holds}. */
  static BigDecimal decimal(double binary) {
    BigDecimal exact = new BigDecimal(binary);
    return isBesideLongs(exact.abs()) ? exact : shortest(binary);
  }

  private static boolean isBesideLongs(BigDecimal magnitude) {
    return magnitude.compareTo(EXACT) >= 0 && magnitude.compareTo(BEYOND_LONG) < 0;
  }

  /**
   * What divides the numbers that {@link #holds} as a decimal does that is none of them.
   *
   * @param at a long or a double, infinite if all of them are on one side
   * @param isLess whether this is less than the decimal, so that it is on its lower side
   */
  record Divide(Number at, boolean isLess) {}

  /** Returns what divides the others as this number does, which is none of them. */
  static Divide divide(BigDecimal number) {
    if (isBesideLongs(number.abs())) {
      return new Divide(number.setScale(0, RoundingMode.FLOOR).longValueExact(), true);
    }
    double binary = number.doubleValue();
    return Double.isInfinite(binary)
        ? new Divide(binary, binary < 0)
        : new Divide(binary, shortest(binary).compareTo(number) < 0);
  }

  private static BigDecimal shortest(double binary) {
    BigDecimal exact = new BigDecimal(binary);
    for (int digits = ALWAYS; digits < ENOUGH; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == binary) {
        return rounded;
      }
    }
    return exact.round(new MathContext(ENOUGH, RoundingMode.HALF_EVEN));
  }
}
