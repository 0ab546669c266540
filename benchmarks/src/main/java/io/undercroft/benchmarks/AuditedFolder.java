package io.undercroft.benchmarks;

import io.undercroft.storage.Storage;
import java.io.IOException;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A storage of the type file, full of films, with a trail of what is done to it. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public class AuditedFolder {
  private static final int VALUES = 1_024;

  @Param("10000")
  public int keys;

  @Param("COMPACT")
  public Layout layout;

  /**
   * How often each entry was written before. Who overwrites one for the first time writes down, in
   * a second file, when it was made; nothing of that kind is part of the raw recipe.
   */
  @Param("2")
  public int fills;

  private String[] names;
  private Film[] values;
  private Scratch scratch;
  private Scratch trail;
  private FilmStorage storage;
  private Storage<Film> films;

  @Setup
  public void open() throws IOException {
    names = Films.keys(keys);
    values = Films.films(VALUES);
    scratch = Scratch.create();
    trail = Scratch.create();
    for (int i = 0; i < fills; i++) {
      FilmStorage.fill(scratch.directory(), layout, keys);
    }
    storage =
        FilmStorage.inFolderAudited(
            scratch.directory(), layout, trail.directory().resolve("audit.jsonl"));
    films = storage.films();
  }

  @TearDown
  public void close() throws IOException {
    storage.close();
    scratch.close();
    trail.close();
  }

  Storage<Film> films() {
    return films;
  }

  String key(Picks picks) {
    return names[picks.key(keys)];
  }

  Film value(Picks picks) {
    return values[picks.below(VALUES)];
  }
}
