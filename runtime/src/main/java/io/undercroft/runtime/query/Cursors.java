package io.undercroft.runtime.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.json.stream.JsonGenerator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of results ended, as text that only this class understands: Base64 (URL) of a JSON
 * array of the order's steps, the key, and the order's values.
 *
 * <p>It says a place in the order, not an entry: it stays valid whatever becomes of the entry, and
 * what comes or goes elsewhere moves nothing.
 */
final class Cursors {
  private static final int PARTS = 3;

  private final Documents documents;
  private final Ordering ordering;

  Cursors(Documents documents, Ordering ordering) {
    this.documents = documents;
    this.ordering = ordering;
  }

  String write(Place place) {
    byte[] json =
        documents.write(
            to -> {
              to.writeStartArray();
              write(to, ordering.signature());
              to.write(place.key());
              write(to, place.values());
              to.writeEnd();
            });
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
  }

  /**
   * Reads.
   *
   * @throws StorageException INVALID_QUERY if it is none, or one of another order
   */
  Place read(String cursor) {
    Object parts;
    try {
      byte[] json = Base64.getUrlDecoder().decode(cursor.getBytes(StandardCharsets.ISO_8859_1));
      parts = documents.readWhole(json, Documents.WRITTEN, Wanted::readWhole);
    } catch (IllegalArgumentException | StorageException e) {
      throw invalid("is no cursor", "");
    }
    if (!(parts instanceof List<?> list)
        || list.size() != PARTS
        || !(list.get(0) instanceof List<?> signature)
        || !(list.get(1) instanceof String key)
        || !(list.get(2) instanceof List<?> values)) {
      throw invalid("is no cursor", "");
    }
    if (!signature.equals(ordering.signature()) || values.size() != signature.size()) {
      throw invalid("belongs to another order", ", which is " + ordering.signature());
    }
    return new Ordering.Position(new ArrayList<>(values), key);
  }

  private static StorageException invalid(String what, String which) {
    return StorageException.of(
        ErrorCode.INVALID_QUERY,
        "what to go on after "
            + what
            + "; use the cursor of a result of this query, in this order"
            + which);
  }

  /** Writes a value of {@link Values}. */
  static void write(JsonGenerator to, @Nullable Object value) {
    if (value == null || value == Values.MISSING) {
      to.writeNull();
    } else if (value instanceof String text) {
      to.write(text);
    } else if (value instanceof Long whole) {
      to.write(whole);
    } else if (value instanceof java.math.BigDecimal decimal) {
      to.write(decimal);
    } else if (value instanceof Boolean truth) {
      to.write(truth);
    } else if (value instanceof List<?> array) {
      to.writeStartArray();
      array.forEach(element -> write(to, element));
      to.writeEnd();
    } else {
      to.writeStartObject();
      for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
        to.writeKey((String) member.getKey());
        write(to, member.getValue());
      }
      to.writeEnd();
    }
  }
}
