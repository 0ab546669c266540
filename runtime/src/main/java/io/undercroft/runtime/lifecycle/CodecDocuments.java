package io.undercroft.runtime.lifecycle;

import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.query.Documents;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonParser;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the codecs know of documents, as queries ask for it.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 *
 * @param stored reads and writes them
 */
public record CodecDocuments(StoredDocuments stored) implements Documents {
  /** Checks that nothing is {@code null}. */
  public CodecDocuments {
    Objects.requireNonNull(stored, "stored");
  }

  @Override
  public <R> R read(byte[] value, String contentType, Function<JsonParser, R> reading) {
    return stored.read(value, contentType, reading);
  }

  @Override
  public <R> R readWhole(byte[] value, String contentType, Function<JsonParser, R> reading) {
    return stored.readWhole(value, contentType, reading);
  }

  @Override
  public byte[] write(Consumer<JsonGenerator> writing) {
    return stored.write(writing);
  }
}
