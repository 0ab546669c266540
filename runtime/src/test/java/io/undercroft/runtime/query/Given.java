package io.undercroft.runtime.query;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.storage.query.Condition;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the tests of queries start from. */
final class Given {
  /** As the storages have them. */
  static final Documents DOCUMENTS =
      new Documents() {
        private final StoredDocuments stored = new StoredDocuments(CodecLimits.DEFAULT);

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
      };

  private Given() {}

  static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns what the compiled condition says of a document, reading no more than it asks for. */
  static boolean matches(Condition condition, String document) {
    return matches(condition, json(document), "application/json");
  }

  static boolean matches(Condition condition, byte[] document, String contentType) {
    Wanted wanted = Wanted.nothing();
    Matching matching = Matching.of(condition, wanted);
    return matching.matches(DOCUMENTS.read(document, contentType, wanted::read));
  }

  /** Returns a value of a document as queries see it. */
  static Object value(String json) {
    return DOCUMENTS.read(json(json), "application/json", Wanted::readWhole);
  }
}
