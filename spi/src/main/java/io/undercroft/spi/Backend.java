package io.undercroft.spi;

import java.util.Map;
import java.util.Optional;

/**
 * What a plugin opened for one storage.
 *
 * <p><b>Threads:</b> safe for concurrent use; {@link #close} waits for operations that are under
 * way, or makes them fail with CLOSED.
 */
public interface Backend extends AutoCloseable {
  /** Returns what it can do; the same set every time, {@link KeyValue} always among it. */
  Facets facets();

  /** Returns its limits; the runtime checks them before it calls a facet. */
  Limits limits();

  /**
   * Returns facts for the storage's info, such as {@code durability}; never a secret. May ask the
   * engine.
   */
  default Map<String, String> details() {
    return Map.of();
  }

  /**
   * Returns whether what is written on a thread belongs to the container's transaction on it
   * ({@link PluginContext#transactions}): it is committed and rolled back with it. What a backend
   * writes that says no stays whatever becomes of the transaction, so the runtime refuses it there,
   * unless the user has said {@code jta=ignore}.
   */
  default boolean joinsTransactions() {
    return false;
  }

  /**
   * Opens what somebody would write by hand in place of this storage, with the driver that it uses
   * itself, so that the two can be compared; the caller closes it before this. Empty if there is
   * none, as nobody needs it but for that.
   *
   * @throws io.undercroft.storage.StorageException if its place cannot be made
   */
  default Optional<BareDriver> bareDriver() {
    return Optional.empty();
  }

  /**
   * Asks the engine for a sign of life.
   *
   * @throws io.undercroft.storage.StorageException if there is none within the plugin's own time
   *     limit
   */
  void ping();

  /** Gives everything back. Idempotent. Afterwards every facet throws CLOSED. */
  @Override
  void close();
}
