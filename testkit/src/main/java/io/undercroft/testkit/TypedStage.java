package io.undercroft.testkit;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.TransactionalStorage;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The transactions that an application gets, through the runtime. */
record TypedStage(TransactionalStorage<String> storage, Set<Isolation> levels) implements Stage {
  /** Asks for every level; those that are not declared are refused as UNSUPPORTED. */
  static TypedStage of(TransactionalStorage<String> storage) {
    Set<Isolation> levels = EnumSet.noneOf(Isolation.class);
    for (Isolation level : Isolation.values()) {
      try (Transaction<String> offered =
          storage.beginTransaction(TransactionOptions.defaults().withIsolation(level))) {
        offered.rollback();
        levels.add(level);
      } catch (StorageException e) {
        if (e.code() != ErrorCode.UNSUPPORTED) {
          throw e;
        }
      }
    }
    return new TypedStage(storage, levels);
  }

  @Override
  public Actor begin(Isolation level) {
    return new InTransaction(
        storage.beginTransaction(TransactionOptions.defaults().withIsolation(level)));
  }

  @Override
  public void reset(Map<String, String> entries) {
    storage.clear();
    entries.forEach(storage::set);
  }

  @Override
  public Map<String, String> left() {
    try (Stream<Entry<String>> entries = storage.entries()) {
      return new TreeMap<>(entries.collect(Collectors.toMap(Entry::key, Entry::value)));
    }
  }

  private record InTransaction(Transaction<String> transaction) implements Actor {
    @Override
    public Optional<String> get(String key) {
      return transaction.get(key);
    }

    @Override
    public void set(String key, String value) {
      transaction.set(key, value);
    }

    @Override
    public void delete(String key) {
      transaction.delete(key);
    }

    @Override
    public Set<String> keys(String prefix) {
      try (Stream<String> keys = transaction.keys(prefix)) {
        return keys.collect(Collectors.toCollection(TreeSet::new));
      }
    }

    @Override
    public Optional<String> replace(String key, String value) {
      List<Optional<String>> saw = new ArrayList<>();
      transaction.update(
          key,
          there -> {
            saw.add(there);
            return Optional.of(value);
          });
      return saw.get(saw.size() - 1);
    }

    @Override
    public void commit() {
      transaction.commit();
    }

    @Override
    public void rollback() {
      transaction.rollback();
    }

    @Override
    public void close() {
      transaction.close();
    }
  }
}
