package io.undercroft.spi;

import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One operation on its way through the stack: what, on which storage, which keys. Never a value.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class Call {
  /** What an operation without a result returns. */
  public static final Object NOTHING = new Object();

  private static final int KEYS_SHOWN = 3;

  private final Kind kind;
  private final String storage;

  /** The only key, or a collection of keys: a list around one key is made for those who ask. */
  private final Object keys;

  private final Optional<String> transaction;

  private Call(Kind kind, String storage, Object keys, Optional<String> transaction) {
    this.kind = Objects.requireNonNull(kind, "kind");
    this.storage = Objects.requireNonNull(storage, "storage");
    this.keys = Objects.requireNonNull(keys, "keys");
    this.transaction = transaction;
  }

  /** Returns a call that names no key. */
  public static Call of(Kind kind, String storage) {
    return new Call(kind, storage, List.of(), Optional.empty());
  }

  /** Returns a call on one key. */
  public static Call of(Kind kind, String storage, String key) {
    return new Call(kind, storage, key, Optional.empty());
  }

  /** Returns a call on several keys, not copied. */
  public static Call of(Kind kind, String storage, Collection<String> keys) {
    return new Call(kind, storage, keys, Optional.empty());
  }

  /** Returns this call inside a transaction. */
  public Call inTransaction(String id) {
    return new Call(kind, storage, keys, Optional.of(id));
  }

  /** Returns what is asked for. */
  public Kind kind() {
    return kind;
  }

  /** Returns the storage's name. */
  public String storage() {
    return storage;
  }

  /** Returns the keys; empty for an operation that names none; not to be changed. */
  @SuppressWarnings("unchecked") // what is not one key came as a collection of keys
  public Collection<String> keys() {
    return keys instanceof String key ? List.of(key) : (Collection<String>) keys;
  }

  /** Returns the id of the transaction that the call is part of. */
  public Optional<String> transaction() {
    return transaction;
  }

  /** Returns kind, storage and the first keys, control characters escaped; never a value. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder().append(kind).append(' ').append(storage);
    int shown = 0;
    Collection<String> named = keys();
    for (String key : named) {
      if (shown++ == KEYS_SHOWN) {
        out.append(" … (").append(named.size()).append(" keys)");
        break;
      }
      out.append(' ').append(StorageException.quote(key));
    }
    transaction.ifPresent(id -> out.append(" in transaction ").append(id));
    return out.toString();
  }

  /** The operations of the facets; the text behind each is the type of its result. */
  public enum Kind {
    /** {@link KeyValue#get}: {@code Optional<StoredEntry>}. */
    GET(false),
    /** {@link KeyValue#has}: {@code Boolean}. */
    HAS(false),
    /** {@link KeyValue#put}: {@link PutResult}. */
    PUT(true),
    /** {@link KeyValue#delete}: {@link DeleteResult}. */
    DELETE(true),
    /** {@link KeyValue#clear}: nothing. */
    CLEAR(true),
    /** {@link KeyValue#size}: {@code Long}. */
    SIZE(false),
    /** {@link KeyValue#keys}: {@code Cursor<String>}. */
    KEYS(false),
    /** {@link KeyValue#scan}: {@code Cursor<KeyedEntry>}. */
    SCAN(false),
    /**
     * {@link Cursor#next} of what KEYS, SCAN or QUERY returned: {@code List}. Cannot be repeated: a
     * cursor that failed has lost its place.
     */
    PAGE(false),
    /** {@link Batch#getMany}: {@code Map<String, StoredEntry>}. */
    GET_MANY(false),
    /** {@link Batch#putMany}: {@code Map<String, EntryMeta>}. */
    PUT_MANY(true),
    /** {@link Batch#deleteMany}: {@code Long}. */
    DELETE_MANY(true),
    /** {@link Commit#commit}: {@link CommitResult}. */
    COMMIT(true),
    /** {@link Queries#query}: {@link Queries.Answer}. */
    QUERY(false),
    /** {@link Queries#count}: {@code OptionalLong}. */
    COUNT(false),
    /** {@link Queries#aggregate}: {@code Optional<List<Map<String, Object>>>}. */
    AGGREGATE(false),
    /** {@link Queries#explain}: {@code Explanation}. */
    EXPLAIN(false),
    /** {@link Indexes#create}: nothing. */
    CREATE_INDEX(true),
    /** {@link Indexes#drop}: {@code Boolean}. */
    DROP_INDEX(true),
    /** {@link Indexes#list}: {@code List<IndexInfo>}. */
    LIST_INDEXES(false),
    /** {@link Transactions#begin}: {@link Transactions.Handle}. */
    BEGIN(false),
    /** {@link Transactions.Handle#commit}: nothing. */
    COMMIT_TRANSACTION(true),
    /** {@link Transactions.Handle#rollback}: nothing. */
    ROLLBACK(false),
    /** {@link Transactions.Handle#savepoint}: nothing. */
    SAVEPOINT(false),
    /** {@link Transactions.Handle#rollbackTo}: nothing. */
    ROLLBACK_TO(false),
    /** {@link Changes#subscribe}: {@code Subscription}. */
    SUBSCRIBE(false),
    /** {@link Cluster#nodes}: {@code List<Node>}. */
    NODES(false),
    /** {@link Cluster#replicationStatus}: {@code ReplicationStatus}. */
    REPLICATION_STATUS(false),
    /** {@link Cluster#sync}: nothing. */
    SYNC(false);

    private final boolean write;

    Kind(boolean write) {
      this.write = write;
    }

    /** Returns whether it may change what is stored. */
    public boolean isWrite() {
      return write;
    }
  }
}
