package io.undercroft.runtime.query;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.lifecycle.CodecDocuments;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Queries.Found;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.query.Condition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the tests of queries start from. */
final class Given {
  /** As the storages have them. */
  static final Documents DOCUMENTS = new CodecDocuments(new StoredDocuments(CodecLimits.DEFAULT));

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

  /** Returns an entry with a document as its value. */
  static Found found(byte[] document, String contentType) {
    EntryMeta meta =
        new EntryMeta("1", Instant.EPOCH, Instant.EPOCH, Optional.empty(), contentType, Map.of());
    return new Found("a", new StoredEntry(document, meta), OptionalDouble.empty());
  }

  /** Returns a value of a document as queries see it. */
  static Object value(String json) {
    return DOCUMENTS.read(json(json), "application/json", Wanted::readWhole);
  }
}
