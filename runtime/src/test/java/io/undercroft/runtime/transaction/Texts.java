package io.undercroft.runtime.transaction;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Short words for what is done with texts, in a storage or in a transaction. */
record Texts(Facets facets) {
  /** A transaction, used as what it sees. */
  record Tx(Transactions.Handle handle, Texts texts) {
    Optional<String> get(String key) {
      return texts.get(key);
    }

    void put(String key, String value) {
      texts.put(key, value);
    }

    boolean delete(String key) {
      return texts.delete(key);
    }

    Map<String, String> all(String prefix) {
      return texts.all(prefix);
    }

    /** Returns whether it came through. */
    boolean commit() {
      try (handle) {
        handle.commit();
        return true;
      } catch (StorageException e) {
        if (e.code() != ErrorCode.TRANSACTION_ABORTED) {
          throw e;
        }
        return false;
      }
    }

    void rollback() {
      handle.rollback();
    }
  }

  static NewEntry entry(String value) {
    return NewEntry.of(value.getBytes(UTF_8), "text/plain");
  }

  static String text(StoredEntry entry) {
    return new String(entry.value(), UTF_8);
  }

  KeyValue kv() {
    return facets.require(KeyValue.class);
  }

  Tx begin(TransactionOptions options) {
    Transactions.Handle handle = facets.require(Transactions.class).begin(options);
    return new Tx(handle, new Texts(handle.facets()));
  }

  Tx begin() {
    return begin(TransactionOptions.defaults());
  }

  Optional<String> get(String key) {
    return kv().get(key).map(Texts::text);
  }

  EntryMeta put(String key, String value) {
    return ((PutResult.Written) kv().put(key, entry(value), Precondition.NONE)).meta();
  }

  boolean delete(String key) {
    return kv().delete(key, Precondition.NONE) == DeleteResult.DELETED;
  }

  /** Returns what a scan hands out; that a key comes twice is an error. */
  Map<String, String> all(String prefix) {
    Map<String, String> all = new TreeMap<>();
    for (KeyedEntry found : drain(kv().scan(prefix, 3))) {
      if (all.put(found.key(), text(found.entry())) != null) {
        throw new AssertionError("key '" + found.key() + "' was handed out twice");
      }
    }
    return all;
  }

  List<String> keys(String prefix) {
    return drain(kv().keys(prefix, 3)).stream().sorted().toList();
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
