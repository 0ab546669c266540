package io.undercroft.spi;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import java.util.Iterator;
import java.util.ServiceLoader;

/**
 * How {@link Undercroft#builder()} finds the runtime; implemented once, by {@code
 * undercroft-runtime}.
 */
public interface RuntimeProvider {
  /** Returns a new builder. */
  Undercroft.Builder builder();

  /**
   * Returns the runtime that the context class loader sees, or else the one beside this class.
   *
   * @throws StorageException UNSUPPORTED if there is none
   */
  static RuntimeProvider find() {
    Iterator<RuntimeProvider> near = ServiceLoader.load(RuntimeProvider.class).iterator();
    if (near.hasNext()) {
      return near.next();
    }
    Iterator<RuntimeProvider> own =
        ServiceLoader.load(RuntimeProvider.class, RuntimeProvider.class.getClassLoader())
            .iterator();
    if (own.hasNext()) {
      return own.next();
    }
    throw StorageException.of(
        ErrorCode.UNSUPPORTED,
        "no Undercroft runtime on the class path; add the dependency io.undercroft:undercroft-runtime");
  }
}
