package io.undercroft.runtime.lifecycle;

import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.query.Documents;
import io.undercroft.runtime.query.Reader;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonParser;
import java.util.Objects;
import java.util.Set;
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
  public Reader inTurn() {
    return reader(stored.row());
  }

  @Override
  public Reader inTurn(Set<String> members) {
    return reader(stored.row(members));
  }

  private static Reader reader(StoredDocuments.Row row) {
    return new Reader() {
      @Override
      public <R> R read(byte[] value, String contentType, Function<JsonParser, R> reading) {
        return row.read(value, contentType, reading);
      }
    };
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
