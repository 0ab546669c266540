package io.undercroft.plugin.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the names in a folder, or in its subfolders, that are those of values; memory does
 * not grow with it.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
final class FolderListing implements AutoCloseable {
  private final Subfolders subfolders;
  private final Iterator<Path> directories;
  private @Nullable DirectoryStream<Path> stream;
  private Iterator<Path> names = Collections.emptyIterator();
  private @Nullable Path path;
  private @Nullable String stem;
  private boolean inPlace;
  private ContentTypes.Type type = ContentTypes.JSON;

  private FolderListing(Subfolders subfolders, List<Path> directories) throws IOException {
    this.subfolders = subfolders;
    this.directories = directories.iterator();
    nextDirectory();
  }

  /** Begins to list the directories that hold values. */
  static FolderListing open(Subfolders subfolders) throws IOException {
    return new FolderListing(subfolders, subfolders.all());
  }

  /** Begins to list every directory in which something of ours may be. */
  static FolderListing openEverywhere(Subfolders subfolders) throws IOException {
    return new FolderListing(subfolders, subfolders.everywhere());
  }

  /** Moves to the next directory; returns {@code false} after the last one. */
  @SuppressWarnings("StreamResourceLeak") // the listing owns the stream, and closes it
  private boolean nextDirectory() throws IOException {
    close();
    while (directories.hasNext()) {
      Path directory = directories.next();
      if (subfolders.isThere(directory)) {
        stream = Files.newDirectoryStream(directory);
        names = stream.iterator();
        return true;
      }
    }
    return false;
  }

  /** Moves to the next name of a value; returns {@code false} at the end. */
  boolean next() throws IOException {
    while (nextName()) {
      if (isValue()) {
        return true;
      }
    }
    return false;
  }

  /** Moves to the next name of whatever kind; returns {@code false} at the end. */
  boolean nextName() throws IOException {
    try {
      while (!names.hasNext()) {
        if (!nextDirectory()) {
          path = null;
          stem = null;
          return false;
        }
      }
      path = names.next();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    read(name());
    return true;
  }

  private void read(String name) {
    Optional<ContentTypes.Type> found = ContentTypes.ofFile(name);
    stem = null;
    if (found.isPresent()) {
      type = found.get();
      String start = name.substring(0, name.length() - type.extension().length());
      if (FileNames.isHashed(start) || FileNames.key(start).isPresent()) {
        stem = start;
        inPlace = subfolders.areNone() || subfolders.of(start).equals(path().getParent());
      }
    }
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

  /** Returns whether the name is that of a value, and where such a value lies. */
  boolean isValue() {
    return stem != null && inPlace;
  }

  /** Returns whether the name is that of a value which would lie elsewhere. */
  boolean isMisplaced() {
    return stem != null && !inPlace;
  }

  /** Returns the stem of a name that is that of a value. */
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
    DirectoryStream<Path> open = stream;
    stream = null;
    names = Collections.emptyIterator();
    if (open != null) {
      open.close();
    }
  }
}
