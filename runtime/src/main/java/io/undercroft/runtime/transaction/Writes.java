package io.undercroft.runtime.transaction;

import io.undercroft.spi.Mutation;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has written and nobody else sees: the last write of each key, and how to get
 * back to each savepoint.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
final class Writes {
  private final Map<String, Own> byKey = new LinkedHashMap<>();
  private final List<Undo> undos = new ArrayList<>();
  private final Map<String, Integer> savepoints = new LinkedHashMap<>();

  /**
   * The last write of one key.
   *
   * @param entry what the transaction sees there; empty for a removal
   */
  record Own(Mutation mutation, Optional<StoredEntry> entry) {}

  /** What was there before one write; noted only while there is a savepoint. */
  private record Undo(String key, @Nullable Own before) {}

  @Nullable Own find(String key) {
    return byKey.get(key);
  }

  void put(Own own) {
    String key = own.mutation().key();
    Own before = byKey.put(key, own);
    if (!savepoints.isEmpty()) {
      undos.add(new Undo(key, before));
    }
  }

  /** Marks the present state; a name used before moves to here. */
  void savepoint(String name) {
    savepoints.remove(name);
    savepoints.put(name, undos.size());
  }

  /**
   * Forgets what came after the savepoint, later savepoints included.
   *
   * @throws StorageException KEY_NOT_FOUND
   */
  void rollbackTo(String name) {
    Integer mark = savepoints.get(name);
    if (mark == null) {
      throw StorageException.of(
          ErrorCode.KEY_NOT_FOUND,
          "there is no savepoint "
              + StorageException.quote(name)
              + "; there are "
              + savepoints.keySet());
    }
    for (int i = undos.size() - 1; i >= mark; i--) {
      Undo undo = undos.remove(i);
      if (undo.before() == null) {
        byKey.remove(undo.key());
      } else {
        byKey.put(undo.key(), undo.before());
      }
    }
    boolean later = false;
    Iterator<String> names = savepoints.keySet().iterator();
    while (names.hasNext()) {
      String next = names.next();
      if (later) {
        names.remove();
      }
      later |= next.equals(name);
    }
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }

  /** Returns the written keys, in the order of their first writes. */
  Set<String> keys() {
    return byKey.keySet();
  }

  List<Mutation> mutations() {
    List<Mutation> mutations = new ArrayList<>(byKey.size());
    for (Own own : byKey.values()) {
      mutations.add(own.mutation());
    }
    return mutations;
  }
}
