package io.undercroft.storage;

import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A named place that holds values of one type under string keys.
 *
 * <p><b>Keys</b> are never empty, at most 1,024 UTF-8 bytes, well-formed Unicode and free of
 * U+0000; anything else is INVALID_KEY before the backend is asked. Every other key comes back byte
 * for byte.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Blocking:</b> every method may block on I/O;
 * interruption surfaces as INTERRUPTED with the flag set again. {@link #async()} has the same
 * methods without blocking. <b>Atomicity:</b> each single-key write happens wholly or not at all;
 * once it has returned, it is as durable as {@link #info()} says. <b>Streams</b> are lazy, use
 * constant memory and are closed by the caller; an entry that lives through the whole iteration is
 * seen exactly once, one that comes or goes meanwhile may be seen or not. <b>After close</b> of the
 * runtime every method throws CLOSED. <b>Errors:</b> {@link StorageException}; an outage is never
 * reported as a miss.
 *
 * @param <T> the type of the values, what the codec can read and write
 */
public interface Storage<T> {
  /** Returns the storage's name; {@code default} for the one without a name. */
  String name();

  /** Returns the live value under the key, or empty. */
  Optional<T> get(String key);

  /** Writes the value, whatever was there; a former deadline and former metadata are gone. */
  void set(String key, T value);

  /** Removes the entry; returns whether there was a live one. */
  boolean delete(String key);

  /** Returns whether there is a live entry. */
  boolean has(String key);

  /** Removes every entry. Not atomic: entries written meanwhile by others may stay. */
  void clear();

  /** Returns the number of live entries. */
  long size();

  /** Returns all keys, in no promised order. */
  Stream<String> keys();

  /**
   * Returns the keys that start with this prefix, in no promised order; the empty prefix means all.
   */
  Stream<String> keys(String prefix);

  /** Returns all values, in no promised order. */
  Stream<T> values();

  /** Returns all entries, in no promised order. */
  Stream<Entry<T>> entries();

  /** Returns the live entry with its version, times, deadline and metadata, or empty. */
  Optional<Entry<T>> entry(String key);

  /**
   * Writes the value under a condition, with a deadline or with metadata.
   *
   * @return the entry as it was written
   * @throws StorageException VERSION_CONFLICT if the condition does not hold; nothing is changed
   *     then
   */
  Entry<T> set(String key, T value, SetOptions how);

  /**
   * Removes the entry if it has this version.
   *
   * @return true; false if there is no live entry
   * @throws StorageException VERSION_CONFLICT if the entry has another version
   */
  boolean delete(String key, String expectedVersion);

  /**
   * Reads, changes and writes one entry as one step: the change is applied to what is there and
   * written only if nobody wrote in between, otherwise it is tried again with the new value. An
   * empty result removes the entry. Deadline and metadata of an existing entry stay.
   *
   * @param change may be called several times and must have no effects of its own
   * @return the value that is now there
   * @throws StorageException VERSION_CONFLICT if it did not come through after many tries; what
   *     {@code change} throws comes out as it is, and nothing is changed
   */
  Optional<T> update(String key, UnaryOperator<Optional<T>> change);

  /**
   * Returns this storage with batches; emulated where the backend has none, UNSUPPORTED if that is
   * not allowed.
   */
  BatchStorage<T> batched();

  /** Returns this storage with queries, or throws UNSUPPORTED naming what there is. */
  QueryableStorage<T> queryable();

  /** Returns this storage with indexes, or throws UNSUPPORTED naming what there is. */
  IndexedStorage<T> indexed();

  /** Returns this storage with transactions, or throws UNSUPPORTED naming what there is. */
  TransactionalStorage<T> transactional();

  /** Returns this storage with events and watch, or throws UNSUPPORTED naming what there is. */
  ObservableStorage<T> observable();

  /**
   * Returns this storage with its nodes and consistency levels, or throws UNSUPPORTED naming what
   * there is.
   */
  DistributedStorage<T> distributed();

  /**
   * Returns a plugin's own facet or one of the capabilities, or throws UNSUPPORTED naming what
   * there is.
   */
  <C> C as(Class<C> own);

  /** Returns whether {@link #as} would return something for this type. */
  boolean supports(Class<?> capability);

  /** Returns what this storage is made of and what it promises. */
  StorageInfo info();

  /** Returns the same storage with methods that return at once. */
  AsyncStorage<T> async();
}
