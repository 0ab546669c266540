package io.undercroft.runtime.codec;

/**
 * A way to make bytes fewer, and back. Every one of them holds a checksum and knows its end: bytes
 * that were changed, cut off or added are found.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
interface Compression {
  /** Returns fewer bytes, as a rule. */
  byte[] compress(byte[] in);

  /**
   * Returns the bytes that were compressed. What the input claims about their number is not
   * believed before it is plausible.
   *
   * @param most more than that many are refused
   * @throws Corrupt if they are more, or the input is not what {@link #compress} gives
   */
  byte[] expand(byte[] in, int most) throws Corrupt;

  /** Compressed bytes that cannot be expanded; the message is safe to show. */
  final class Corrupt extends Exception {
    private static final long serialVersionUID = 1L;

    private final String what;

    Corrupt(String what) {
      super(what);
      this.what = what;
    }

    String what() {
      return what;
    }

    static Corrupt tooLarge(int most) {
      return new Corrupt("it expands to more than " + most + " bytes");
    }

    static Corrupt damaged() {
      return new Corrupt("the compressed bytes are damaged");
    }

    static Corrupt cutOff() {
      return new Corrupt("the compressed bytes are cut off");
    }

    static Corrupt trailing() {
      return new Corrupt("there is more after the end of the compressed bytes");
    }
  }
}
