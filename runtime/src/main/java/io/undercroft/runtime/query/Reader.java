package io.undercroft.runtime.query;

import io.undercroft.storage.StorageException;
import jakarta.json.stream.JsonParser;
import java.util.function.Function;

/** Reads stored bytes as documents, whatever form and compression they have. */
public interface Reader {
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
}
