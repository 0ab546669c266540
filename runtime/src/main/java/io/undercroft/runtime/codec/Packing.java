package io.undercroft.runtime.codec;

import io.undercroft.storage.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is done with a document's bytes before they are stored: nothing, or a compression. */
final class Packing {
  private static final Packing NONE = new Packing(Optional.empty(), null);

  private final Optional<Compressions> by;
  private final @Nullable Compression compression;

  private Packing(Optional<Compressions> by, @Nullable Compression compression) {
    this.by = by;
    this.compression = compression;
  }

  /**
   * Returns the packing with a compression or none.
   *
   * @param code of the exception if the compression's library is missing
   */
  static Packing of(Optional<Compressions> by, ErrorCode code) {
    return by.isEmpty() ? NONE : new Packing(by, by.get().make(code));
  }

  Optional<Compressions> by() {
    return by;
  }

  byte[] pack(byte[] document) {
    return compression == null ? document : compression.compress(document);
  }

  /** Returns the document; {@code type} and {@code contentType} are for the message if it fails. */
  byte[] unpack(byte[] bytes, int most, String type, String contentType) {
    if (compression == null) {
      return bytes;
    }
    try {
      return compression.expand(bytes, most);
    } catch (Compression.Corrupt e) {
      throw Failures.reading(type, contentType, e.what(), e);
    }
  }
}
