package io.undercroft.runtime.codec;

/**
 * How much a codec takes, in both directions: what it would not read, it does not write.
 *
 * @param depth how deep objects and arrays nest, 1 to 1,000; a document that is one flat object has
 *     depth 1
 * @param numberLength how many characters one number may have in its text form, 1 to 100,000
 * @param exponent the largest power of ten of a number, either way, 0 to 100,000: a number like
 *     1e1000000000 is short, and yet its digits would fill the memory
 * @param bytes the size of one value before compression, in bytes, 1 to 1 GiB
 */
public record CodecLimits(int depth, int numberLength, int exponent, int bytes) {
  private static final int LARGEST = 1 << 30;

  /** Depth 200, numbers of 1,000 characters and exponents up to 9,999, values of 64 MiB. */
  public static final CodecLimits DEFAULT = new CodecLimits(200, 1_000, 9_999, 64 << 20);

  /** Checks the ranges. */
  public CodecLimits {
    if (depth < 1 || depth > 1_000) {
      throw new IllegalArgumentException("depth is " + depth + "; 1 to 1,000 is possible");
    }
    if (numberLength < 1 || numberLength > 100_000) {
      throw new IllegalArgumentException(
          "numberLength is " + numberLength + "; 1 to 100,000 is possible");
    }
    if (exponent < 0 || exponent > 100_000) {
      throw new IllegalArgumentException("exponent is " + exponent + "; 0 to 100,000 is possible");
    }
    if (bytes < 1 || bytes > LARGEST) {
      throw new IllegalArgumentException("bytes is " + bytes + "; 1 to 1,073,741,824 is possible");
    }
  }

  /** Returns the same limits with another size of values; more than 1 GiB is taken as 1 GiB. */
  public CodecLimits withBytes(int most) {
    return new CodecLimits(depth, numberLength, exponent, Math.min(most, LARGEST));
  }
}
