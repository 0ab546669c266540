package io.undercroft.testkit;

import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A backend's own transactions, without the runtime. */
record FacetStage(KeyValue store, Transactions transactions) implements Stage {
  @Override
  public Set<Isolation> levels() {
    return transactions.levels();
  }

  @Override
  public Actor begin(Isolation level) {
    Transactions.Handle handle =
        transactions.begin(TransactionOptions.defaults().withIsolation(level));
    return new InFacets(handle, handle.facets().require(KeyValue.class));
  }

  @Override
  public void reset(Map<String, String> entries) {
    store.clear();
    entries.forEach((key, value) -> Entries.put(store, key, value));
  }

  @Override
  public Map<String, String> left() {
    Map<String, String> left = new TreeMap<>();
    Entries.scan(store, "", 100)
        .forEach(found -> left.put(found.key(), Entries.text(found.entry())));
    return left;
  }

  private record InFacets(Transactions.Handle handle, KeyValue inside) implements Actor {
    @Override
    public Optional<String> get(String key) {
      return Entries.text(inside, key);
    }

    @Override
    public void set(String key, String value) {
      Entries.put(inside, key, value);
    }

    @Override
    public void delete(String key) {
      inside.delete(key, Precondition.NONE);
    }

    @Override
    public Set<String> keys(String prefix) {
      return new TreeSet<>(Entries.keys(inside, prefix, 100));
    }

    @Override
    public Optional<String> replace(String key, String value) {
      Optional<StoredEntry> there = inside.get(key);
      Precondition same =
          there
              .map(found -> Precondition.version(found.meta().version()))
              .orElse(Precondition.ABSENT);
      if (inside.put(key, Entries.text(value), same) instanceof PutResult.Conflict) {
        throw StorageException.of(
            ErrorCode.VERSION_CONFLICT, "'" + key + "' has changed; run the transaction again");
      }
      return there.map(Entries::text);
    }

    @Override
    public void commit() {
      handle.commit();
    }

    @Override
    public void rollback() {
      handle.rollback();
    }

    @Override
    public void close() {
      handle.close();
    }
  }
}
