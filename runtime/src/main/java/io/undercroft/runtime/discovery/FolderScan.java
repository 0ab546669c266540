package io.undercroft.runtime.discovery;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What lies in a plugins folder: jars, and folders with jars directly in them. Everything else
 * there is none of a plugin's business: hidden files, files of other kinds, folders without a jar.
 *
 * <p>Symbolic links and special files are refused where a jar or a folder with jars is expected: a
 * link's target can change without anything in the folder changing. The plugins folder itself may
 * be a link.
 */
final class FolderScan {
  /**
   * One jar or folder in the plugins folder.
   *
   * @param name its file name
   * @param path where it is, as the operator wrote the plugins folder
   * @param isFolder whether it is a folder with jars
   * @param jars its jars, sorted by name; none if it is refused
   * @param refusal why it is not even read
   */
  record Entry(
      String name, Path path, boolean isFolder, List<Path> jars, Optional<String> refusal) {
    /** Returns the id that its name promises. */
    String promisedId() {
      return isFolder || !isJarName(name) ? name : name.substring(0, name.length() - 4);
    }

    /** Returns a jar's path as {@code plugins.lock} writes it. */
    String relative(Path jar) {
      return isFolder ? name + "/" + jar.getFileName() : name;
    }
  }

  private FolderScan() {}

  /**
   * Returns the entries, sorted by name.
   *
   * @throws NoSuchFileException if there is no such folder
   * @throws StorageException INVALID_CONFIG if it cannot be read or holds too much
   */
  static List<Entry> of(Path folder, FolderLimits limits) throws NoSuchFileException {
    List<Entry> entries = new ArrayList<>();
    try {
      for (Path child : children(folder)) {
        entry(child, limits).ifPresent(entries::add);
        if (entries.size() > limits.entries()) {
          throw StorageException.of(
              ErrorCode.INVALID_CONFIG,
              "plugins folder "
                  + folder
                  + " holds more than "
                  + limits.entries()
                  + " jars and folders with jars; check that storage.plugins.path names the right"
                  + " folder");
        }
      }
    } catch (NoSuchFileException e) {
      if (Files.notExists(folder)) {
        throw e;
      }
      throw unreadable(folder, e);
    } catch (NotDirectoryException e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          folder + " is not a folder; storage.plugins.path must name the folder that holds plugins",
          e);
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    return List.copyOf(entries);
  }

  private static StorageException unreadable(Path folder, IOException e) {
    return StorageException.of(
        ErrorCode.INVALID_CONFIG,
        "plugins folder "
            + folder
            + " cannot be read ("
            + Shown.of(e)
            + "); give the process the right to list it, or set storage.plugins.path to another",
        e);
  }

  private static Optional<Entry> entry(Path path, FolderLimits limits) throws IOException {
    String name = nameOf(path);
    if (name.startsWith(".")) {
      return Optional.empty();
    }
    BasicFileAttributes kind;
    try {
      kind = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return Optional.empty(); // gone since it was listed: as if it had never been there
    }
    boolean jarName = isJarName(name);
    if (kind.isSymbolicLink()) {
      return jarName || Files.isDirectory(path)
          ? refused(path, false, linkRefusal(path))
          : Optional.empty();
    }
    if (kind.isDirectory()) {
      return jarName
          ? refused(path, false, path + " is a folder, not a jar: rename it to <id>, or remove it.")
          : folder(path, limits);
    }
    if (!jarName) {
      return Optional.empty();
    }
    return kind.isRegularFile()
        ? Optional.of(new Entry(name, path, false, List.of(path), Optional.empty()))
        : refused(path, false, specialRefusal(path));
  }

  private static Optional<Entry> folder(Path path, FolderLimits limits) throws IOException {
    List<Path> jars = new ArrayList<>();
    List<Path> folders = new ArrayList<>();
    List<Path> children;
    try {
      children = children(path);
    } catch (NoSuchFileException e) {
      return Optional.empty(); // gone since it was listed: as if it had never been there
    } catch (IOException e) {
      return refused(
          path,
          true,
          path
              + " cannot be read ("
              + Shown.of(e)
              + "): give the process the right to read it, or remove it.");
    }
    for (Path child : children) {
      String name = nameOf(child);
      if (name.startsWith(".")) {
        continue;
      }
      if (!isJarName(name)) {
        if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          folders.add(child);
        }
        continue;
      }
      if (Files.isSymbolicLink(child)) {
        return refused(path, true, linkRefusal(child));
      }
      if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
        return refused(path, true, child + " is a folder, not a jar: rename it, or remove it.");
      }
      if (!Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
        return refused(path, true, specialRefusal(child));
      }
      jars.add(child);
    }
    if (jars.size() > limits.jars()) {
      return refused(
          path,
          true,
          path
              + " holds more than "
              + limits.jars()
              + " jars: check that it is one plugin with its libraries, or remove it.");
    }
    if (!jars.isEmpty()) {
      return Optional.of(new Entry(nameOf(path), path, true, List.copyOf(jars), Optional.empty()));
    }
    for (Path deeper : folders) {
      if (holdsJar(deeper)) {
        return refused(
            path,
            true,
            path
                + " holds no jar, but "
                + deeper
                + " does: move the jars up into "
                + path
                + ", or remove it.");
      }
    }
    return Optional.empty();
  }

  private static boolean holdsJar(Path folder) {
    try {
      return children(folder).stream()
          .anyMatch(
              child ->
                  isJarName(nameOf(child))
                      && Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      return false; // only a hint was looked for; an unreadable folder gives none
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      List<Path> children = new ArrayList<>();
      stream.forEach(children::add);
      children.sort(Comparator.comparing(FolderScan::nameOf));
      return children;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static Optional<Entry> refused(Path path, boolean isFolder, String refusal) {
    return Optional.of(new Entry(nameOf(path), path, isFolder, List.of(), Optional.of(refusal)));
  }

  private static String linkRefusal(Path path) {
    return path
        + " is a symbolic link, which is not followed here: copy what it points to into its place,"
        + " or remove it.";
  }

  private static String specialRefusal(Path path) {
    return path + " is not a regular file: put the plugin's jar into its place, or remove it.";
  }

  private static String nameOf(Path path) {
    return String.valueOf(path.getFileName());
  }

  static boolean isJarName(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".jar");
  }
}
