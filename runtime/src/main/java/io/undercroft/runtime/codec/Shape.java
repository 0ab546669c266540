package io.undercroft.runtime.codec;

/**
 * How the values of one type lie in a document.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
interface Shape<T> {
  /** Writes one value. */
  void write(T value, DocumentGenerator to);

  /** Reads one value, perhaps without reading all of the document; never null. */
  T read(DocumentParser from);

  /** Returns whether what made {@link #read} fail is gone now, so that it is worth a second try. */
  default boolean mended(RuntimeException failure) {
    return false;
  }
}
