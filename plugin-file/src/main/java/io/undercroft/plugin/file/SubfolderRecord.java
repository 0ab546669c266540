package io.undercroft.plugin.file;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How many subfolders a folder has: in the file {@code .undercroft/subfolders}, a number and a line
 * feed, from before the first of them is made. A folder whose values lie in it itself has no such
 * file.
 *
 * <p>A folder that holds no value may get another number. It is written down first, whatever comes
 * next: after a crash there is a folder without values that has the old number or the new one, and
 * the next opening for writing makes the subfolders that are missing.
 *
 * <p>If the file is lost or damaged, a number is right that has all values where they should be.
 *
 * <p><b>Threads:</b> for one thread; to change something, with the folder's lock.
 */
final class SubfolderRecord {
  private static final Logger LOG = System.getLogger(SubfolderRecord.class.getPackageName());
  private static final String NAME = "subfolders";
  private static final int LIKELY_SIZE = 7;

  /** Nothing is written down. */
  private static final int UNKNOWN = 0;

  private final Path root;
  private final Path own;
  private final Clock clock;

  /**
   * Takes the place.
   *
   * @param root the folder
   * @param own the folder in it that the plugin keeps for itself; has to be there to write
   */
  SubfolderRecord(Path root, Path own, Clock clock) {
    this.root = root;
    this.own = own;
    this.clock = clock;
  }

  /** Throws INVALID_CONFIG unless the folder has this many subfolders, or holds no value. */
  Subfolders check(int wanted) throws IOException {
    check(recorded(), wanted);
    return Subfolders.of(root, wanted);
  }

  private void check(int recorded, int wanted) throws IOException {
    if (recorded != wanted && !isPlain(recorded, wanted)) {
      refuse(recorded, wanted, Values.in(root, wanted));
    }
    if (wanted > 1) {
      Subfolders.paths(root, wanted).forEach(Places::refuseLink);
    }
  }

  /** As {@link #check}; then writes the number down and makes the subfolders that are missing. */
  Subfolders settle(int wanted) throws IOException {
    int recorded = recorded();
    check(recorded, wanted);
    // With a record that does not hold, values would be lost from sight: it never is relaxed.
    try (DurableFiles files = DurableFiles.in(own, true, ThreadLocalRandom.current().nextLong())) {
      if (recorded != wanted && !isPlain(recorded, wanted)) {
        write(wanted, files);
        removeEmpty(recorded, wanted);
      }
      if (wanted > 1) {
        for (Path subfolder : Subfolders.paths(root, wanted)) {
          files.createDirectory(subfolder);
        }
        files.forceDirectory(root); // also what a process made that ended before it came to this
      }
    }
    return Subfolders.of(root, wanted);
  }

  /** Returns whether this is a folder without subfolders, which has nothing written down. */
  private boolean isPlain(int recorded, int wanted) {
    return recorded == UNKNOWN
        && wanted == 1
        && Files.notExists(Subfolders.paths(root, 1).get(0), LinkOption.NOFOLLOW_LINKS);
  }

  private int recorded() throws IOException {
    Path file = own.resolve(NAME);
    String text;
    try {
      text = new String(FolderFiles.read(file, LIKELY_SIZE), StandardCharsets.ISO_8859_1).strip();
    } catch (NoSuchFileException e) {
      return UNKNOWN;
    }
    try {
      int number = Integer.parseInt(text);
      if (number > 1 && Subfolders.mayBe(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    LOG.log(Level.WARNING, "''{0}'' is damaged: it says no number of subfolders", file);
    return UNKNOWN;
  }

  private void write(int wanted, DurableFiles files) throws IOException {
    Path file = own.resolve(NAME);
    if (wanted > 1) {
      byte[] text = (wanted + "\n").getBytes(StandardCharsets.US_ASCII);
      files.replace(file, text, Stamps.nanos(clock.instant()));
    } else if (DurableFiles.remove(file)) {
      files.forceDirectory(own);
    }
  }

  private void removeEmpty(int before, int wanted) throws IOException {
    for (Path subfolder : Subfolders.paths(root, before)) {
      boolean stays = wanted > 1 && Subfolders.paths(root, wanted).contains(subfolder);
      if (before > 1 && !stays && Files.isDirectory(subfolder, LinkOption.NOFOLLOW_LINKS)) {
        Places.removeDrafts(subfolder);
        try {
          Files.delete(subfolder);
        } catch (DirectoryNotEmptyException e) {
          LOG.log(Level.DEBUG, "somebody keeps other files in a subfolder; it stays", e);
        }
      }
    }
  }

  /** Where values lie, as far as it matters; each of them one file for many. */
  private static final class Values {
    private @Nullable Path flat;
    private @Nullable Path spread;
    private @Nullable Path misplaced;

    private Values() {}

    /** Looks into a folder and into all that may be its subfolders. */
    static Values in(Path root, int wanted) throws IOException {
      Values values = new Values();
      try (FolderListing names = FolderListing.open(Subfolders.of(root, 1))) {
        while (names.nextName()) {
          if (IntentLog.isIntent(names.name()) || (values.flat == null && isValue(names))) {
            values.flat = names.path();
          } else if (Subfolders.isName(names.name())
              && Files.isDirectory(names.path(), LinkOption.NOFOLLOW_LINKS)) {
            values.addSpread(names.path(), wanted == 1 ? null : Subfolders.of(root, wanted));
          }
        }
      }
      return values;
    }

    private static boolean isValue(FolderListing names) throws IOException {
      return names.isValue() && FolderFiles.look(names.path(), names.type()) != null;
    }

    private void addSpread(Path subfolder, @Nullable Subfolders wanted) throws IOException {
      try (FolderListing names = FolderListing.open(Subfolders.of(subfolder, 1))) {
        while (misplaced == null && names.next()) {
          if (isValue(names)) {
            spread = names.path();
            if (wanted == null || !wanted.of(names.stem()).equals(subfolder)) {
              misplaced = names.path();
            }
          }
        }
      }
    }
  }

  private void refuse(int recorded, int wanted, Values values) {
    if (recorded != UNKNOWN) {
      Path there = values.spread == null ? values.flat : values.spread;
      if (there != null) {
        throw refusal(
            wanted, "has " + recorded + " subfolders", "set subfolders=" + recorded, there);
      }
    } else if (wanted > 1 && values.flat != null) {
      throw refusal(
          wanted,
          "has no subfolders, its values lie in it itself",
          "set subfolders=1, which is the default",
          values.flat);
    } else if (values.flat == null && values.misplaced != null) {
      throw refusal(
          wanted,
          "has subfolders, but another number of them, which is not written down any more",
          "try the powers of two from 2 to " + Subfolders.MOST,
          values.misplaced);
    }
  }

  private StorageException refusal(int wanted, String what, String remedy, Path there) {
    return StorageException.of(
        ErrorCode.INVALID_CONFIG,
        "subfolders="
            + wanted
            + " does not fit: the folder '"
            + root
            + "' "
            + what
            + " (there is '"
            + root.relativize(there)
            + "'); "
            + remedy
            + ", or export its entries and import them into a new folder");
  }
}
