package io.undercroft.layer.cache;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.StoredEntry;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is kept under one key: the answer of below. */
sealed interface Held {
  /** Returns the entry; nothing for a miss that is remembered. */
  @Nullable StoredEntry entry();

  /** Returns the millisecond from which the entry is not live any more. */
  long deadline();

  /** Returns when it was loaded, by the ticker. */
  long since();

  /** Returns about how many bytes of heap this takes. */
  int weight(String key);

  static Held of(Optional<StoredEntry> answer, long since) {
    return answer.<Held>map(entry -> new Entry(entry, since)).orElseGet(() -> new Miss(since));
  }

  static long deadline(Optional<StoredEntry> answer) {
    return answer.map(Held::deadline).orElse(Long.MAX_VALUE);
  }

  private static long deadline(StoredEntry entry) {
    return entry.meta().expires().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
  }

  /** An entry, in one object with what is known of its being here. */
  final class Entry extends StoredEntry implements Held {
    private static final int OVERHEAD = 160;
    private static final int META = 240;

    private final long deadline;
    private final long since;

    private Entry(StoredEntry found, long since) {
      super(found.value(), found.meta());
      this.deadline = Held.deadline(found);
      this.since = since;
    }

    @Override
    public boolean isHeld() {
      return true;
    }

    @Override
    public StoredEntry entry() {
      return this;
    }

    @Override
    public long deadline() {
      return deadline;
    }

    @Override
    public long since() {
      return since;
    }

    @Override
    public int weight(String key) {
      EntryMeta meta = meta();
      long bytes = 2L * key.length() + OVERHEAD + value().length + META;
      for (Map.Entry<String, String> text : meta.metadata().entrySet()) {
        bytes += OVERHEAD + 2L * (text.getKey().length() + text.getValue().length());
      }
      return (int) Math.min(bytes, Integer.MAX_VALUE);
    }
  }

  /** That there is no entry. */
  record Miss(long since) implements Held {
    private static final int OVERHEAD = 256;

    @Override
    public @Nullable StoredEntry entry() {
      return null;
    }

    @Override
    public long deadline() {
      return Long.MAX_VALUE;
    }

    @Override
    public int weight(String key) {
      return 2 * key.length() + OVERHEAD;
    }
  }
}
