package io.undercroft.plugin.file;

import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The sidecars of a folder: {@code .undercroft/meta/STEM.json} for each value of which more is
 * known than its file tells, and an empty {@code STEM.expires} beside it if it ever had a deadline,
 * so that those with a deadline can be found without reading the others.
 *
 * <p>A sidecar that is missing or damaged is no sidecar; the value is served all the same.
 *
 * <p><b>Threads:</b> safe for concurrent use; writes of one stem only in its turn.
 */
final class Sidecars {
  private static final Logger LOG = System.getLogger(Sidecars.class.getPackageName());
  private static final String TEXT = ".json";
  private static final String MARK = ".expires";
  private static final int SETS = 1 << 13;
  private static final int PLACES = 4;
  private static final int LIKELY_SIZE = 1_023;

  private final Path folder;
  private final DurableFiles files;
  private final JsonProvider json;
  private final boolean caching;

  /**
   * Those used last; each stem has a set of places, next to each other, in one of which it may be.
   */
  private final AtomicReferenceArray<@Nullable Kept> slots;

  private record Kept(String stem, Sidecar sidecar) {}

  /**
   * Takes the place.
   *
   * @param caching whether only this process writes sidecars, so that they may be kept in memory
   */
  Sidecars(Path folder, DurableFiles files, JsonProvider json, boolean caching) {
    this.folder = folder;
    this.files = files;
    this.json = json;
    this.caching = caching;
    this.slots = new AtomicReferenceArray<>(caching ? PLACES * SETS : 0);
  }

  private static int set(long hash) {
    return PLACES * ((int) (hash >>> 20) & (SETS - 1));
  }

  /** Returns the place where a sidecar is, or -1. */
  private int find(String stem, long hash) {
    int set = set(hash);
    for (int place = set; place < set + PLACES; place++) {
      Kept kept = slots.get(place);
      if (kept != null && kept.stem().equals(stem)) {
        return place;
      }
    }
    return -1;
  }

  /** Returns the sidecar if it is in memory. */
  @Nullable Sidecar kept(String stem, long hash) {
    if (!caching) {
      return null;
    }
    int set = set(hash);
    for (int place = set; place < set + PLACES; place++) {
      Kept kept = slots.get(place); // once: others may take the place meanwhile
      if (kept != null && kept.stem().equals(stem)) {
        return kept.sidecar();
      }
    }
    return null;
  }

  /**
   * Returns a place of the set that is free, or any. Nothing is moved from one to another: its own
   * writer might replace it meanwhile.
   */
  private int free(int set) {
    for (int place = set; place < set + PLACES; place++) {
      if (slots.get(place) == null) {
        return place;
      }
    }
    return set + ThreadLocalRandom.current().nextInt(PLACES);
  }

  /** Keeps a sidecar in memory; only while no reader and no other writer of the stem is at work. */
  void keep(String stem, long hash, Sidecar sidecar) {
    if (caching) {
      int place = find(stem, hash);
      slots.set(place < 0 ? free(set(hash)) : place, new Kept(stem, sidecar));
    }
  }

  /** Forgets a sidecar in memory; under the same condition as {@link #keep}. */
  void forget(String stem, long hash) {
    int place = caching ? find(stem, hash) : -1;
    if (place >= 0) {
      slots.set(place, null);
    }
  }

  /** Reads a sidecar; {@code null} if there is none that can be read. */
  @Nullable Sidecar load(String stem) throws IOException {
    Path file = folder.resolve(stem + TEXT);
    byte[] text;
    try {
      text = FolderFiles.read(file, LIKELY_SIZE);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return null;
    }
    try {
      Sidecar sidecar = Sidecar.parse(json, text);
      if (FileNames.stem(sidecar.key()).equals(stem)) {
        return sidecar;
      }
      LOG.log(Level.WARNING, "''{0}'' belongs to another key; it is left alone", file);
    } catch (RuntimeException e) { // whatever a JSON reader may throw at a damaged file
      LOG.log(Level.WARNING, "''{0}'' is damaged; the value is served without it: {1}", file, e);
    }
    return null;
  }

  /** Returns whether there is a file that may be a sidecar. */
  boolean exists(String stem) {
    return Files.exists(folder.resolve(stem + TEXT), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Writes sidecars, durably; nothing of them counts before the values' files follow. What fails
   * leaves each of them as it was or as it should be.
   */
  void write(List<Sidecar> sidecars) throws IOException {
    files.createDirectories(folder);
    List<DurableFiles.Draft> drafts = new ArrayList<>();
    try {
      for (Sidecar sidecar : sidecars) {
        if (sidecar.note().expires().isPresent()) {
          mark(FileNames.stem(sidecar.key()));
        }
        drafts.add(files.draft(folder, sidecar.text(json), sidecar.note().modified()));
      }
      for (DurableFiles.Draft draft : drafts) {
        draft.seal();
      }
      for (int i = 0; i < drafts.size(); i++) {
        String stem = FileNames.stem(sidecars.get(i).key());
        DurableFiles.publish(drafts.get(i).path(), folder.resolve(stem + TEXT));
      }
    } catch (IOException | RuntimeException e) {
      drafts.forEach(draft -> draft.discard(e));
      throw e;
    }
    files.forceDirectory(folder);
  }

  private void mark(String stem) throws IOException {
    Path mark = folder.resolve(stem + MARK);
    if (Files.notExists(mark, LinkOption.NOFOLLOW_LINKS)) {
      files.createEmpty(mark);
    }
  }

  /** Removes sidecars whose values are gone, durably. */
  void remove(List<String> stems) throws IOException {
    boolean any = false;
    for (String stem : stems) {
      any |= DurableFiles.remove(folder.resolve(stem + TEXT));
      DurableFiles.remove(folder.resolve(stem + MARK));
      forget(stem, Census.hash(stem));
    }
    if (any) {
      files.forceDirectoryWhateverComes(folder);
    }
  }

  /** What is told of each file in the folder. */
  interface Visitor {
    /** There is a sidecar. */
    void sidecar(String stem) throws IOException;

    /** There is or was a deadline. */
    void mark(String stem) throws IOException;
  }

  /** Goes through the folder; memory does not grow with it. Removes what a crash left over. */
  void visit(Visitor visitor, boolean tidy) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
      for (Path path : names) {
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(TEXT)) {
          visitor.sidecar(name.substring(0, name.length() - TEXT.length()));
        } else if (name.endsWith(MARK)) {
          visitor.mark(name.substring(0, name.length() - MARK.length()));
        } else if (tidy && DurableFiles.isTemporary(name)) {
          DurableFiles.remove(path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** Goes through the stems that have or had a deadline. */
  void visitMarks(MarkVisitor visitor) throws IOException {
    visit(
        new Visitor() {
          @Override
          public void sidecar(String stem) {}

          @Override
          public void mark(String stem) throws IOException {
            visitor.mark(stem);
          }
        },
        false);
  }

  /** Gets the stems that have or had a deadline. */
  @FunctionalInterface
  interface MarkVisitor {
    void mark(String stem) throws IOException;
  }
}
