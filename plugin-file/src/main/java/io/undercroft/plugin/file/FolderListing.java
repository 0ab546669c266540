package io.undercroft.plugin.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the names in a folder that are those of values; memory does not grow with it.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
final class FolderListing implements AutoCloseable {
  private final DirectoryStream<Path> stream;
  private final Iterator<Path> names;
  private @Nullable Path path;
  private @Nullable String stem;
  private ContentTypes.Type type = ContentTypes.JSON;

  private FolderListing(DirectoryStream<Path> stream) {
    this.stream = stream;
    this.names = stream.iterator();
  }

  @SuppressWarnings("StreamResourceLeak") // the listing owns the stream, and closes it
  static FolderListing open(Path root) throws IOException {
    return new FolderListing(Files.newDirectoryStream(root));
  }

  /** Moves to the next name of a value; returns {@code false} at the end. */
  boolean next() throws IOException {
    while (nextName()) {
      if (stem != null) {
        return true;
      }
    }
    return false;
  }

  /** Moves to the next name of whatever kind; returns {@code false} at the end. */
  boolean nextName() throws IOException {
    try {
      if (!names.hasNext()) {
        path = null;
        stem = null;
        return false;
      }
      path = names.next();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    String name = name();
    Optional<ContentTypes.Type> found = ContentTypes.ofFile(name);
    stem = null;
    if (found.isPresent()) {
      type = found.get();
      String start = name.substring(0, name.length() - type.extension().length());
      if (FileNames.isHashed(start) || FileNames.key(start).isPresent()) {
        stem = start;
      }
    }
    return true;
  }

  /** Returns where the listing stands. */
  Path path() {
    if (path == null) {
      throw new IllegalStateException("the listing has not begun, or is at its end");
    }
    return path;
  }

  /** Returns the file name where the listing stands. */
  String name() {
    return String.valueOf(path().getFileName());
  }

  /** Returns whether the name is that of a value. */
  boolean isValue() {
    return stem != null;
  }

  /** Returns the stem; only after {@link #next}. */
  String stem() {
    if (stem == null) {
      throw new IllegalStateException("'" + path + "' is not the name of a value");
    }
    return stem;
  }

  /** Returns what the extension says. */
  ContentTypes.Type type() {
    return type;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
