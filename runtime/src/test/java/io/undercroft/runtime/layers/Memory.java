package io.undercroft.runtime.layers;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undercroft.runtime.memory.Given;
import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real backend for the stack to stand on, and short words for what is done with it. */
final class Memory {
  private Memory() {}

  /** A backend with KeyValue, Batch, Commit and Expiry. */
  static Facets facets(Clock clock) {
    return new MemoryPlugin().open(Given.NOTHING, new TestContext(clock)).facets();
  }

  static NewEntry text(String value) {
    return NewEntry.of(value.getBytes(UTF_8), "text/plain");
  }

  static NewEntry until(Instant deadline) {
    return new NewEntry("until".getBytes(UTF_8), "text/plain", Optional.of(deadline), Map.of());
  }

  static String text(StoredEntry entry) {
    return new String(entry.value(), UTF_8);
  }

  static EntryMeta put(KeyValue kv, String key, String value) {
    return put(kv, key, text(value));
  }

  static EntryMeta put(KeyValue kv, String key, NewEntry entry) {
    return ((PutResult.Written) kv.put(key, entry, Precondition.NONE)).meta();
  }

  static <E> List<E> drain(Cursor<E> cursor) {
    List<E> all = new ArrayList<>();
    try (cursor) {
      for (List<E> page = cursor.next(); !page.isEmpty(); page = cursor.next()) {
        all.addAll(page);
      }
    }
    return all;
  }
}
