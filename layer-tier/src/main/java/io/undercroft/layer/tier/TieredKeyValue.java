package io.undercroft.layer.tier;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link KeyValue} over the tiers. The hot tier says of every entry that it is there and where its
 * value lies; it alone decides every race.
 *
 * @param promote whether what is read comes back to the hot tier
 * @param drops whether copies may be dropped at once; not while a transaction may be rolled back
 */
record TieredKeyValue(KeyValue hot, Colder colder, Usage usage, boolean promote, boolean drops)
    implements KeyValue {
  private static final Logger LOG = LoggerFactory.getLogger(TieredKeyValue.class);

  /** How often somebody may move an entry between two looks at it. */
  private static final int PATIENCE = 100;

  @Override
  public Optional<StoredEntry> get(String key) {
    Optional<StoredEntry> there = hot.get(key);
    if (there.isPresent()) {
      usage.read(key);
    }
    return there.isEmpty() || !Stub.isMoved(there.get().meta())
        ? there
        : whole(key, there.get(), promote);
  }

  /** Returns the entry with its value; empty if it went away meanwhile. */
  Optional<StoredEntry> whole(String key, StoredEntry seen, boolean back) {
    Optional<StoredEntry> there = Optional.of(seen);
    for (int i = 0; i < PATIENCE && there.isPresent(); i++) {
      EntryMeta meta = there.get().meta();
      Optional<Stub> stub = Stub.of(meta);
      if (stub.isEmpty()) {
        return Optional.of(new StoredEntry(there.get().value(), Stub.exposed(meta)));
      }
      Optional<StoredEntry> copy = colder.copy(key, stub.get());
      if (copy.isPresent() && stub.get().isRight(copy.get())) {
        EntryMeta exposed = Stub.exposed(meta);
        if (back) {
          promote(key, copy.get().value(), meta, stub.get());
        }
        return Optional.of(new StoredEntry(copy.get().value(), exposed));
      }
      Optional<StoredEntry> again = hot.get(key);
      if (again.isPresent() && again.get().meta().version().equals(meta.version())) {
        throw StorageException.of(
            ErrorCode.CONSISTENCY_VIOLATION,
            "the value of "
                + StorageException.quote(key)
                + " should lie in the tier '"
                + stub.get().tier().word()
                + "' and is "
                + (copy.isPresent() ? "another one there" : "not there")
                + "; nobody but the layer may write there: bring it back from a backup");
      }
      there = again;
    }
    if (there.isEmpty()) {
      return there;
    }
    throw StorageException.of(
        ErrorCode.TIMEOUT,
        StorageException.quote(key) + " is moved faster than it can be read; try again");
  }

  private void promote(String key, byte[] value, EntryMeta meta, Stub stub) {
    try {
      PutResult result =
          hot.put(key, Stub.back(value, Stub.exposed(meta)), Precondition.version(meta.version()));
      if (result instanceof PutResult.Written && drops) {
        colder.drop(key, stub);
      }
    } catch (StorageException e) {
      LOG.debug("{} stays in the tier '{}'", StorageException.quote(key), stub.tier().word(), e);
    }
  }

  @Override
  public boolean has(String key) {
    return hot.has(key);
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    Stub.requireForeign(entry);
    PutResult result = hot.put(key, entry, precondition);
    if (!(precondition instanceof Precondition.HasVersion asked)) {
      return result instanceof PutResult.Conflict ? new PutResult.Conflict(version(key)) : result;
    }
    for (int i = 0; i < PATIENCE && result instanceof PutResult.Conflict; i++) {
      Optional<EntryMeta> there = hot.get(key).map(StoredEntry::meta);
      Optional<String> exposed = there.map(meta -> Stub.exposed(meta).version());
      if (there.isEmpty() || !exposed.equals(Optional.of(asked.version()))) {
        return new PutResult.Conflict(exposed);
      }
      result = hot.put(key, entry, Precondition.version(there.get().version()));
    }
    return result;
  }

  /** Returns the version of an entry as the application knows it. */
  Optional<String> version(String key) {
    return hot.get(key).map(entry -> Stub.exposed(entry.meta()).version());
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    for (int i = 0; i < PATIENCE; i++) {
      Optional<EntryMeta> there = hot.get(key).map(StoredEntry::meta);
      if (there.isEmpty() || !Stub.isMoved(there.get())) {
        return hot.delete(key, precondition);
      }
      EntryMeta meta = there.get();
      if (precondition instanceof Precondition.Absent
          || (precondition instanceof Precondition.HasVersion asked
              && !asked.version().equals(Stub.exposed(meta).version()))) {
        return DeleteResult.CONFLICT;
      }
      if (hot.delete(key, Precondition.version(meta.version())) == DeleteResult.DELETED) {
        if (drops) {
          Stub.of(meta).ifPresent(stub -> colder.drop(key, stub));
        }
        return DeleteResult.DELETED;
      }
    }
    throw StorageException.of(
        ErrorCode.TIMEOUT,
        StorageException.quote(key) + " is moved faster than it can be removed; try again");
  }

  @Override
  public void clear() {
    hot.clear();
  }

  @Override
  public long size() {
    return hot.size();
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return hot.keys(prefix, pageSize);
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return new WholeEntries(hot.scan(prefix, pageSize));
  }

  /** The entries of a scan, each with its value. */
  private final class WholeEntries implements Cursor<KeyedEntry> {
    private final Cursor<KeyedEntry> stubs;

    WholeEntries(Cursor<KeyedEntry> stubs) {
      this.stubs = stubs;
    }

    @Override
    public List<KeyedEntry> next() {
      while (true) {
        List<KeyedEntry> page = stubs.next();
        List<KeyedEntry> whole = new ArrayList<>(page.size());
        for (KeyedEntry each : page) {
          if (!Stub.isMoved(each.entry().meta())) {
            whole.add(each);
            continue;
          }
          whole(each.key(), each.entry(), false)
              .ifPresent(entry -> whole.add(new KeyedEntry(each.key(), entry)));
        }
        if (page.isEmpty() || !whole.isEmpty()) {
          return whole;
        }
      }
    }

    @Override
    public void close() {
      stubs.close();
    }
  }
}
