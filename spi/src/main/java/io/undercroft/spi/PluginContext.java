package io.undercroft.spi;

import io.undercroft.storage.Caller;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What the runtime gives to a plugin or a layer for one storage.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public interface PluginContext {
  /** Returns the storage's name. */
  String storage();

  /** Returns the clock for versions, times and deadlines. */
  Clock clock();

  /** Returns the executor for work that may block; the runtime owns and ends it. */
  Executor executor();

  /**
   * Returns the scheduler for short work at a time; long work goes on from there to {@link
   * #executor}.
   */
  ScheduledExecutorService scheduler();

  /**
   * Returns a factory of named daemon threads, for an engine that insists on its own; the plugin
   * ends them.
   */
  ThreadFactory threads();

  /** Returns how many entries the user expects, if {@code hints.expected-size} says so. */
  OptionalLong expectedSize();

  /** Returns how the user will use the storage, as {@code hints.access-pattern} says. */
  AccessPattern accessPattern();

  /**
   * Returns what an engine needs that keeps FULLTEXT and SPATIAL indexes itself; empty where nobody
   * evaluates queries above the plugin. It may be asked when the storage is open.
   */
  default Optional<Indexing> indexing() {
    return Optional.empty();
  }

  /**
   * Returns who calls on this thread, if that is known: who {@link Caller} says, or else the
   * container's principal.
   */
  default Optional<String> caller() {
    return Caller.current();
  }

  /** Returns the container's transactions, where it has any. */
  default Optional<ContainerTransactions> transactions() {
    return Optional.empty();
  }

  /**
   * Returns the container's transactions if what the backend writes belongs to them ({@link
   * Backend#joinsTransactions}). Known once the backend is open: it is for layers.
   */
  default Optional<ContainerTransactions> joinedTransactions() {
    return Optional.empty();
  }

  /**
   * Returns the application's bean of a type, if there is a container that has just one; with CDI,
   * one with the qualifier {@code @Default}. Storages open before there are beans: until the
   * application runs this is empty. Afterwards it is quick, and always says the same.
   */
  default <B> Optional<B> bean(Class<B> type) {
    return Optional.empty();
  }

  /**
   * Tells something to the application's observers of this storage: with CDI to methods with a
   * parameter {@code @Observes @StorageName("rooms")} of the event's type, which are called on this
   * thread before it returns, and those with {@code @ObservesAsync} later.
   *
   * @throws StorageException UNSUPPORTED where nobody can observe
   * @throws RuntimeException what an observer throws
   */
  default void tell(Object event) {
    throw StorageException.of(
        ErrorCode.UNSUPPORTED, "there is no container here whose observers could be told");
  }

  /**
   * Returns the facets of another storage, as those who use it see them. The supplier opens it at
   * the first call and is quick afterwards; asked for each operation, it follows a storage that is
   * replaced. For layers that name it in {@link LayerPlugin#storages}.
   *
   * @throws StorageException UNSUPPORTED where there are no other storages, INVALID_CONFIG if there
   *     is none of this name
   */
  default Supplier<Facets> storage(String name) {
    throw StorageException.of(
        ErrorCode.UNSUPPORTED,
        "there is no storage " + StorageException.quote(name) + " here, nor any other");
  }

  /**
   * Returns what holds for the entries that match a condition.
   *
   * @param json the condition in its JSON form
   * @throws StorageException INVALID_QUERY if it is none; UNSUPPORTED where nobody evaluates
   */
  default Predicate<KeyedEntry> matching(String json) {
    throw StorageException.of(ErrorCode.UNSUPPORTED, "conditions are not evaluated here");
  }

  /** How a storage will be used. */
  enum AccessPattern {
    /** Nothing is known. */
    UNKNOWN,
    /** Keys in no order. */
    RANDOM,
    /** Keys in their order. */
    SEQUENTIAL,
    /** Far more reads than writes. */
    READ_HEAVY,
    /** Far more writes than reads. */
    WRITE_HEAVY
  }
}
