package io.undercroft.storage.tool;

import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Codec;
import io.undercroft.storage.TypeRef;
import java.util.Optional;

/**
 * What somebody would have without the storage: the driver under it and the codec above it, with
 * none of its layers, to be called by hand. Every storage has it; it is for comparing, not for
 * keeping anything.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Errors:</b> {@link
 * io.undercroft.storage.StorageException}.
 */
public interface ByHand {
  /**
   * Opens the driver, whose entries have a place of their own that is empty; whoever opens it
   * closes it before the storage. Empty if the plugin has none.
   */
  Optional<BareDriver> driver();

  /** Returns the codec of the storage for values of a type, as it is below all layers. */
  <T> Codec<T> codec(TypeRef<T> type);
}
