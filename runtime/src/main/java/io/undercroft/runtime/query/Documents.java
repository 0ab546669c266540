package io.undercroft.runtime.query;

import io.undercroft.storage.StorageException;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonParser;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Stored bytes as documents and back, whatever form and compression they have.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public interface Documents {
  /**
   * Reads one value as far as the function goes; what it leaves is not looked at.
   *
   * @param contentType as the entry was written with
   * @param reading gets a parser before its first event, and does not keep it
   * @return what the function returns
   * @throws StorageException SERIALIZATION_FAILED if the bytes up to there are not the beginning of
   *     one document, without a word of content; UNSUPPORTED, naming the form, if its values are no
   *     documents
   */
  <R> R read(byte[] value, String contentType, Function<JsonParser, R> reading);

  /** As {@link #read}, but what the function leaves is checked after it, to the last byte. */
  <R> R readWhole(byte[] value, String contentType, Function<JsonParser, R> reading);

  /** Returns the bytes of the one document that is written, in the form {@link #WRITTEN}. */
  byte[] write(Consumer<JsonGenerator> writing);

  /** The content type of what {@link #write} gives. */
  String WRITTEN = "application/json";
}
