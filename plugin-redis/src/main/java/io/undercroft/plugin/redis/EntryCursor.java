package io.undercroft.plugin.redis;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.StoredEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * The entries under the keys of a cursor. A page holds no more than a few megabytes, unless one
 * handful of entries is larger.
 */
final class EntryCursor implements Cursor<KeyedEntry> {
  private static final long PAGE_BYTES = 4L << 20;
  private static final int FIRST_HANDFUL = 32;
  private static final int LARGEST_HANDFUL = 512;

  private final Cursor<String> keys;
  private final RedisBatch batch;
  private final int pageSize;
  private final Deque<String> waiting = new ArrayDeque<>();
  private int handful = FIRST_HANDFUL;
  private boolean over;

  EntryCursor(Cursor<String> keys, RedisBatch batch, int pageSize) {
    this.keys = keys;
    this.batch = batch;
    this.pageSize = pageSize;
  }

  @Override
  public List<KeyedEntry> next() {
    List<KeyedEntry> page = new ArrayList<>();
    long bytes = 0;
    while (!over && page.size() < pageSize && bytes < PAGE_BYTES) {
      if (waiting.isEmpty()) {
        waiting.addAll(keys.next());
        over = waiting.isEmpty();
      }
      bytes += fetch(page);
    }
    return page;
  }

  private long fetch(List<KeyedEntry> page) {
    List<String> some = new ArrayList<>();
    int most = Math.min(handful, pageSize - page.size());
    while (some.size() < most && !waiting.isEmpty()) {
      some.add(waiting.remove());
    }
    long bytes = 0;
    for (Map.Entry<String, StoredEntry> found : batch.getMany(some).entrySet()) {
      page.add(new KeyedEntry(found.getKey(), found.getValue()));
      bytes += found.getValue().value().length;
    }
    if (!some.isEmpty()) {
      long each = Math.max(1, bytes / some.size());
      handful = (int) Math.max(1, Math.min(LARGEST_HANDFUL, PAGE_BYTES / each));
    }
    return bytes;
  }

  @Override
  public void close() {
    over = true;
    keys.close();
  }
}
