package io.undercroft.runtime.discovery;

import static io.undercroft.storage.StorageException.quote;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** How an operator accepts what lies in the folder now. */
  static final String COMMAND = "undercroft plugins --lock";

  private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{64}) [ *](\\S.*)");
  private static final int MOST_BYTES = 16 << 20;

  private final SortedMap<String, String> hashes;

  private PluginLock(SortedMap<String, String> hashes) {
    this.hashes = Collections.unmodifiableSortedMap(hashes);
  }

  /**
   * Writes {@code plugins.lock} for every jar that now lies in the folder, in place of the one that
   * is there: from now on these may run. Loads no class. The file is replaced as a whole or not at
   * all.
   *
   * @throws StorageException INVALID_CONFIG if the folder or a jar cannot be read or the file
   *     cannot be written
   */
  public static PluginLock write(Path folder) {
    return write(folder, folder.resolve(FILE_NAME));
  }

  /** As {@link #write(Path)}, with the list in a file of another place. */
  public static PluginLock write(Path folder, Path file) {
    SortedMap<String, String> hashes = new TreeMap<>();
    try {
      for (FolderScan.Entry entry : FolderScan.of(folder, FolderLimits.DEFAULT)) {
        for (Path jar : entry.jars()) {
          String relative = entry.relative(jar);
          if (relative.chars().anyMatch(Character::isISOControl)) {
            throw StorageException.of(
                ErrorCode.INVALID_CONFIG,
                "the name of plugin jar "
                    + quote(relative)
                    + " in "
                    + folder
                    + " has control characters and cannot be listed; rename the file");
          }
          hashes.put(relative, hash(jar));
        }
      }
    } catch (NoSuchFileException e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "plugins folder " + folder + " does not exist; nothing to list",
          e);
    }
    PluginLock lock = new PluginLock(hashes);
    try {
      lock.replace(file);
    } catch (IOException e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          file + " cannot be written (" + Shown.of(e) + "); the old list is untouched",
          e);
    }
    return lock;
  }

  private static String hash(Path jar) {
    MessageDigest sha256 = Staging.sha256();
    try (InputStream in =
        new DigestInputStream(
            Files.newInputStream(jar, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS),
            sha256)) {
      byte[] buffer = new byte[1 << 16];
      int n;
      do {
        n = in.read(buffer);
      } while (n >= 0);
    } catch (IOException e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          jar
              + " cannot be read ("
              + Shown.of(e)
              + "); give the process the right to read it, or remove it",
          e);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private void replace(Path file) throws IOException {
    // Not createTempFile: whoever runs the plugins is often another user, and has to read this.
    Path fresh = file.resolveSibling("." + FILE_NAME + "." + UUID.randomUUID());
    try {
      try (FileChannel out =
          FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(toString().getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      try {
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * Reads a list.
   *
   * @throws StorageException INVALID_CONFIG if the file is not there or is not such a list, naming
   *     the line
   */
  public static PluginLock read(Path file) {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw StorageException.of(
            ErrorCode.INVALID_CONFIG,
            file + " is larger than " + MOST_BYTES + " bytes: that is no list of plugin jars");
      }
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "storage.plugins.trust=lock, but there is no list of trusted jars: "
              + file
              + " is missing. If what lies in the plugins folder is what you want to run, accept it"
              + " with: "
              + COMMAND,
          e);
    } catch (CharacterCodingException e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG, file + " is not UTF-8 text; write it anew with: " + COMMAND, e);
    } catch (IOException e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          file
              + " cannot be read ("
              + Shown.of(e)
              + "); give the process the right to read it, or write it anew with: "
              + COMMAND,
          e);
    }
    SortedMap<String, String> hashes = new TreeMap<>();
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw malformed(file, number, "expected '<sha256>  <path>', found " + quote(line));
      }
      if (hashes.put(parts.group(2), parts.group(1).toLowerCase(Locale.ROOT)) != null) {
        throw malformed(file, number, "lists " + quote(parts.group(2)) + " a second time");
      }
    }
    return new PluginLock(hashes);
  }

  private static StorageException malformed(Path file, int line, String what) {
    return StorageException.of(
        ErrorCode.INVALID_CONFIG,
        file
            + " line "
            + line
            + ": "
            + what
            + "; mend it, or write the list anew with: "
            + COMMAND);
  }

  /** Returns the hashes by path, in lower-case hexadecimal; sorted and immutable. */
  public SortedMap<String, String> hashes() {
    return hashes;
  }

  /** Returns what is wrong with these jars, one line for each, sorted by path. */
  List<String> mismatches(Collection<StagedJar> jars) {
    List<String> wrong = new ArrayList<>();
    for (StagedJar jar : jars) {
      String expected = hashes.get(jar.relative());
      if (expected == null) {
        wrong.add(jar.relative() + ": not listed; found sha256 " + jar.sha256());
      } else if (!expected.equals(jar.sha256())) {
        wrong.add(
            jar.relative()
                + ": changed; expected sha256 "
                + expected
                + ", found sha256 "
                + jar.sha256());
      }
    }
    Collections.sort(wrong);
    return wrong;
  }

  /** Returns which listed jars are not among these paths, one line for each, sorted by path. */
  List<String> missing(Collection<String> present) {
    return hashes.entrySet().stream()
        .filter(listed -> !present.contains(listed.getKey()))
        .map(listed -> listed.getKey() + ": missing; expected sha256 " + listed.getValue())
        .toList();
  }

  /** Returns the text of the file. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder("# The plugin jars that may run; made by: ")
            .append(COMMAND)
            .append('\n')
            .append("# Check by hand: sha256sum -c ")
            .append(FILE_NAME)
            .append('\n');
    hashes.forEach((path, hash) -> text.append(hash).append("  ").append(path).append('\n'));
    return text.toString();
  }
}
