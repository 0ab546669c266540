package io.undercroft.plugin.file;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * In which directory a value file lies: in the folder itself, or in one of N subfolders of it.
 *
 * <p>N is a power of two from 2 to 256, and the subfolders are named {@code 00}, {@code 01} and so
 * on, by two small hex digits. The file of a stem lies in the one whose number is the CRC-32 (that
 * of zlib, gzip and PNG) of the stem's UTF-8 bytes, modulo N. So other tools may compute it, and it
 * never changes: where there are 16, {@code movie-night.json} lies in {@code 01}.
 *
 * <p>Why: whoever creates or renames in a directory waits for all others who do.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Subfolders {
  /** The most that there may be. */
  static final int MOST = 256;

  private static final String DIGITS = "0123456789abcdef";

  private final Directory root;
  private final List<Directory> directories;
  private final List<Path> paths;

  /**
   * A directory as it was when the storage was opened.
   *
   * @param there whether it was there: who only reads may come before the first writer
   * @param identity what tells it from another one of the same name, if the file system tells that
   */
  private record Directory(Path path, boolean there, @Nullable Object identity) {
    static Directory of(Path path) throws IOException {
      try {
        return new Directory(
            path, true, Files.readAttributes(path, BasicFileAttributes.class).fileKey());
      } catch (NoSuchFileException e) {
        return new Directory(path, false, null);
      }
    }
  }

  private Subfolders(Directory root, List<Directory> directories) {
    this.root = root;
    this.directories = directories;
    this.paths = directories.stream().map(Directory::path).toList();
  }

  /**
   * Looks at the subfolders of a folder, which has to be there.
   *
   * @param count how many there are; 1 means that the files lie in the folder itself
   */
  static Subfolders of(Path root, int count) throws IOException {
    Directory itself = Directory.of(root);
    if (!itself.there()) {
      throw new NoSuchFileException(root.toString());
    }
    if (count == 1) {
      return new Subfolders(itself, List.of(itself));
    }
    List<Directory> directories = new ArrayList<>();
    for (Path path : paths(root, count)) {
      directories.add(Directory.of(path));
    }
    return new Subfolders(itself, List.copyOf(directories));
  }

  /** Returns where this many subfolders are or would be. */
  static List<Path> paths(Path root, int count) {
    List<Path> paths = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      paths.add(root.resolve(HexFormat.of().toHexDigits((byte) number)));
    }
    return paths;
  }

  /** Returns whether a name is that of a subfolder, however many there are. */
  static boolean isName(String name) {
    return name.length() == 2 && name.chars().allMatch(c -> DIGITS.indexOf(c) >= 0);
  }

  /** Returns whether a number of subfolders is one that there may be. */
  static boolean mayBe(int count) {
    return count >= 1 && count <= MOST && Integer.bitCount(count) == 1;
  }

  Path root() {
    return root.path();
  }

  /** Returns how many there are; 1 if the files lie in the folder itself. */
  int count() {
    return directories.size();
  }

  /** Returns whether the files lie in the folder itself. */
  boolean areNone() {
    return directories.size() == 1;
  }

  /** Returns the directory of a stem's files. */
  Path of(String stem) {
    return directory(stem).path();
  }

  private Directory directory(String stem) {
    return areNone() ? root : directories.get(number(stem) & directories.size() - 1);
  }

  private static int number(String stem) {
    CRC32 sum = new CRC32();
    sum.update(stem.getBytes(StandardCharsets.UTF_8));
    return (int) sum.getValue();
  }

  /** Returns the directories with value files. */
  List<Path> all() {
    return paths;
  }

  /** Returns the directories in which there may be something of ours: the folder itself too. */
  List<Path> everywhere() {
    if (areNone()) {
      return paths;
    }
    List<Path> all = new ArrayList<>(paths);
    all.add(0, root());
    return all;
  }

  /** Returns how a file is named in a text about the folder: from the folder on, with slashes. */
  String name(Path file) {
    String name = String.valueOf(file.getFileName());
    return areNone() ? name : DurableFiles.parent(file).getFileName() + "/" + name;
  }

  /** Returns when a file of a stem may last have come or gone. */
  FileTime changed(String stem) throws IOException {
    Directory directory = directory(stem);
    try {
      return Files.getLastModifiedTime(directory.path(), LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      if (directory.there()) {
        throw e;
      }
      return FileTime.fromMillis(0); // nobody has written yet
    }
  }

  /**
   * Throws unless the folder is the directory that it was: one that was moved away or unmounted has
   * not lost its entries.
   */
  void refuseOtherRoot() {
    refuseOther(root);
  }

  /** As {@link #refuseOtherRoot}, for the directory of a stem. */
  void refuseOther(String stem) {
    refuseOther(directory(stem));
  }

  /**
   * Returns whether one of the directories is there; throws as {@link #refuseOtherRoot} if it was
   * and is not. The folder itself is taken to be.
   */
  boolean isThere(Path path) {
    if (path.equals(root())) {
      return true;
    }
    Directory directory =
        directories.get(HexFormat.fromHexDigits(String.valueOf(path.getFileName())));
    refuseOther(directory);
    return directory.there() || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private void refuseOther(Directory directory) {
    if (!directory.there()) {
      refuseOther(root);
      return;
    }
    BasicFileAttributes now;
    try {
      now =
          Files.readAttributes(
              directory.path(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw isGone(directory, e);
    }
    if (!now.isDirectory() || !Objects.equals(directory.identity(), now.fileKey())) {
      throw isGone(
          directory,
          new FileSystemException(directory.path().toString(), null, "another directory"));
    }
  }

  private static StorageException isGone(Directory directory, IOException cause) {
    return StorageException.of(
        ErrorCode.CONNECTION_FAILED,
        "the folder '"
            + directory.path()
            + "' is not there any more, or is another one; bring it back (is it mounted?)",
        cause);
  }
}
