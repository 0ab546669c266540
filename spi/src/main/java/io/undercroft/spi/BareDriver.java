package io.undercroft.spi;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody would write by hand with a plugin's own driver, to compare a storage with: values
 * under keys and nothing beside them, no versions, deadlines, lists of keys or changes; in the same
 * engine, over the same connections, and as durable as the storage is configured to be.
 *
 * <p>Its entries have a place of their own beside the storage's, which the storage neither lists
 * nor counts. The place is empty at first, whatever a process that was broken off has left there,
 * and gone after {@link #close}. A storage has one such place: open one driver at a time.
 *
 * <p><b>Keys</b> are those of {@link KeyValue}, and are told apart as there. <b>Bytes</b> may be
 * any, and come back as they were.
 *
 * <p><b>Threads:</b> safe for concurrent use; whoever uses it must not be interrupted meanwhile.
 * <b>Blocking:</b> may block on I/O. <b>Errors:</b> {@link io.undercroft.storage.StorageException}.
 * <b>After close</b>, of the driver or of its storage: CLOSED.
 */
public interface BareDriver extends AutoCloseable {
  /**
   * Returns in one line what is done by hand, and in what it differs from what the storage promises
   * if it does: {@code "JDBC: a table of key and bytes, over the same pool"}. Never a secret.
   */
  String description();

  /** Returns the value, or empty. */
  Optional<byte[]> get(String key);

  /** Writes a value over what is there. */
  void set(String key, byte[] value);

  /** Returns the values that are there, by the means that the driver has for many. */
  Map<String, byte[]> getMany(Collection<String> keys);

  /** Writes many values, by the means that the driver has for many. Need not be atomic. */
  void setMany(Map<String, byte[]> values);

  /**
   * Removes its place, with all that is in it. Idempotent. To be called before the storage ends.
   */
  @Override
  void close();
}
