package io.undercroft.plugin.file;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What both layouts find out and put in order about the directory that they live in. */
final class Places {
  private static final Logger LOG = System.getLogger(Places.class.getPackageName());

  private Places() {}

  /**
   * Returns a folder, created if it is missing and may be. The configured path may be a link or
   * lead through some; what it leads to now is meant.
   */
  static Path folder(Path path, FileSettings settings) throws IOException {
    if (settings.isReadOnly()) {
      if (!Files.exists(path)) {
        throw StorageException.of(
            ErrorCode.CONNECTION_FAILED,
            "the folder '" + path + "' does not exist, and access=read-only creates nothing");
      }
      return path.toRealPath();
    }
    Path there = path;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try (DurableFiles files = DurableFiles.in(there, settings.isDurable(), 0)) {
      files.createDirectories(path);
    }
    return path.toRealPath();
  }

  /** Refuses a folder of ours that is a link or something else: it may lead anywhere. */
  static void refuseLink(Path folder) {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)
        && !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "'"
              + folder
              + "' is not a directory of its own (a link, or a file); it is not followed: remove"
              + " it");
    }
  }

  /** Tries out whether the file system keeps times to the microsecond. */
  static boolean keepsMicroseconds(Path folder, DurableFiles files) throws IOException {
    long odd = 1_700_000_001_234_567_000L;
    DurableFiles.Draft probe;
    try {
      probe = files.draft(folder, new byte[0], odd);
    } catch (IOException e) {
      // No room, perhaps: reads and deletes must go on. Nearly every file system does keep them.
      LOG.log(Level.DEBUG, "could not find out how finely the file system keeps times", e);
      return true;
    }
    try {
      ValueFile there = FolderFiles.look(probe.path(), ContentTypes.BINARY);
      return there != null && there.modified() == odd;
    } finally {
      probe.close();
      DurableFiles.remove(probe.path());
    }
  }

  /** Removes the temporary files that a crash left in a directory. */
  static void removeDrafts(Path directory) throws IOException {
    try (DirectoryStream<Path> names = Files.newDirectoryStream(directory)) {
      for (Path path : names) {
        if (DurableFiles.isTemporary(String.valueOf(path.getFileName()))) {
          DurableFiles.remove(path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** Gives back what a storage holds: files first, so that the lock covers their last use. */
  static void release(DurableFiles files, @Nullable DirectoryLock lock) {
    try (lock) {
      files.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing files failed; what they held ends with the process", e);
    }
  }

  /** Returns what a backend tells about itself. */
  static Map<String, String> details(
      FileSettings settings, Path path, String layout, DurableFiles files, boolean fine)
      throws IOException {
    Map<String, String> details = new TreeMap<>();
    details.put("layout", layout);
    details.put("path", path.toString());
    details.put("fileSystem", Files.getFileStore(DurableFiles.parent(path)).type());
    details.put("access", settings.isReadOnly() ? "read-only" : "read-write");
    details.put(
        "durability",
        !settings.isDurable()
            ? "relaxed: a power cut may take the last writes away"
            : files.forcesDirectories()
                ? "full: files and directories are forced to the disk"
                : "full: files are forced to the disk; this file system has no forcing of"
                    + " directories");
    details.put(
        "atomic",
        settings.atomic()
            ? "true"
            : "false: files are written over in place; a crash may leave half of one");
    details.put(
        "times",
        fine ? "fine" : "coarse: the file system keeps whole seconds; sidecars keep the rest");
    return details;
  }
}
