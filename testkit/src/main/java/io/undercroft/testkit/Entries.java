package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Entries as the contracts write and read them at the level of bytes. */
final class Entries {
  /** The media type of documents. */
  static final String JSON = "application/json";

  /** The media type of bytes that must come back as they are. */
  static final String BINARY = "application/octet-stream";

  private Entries() {}

  /** Returns an entry that holds this text as a JSON document. */
  static NewEntry text(String text) {
    return NewEntry.of(Json.write(text).getBytes(StandardCharsets.UTF_8), JSON);
  }

  /** Returns an entry that holds this text and expires then. */
  static NewEntry text(String text, Instant expires) {
    return new NewEntry(
        Json.write(text).getBytes(StandardCharsets.UTF_8), JSON, Optional.of(expires), Map.of());
  }

  /** Returns an entry that holds this text and has this metadata. */
  static NewEntry text(String text, Map<String, String> metadata) {
    return new NewEntry(
        Json.write(text).getBytes(StandardCharsets.UTF_8), JSON, Optional.empty(), metadata);
  }

  /** Returns the text that such an entry holds. */
  static String text(StoredEntry entry) {
    return String.valueOf(Json.read(entry.value()));
  }

  /** Returns the text under the key, or empty. */
  static Optional<String> text(KeyValue store, String key) {
    return store.get(key).map(Entries::text);
  }

  /** Writes the text whatever was there. */
  static EntryMeta put(KeyValue store, String key, String text) {
    return put(store, key, text(text));
  }

  /** Writes the entry whatever was there. */
  static EntryMeta put(KeyValue store, String key, NewEntry entry) {
    PutResult result = store.put(key, entry, Precondition.NONE);
    assertThat(result)
        .as("a write without precondition to %s", key)
        .isInstanceOf(PutResult.Written.class);
    return ((PutResult.Written) result).meta();
  }

  /** Returns the live entry, which must be there. */
  static StoredEntry read(KeyValue store, String key) {
    Optional<StoredEntry> entry = store.get(key);
    assertThat(entry).as("the entry under %s", key).isPresent();
    return entry.orElseThrow();
  }

  /** Returns all keys with this prefix, page by page. */
  static List<String> keys(KeyValue store, String prefix, int pageSize) {
    try (Cursor<String> cursor = store.keys(prefix, pageSize)) {
      return drain(cursor, pageSize);
    }
  }

  /** Returns all keys. */
  static List<String> keys(KeyValue store) {
    return keys(store, "", 1_000);
  }

  /** Returns all entries with this prefix, page by page. */
  static List<KeyedEntry> scan(KeyValue store, String prefix, int pageSize) {
    try (Cursor<KeyedEntry> cursor = store.scan(prefix, pageSize)) {
      return drain(cursor, pageSize);
    }
  }

  /** Returns what is left in a cursor. */
  static <E> List<E> drain(Cursor<E> cursor, int pageSize) {
    List<E> all = new ArrayList<>();
    List<E> page;
    do {
      page = cursor.next();
      assertThat(page).as("a page").hasSizeLessThanOrEqualTo(pageSize);
      all.addAll(page);
    } while (!page.isEmpty());
    return all;
  }
}
