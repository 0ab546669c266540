package io.undercroft.testkit;

import io.undercroft.storage.Isolation;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What transactions are played on: the facet or the typed storage, as texts under keys.
 *
 * <p><b>Threads:</b> safe for concurrent use; an actor is for one thread at a time.
 */
interface Stage {
  /** Returns the declared levels. */
  Set<Isolation> levels();

  /** Begins a transaction. */
  Actor begin(Isolation level);

  /** Makes these the only entries, outside of any transaction. */
  void reset(Map<String, String> entries);

  /** Returns what is there, outside of any transaction. */
  Map<String, String> left();

  /** One transaction. */
  interface Actor extends AutoCloseable {
    Optional<String> get(String key);

    void set(String key, String value);

    void delete(String key);

    Set<String> keys(String prefix);

    /** Reads and overwrites as one; returns what was read. */
    Optional<String> replace(String key, String value);

    void commit();

    void rollback();

    @Override
    void close();
  }
}
