package io.undercroft.runtime.transaction;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * {@link Batch} whose writes pass through the timeline. Of a batch that failed a part may be done,
 * so what was noted stays.
 */
record TracedBatch(Timeline timeline, Batch below) implements Batch {
  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    return below.getMany(keys);
  }

  @Override
  public void getEach(Collection<String> keys, BiConsumer<String, StoredEntry> found) {
    below.getEach(keys, found);
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    int ticket = timeline.enter();
    try {
      if (!timeline.isNeeded()) {
        return below.putMany(entries);
      }
      return timeline.write(
          KeyStripes.of(entries.keySet()),
          trace -> {
            trace.noteMany(entries.keySet(), below, before -> true);
            return below.putMany(entries);
          });
    } finally {
      timeline.leave(ticket);
    }
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    int ticket = timeline.enter();
    try {
      if (!timeline.isNeeded()) {
        return below.deleteMany(keys);
      }
      return timeline.write(
          KeyStripes.of(keys),
          trace -> {
            trace.noteMany(keys, below, Optional::isPresent);
            return below.deleteMany(keys);
          });
    } finally {
      timeline.leave(ticket);
    }
  }
}
