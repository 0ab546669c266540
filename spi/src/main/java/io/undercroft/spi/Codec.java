package io.undercroft.spi;

/**
 * Turns values of one type into bytes and back.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Errors:</b> SERIALIZATION_FAILED, which names the
 * type and the place, never the content.
 */
public interface Codec<T> {
  /** Returns the media type of what {@link #encode} gives: {@code "application/json"}. */
  String contentType();

  /** Returns the bytes of a value; a new array. */
  byte[] encode(T value);

  /**
   * Returns the value of bytes. Anything that is not exactly one value is refused: trailing bytes,
   * a name twice in one object, nesting or numbers beyond the codec's limits.
   *
   * @param bytes not to be changed
   * @param contentType the media type that the entry was written with, perhaps by another codec;
   *     one that this codec does not know is SERIALIZATION_FAILED
   */
  T decode(byte[] bytes, String contentType);
}
