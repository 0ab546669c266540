package io.undercroft.plugin.file;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Many entries of a folder: a handful at a time shares one forcing of the directory, and its files
 * are all written before the first of them is forced.
 */
final class FolderBatch implements Batch {
  private final Folder folder;
  private final FolderKeyValue single;
  private final FolderCommit commits;

  FolderBatch(Folder folder, FolderKeyValue single, FolderCommit commits) {
    this.folder = folder;
    this.single = single;
    this.commits = commits;
  }

  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    Map<String, StoredEntry> found = new LinkedHashMap<>();
    for (String key : keys) {
      StoredEntry entry = single.read(Address.of(key));
      if (entry != null) {
        found.put(key, entry);
      }
    }
    return found;
  }

  /** What is made of one entry in its turn: a write, or nothing. */
  @FunctionalInterface
  private interface Plan {
    @Nullable Write plan(Address at, Present before) throws IOException;
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    Map<String, EntryMeta> written = new LinkedHashMap<>();
    inHandfuls(
        entries.keySet(),
        (at, before) -> {
          NewEntry entry = entries.get(at.key());
          if (entry == null) {
            throw new IllegalArgumentException("the map changed while it was written");
          }
          Write write = folder.planPut(at, before, entry);
          written.put(at.key(), FolderKeyValue.meta(write));
          return write;
        });
    return written;
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    long[] count = {0};
    inHandfuls(
        keys,
        (at, before) -> {
          Instant now = folder.now();
          if (before.live(now) == null) {
            return null;
          }
          count[0]++;
          return Write.removal(at, before);
        });
    return count[0];
  }

  private void inHandfuls(Collection<String> keys, Plan plan) {
    IoFailures.refuseIfInterrupted();
    Map<String, Address> some = new LinkedHashMap<>();
    for (String key : keys) {
      some.computeIfAbsent(key, Address::of);
      if (some.size() == Folder.HANDFUL) {
        carryOut(some.values(), plan);
        some.clear();
      }
    }
    if (!some.isEmpty()) {
      carryOut(some.values(), plan);
    }
  }

  private void carryOut(Collection<Address> some, Plan plan) {
    int[] stripes = Stripes.of(some.stream().mapToLong(Address::hash).toArray());
    folder.stripes().takeTurns(stripes);
    try {
      folder.refuseIfClosed();
      commits.finishPending();
      List<Write> writes = new ArrayList<>();
      for (Address at : some) {
        Write write = plan.plan(at, single.present(at));
        if (write != null) {
          writes.add(write);
        }
      }
      if (!writes.isEmpty()) {
        folder.carryOut(writes);
      }
    } catch (IOException e) {
      throw IoFailures.writing(folder.values().root(), e);
    } finally {
      folder.stripes().endTurns(stripes);
    }
  }
}
