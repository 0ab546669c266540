package io.undercroft.runtime.codec;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The compressions by id. Each lies in a class of its own that is touched only when it is used, so
 * that its library may be absent.
 */
enum Compressions {
  GZIP("gzip", Library.JDK),
  LZ4("lz4", Library.LZ4),
  SNAPPY("snappy", Library.SNAPPY),
  ZSTD("zstd", Library.ZSTD);

  /** The id of no compression. */
  static final String NONE = "none";

  private final String id;
  private final Library library;

  Compressions(String id, Library library) {
    this.id = id;
    this.library = library;
  }

  /** Returns all ids, that of no compression first. */
  static List<String> ids() {
    List<String> ids = new ArrayList<>(List.of(NONE));
    Arrays.stream(values()).forEach(one -> ids.add(one.id));
    return List.copyOf(ids);
  }

  /** Returns the one with this id; none has the id {@link #NONE}. */
  static Optional<Compressions> find(String id) {
    return Arrays.stream(values()).filter(one -> one.id.equals(id)).findFirst();
  }

  String id() {
    return id;
  }

  Library library() {
    return library;
  }

  /**
   * Returns it, tried once.
   *
   * @param code of the exception if its library is missing or does not work
   */
  Compression make(ErrorCode code) {
    Optional<String> problem = library.problem();
    if (problem.isPresent()) {
      throw StorageException.of(code, "compression '" + id + "' " + problem.get());
    }
    try {
      Compression made = instance();
      if (made.expand(made.compress(new byte[1]), 1).length == 1) {
        return made;
      }
      throw StorageException.of(code, "compression '" + id + "' does not work here");
    } catch (Compression.Corrupt | LinkageError e) {
      throw StorageException.of(
          code, "compression '" + id + "' does not work here: " + e.getMessage(), e);
    }
  }

  private Compression instance() {
    return switch (this) {
      case GZIP -> new Gzip();
      case LZ4 -> new Lz4();
      case SNAPPY -> new SnappyBlock();
      case ZSTD -> new Zstandard();
    };
  }
}
