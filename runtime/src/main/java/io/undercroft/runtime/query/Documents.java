package io.undercroft.runtime.query;

import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonParser;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Stored bytes as documents and back, whatever form and compression they have.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public interface Documents extends Reader {
  /**
   * Returns a reader that keeps what serves again, for documents that are read one after the other.
   *
   * <p><b>Threads:</b> for one at a time. While a function reads one document, it reads no other.
   */
  Reader inTurn();

  /**
   * As {@link #inTurn()}; of a document that is an object its parsers show only the members with
   * these names.
   */
  Reader inTurn(Set<String> members);

  /** As {@link #read}, but what the function leaves is checked after it, to the last byte. */
  <R> R readWhole(byte[] value, String contentType, Function<JsonParser, R> reading);

  /** Returns the bytes of the one document that is written, in the form {@link #WRITTEN}. */
  byte[] write(Consumer<JsonGenerator> writing);

  /** The content type of what {@link #write} gives. */
  String WRITTEN = "application/json";
}
