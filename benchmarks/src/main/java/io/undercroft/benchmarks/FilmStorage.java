package io.undercroft.benchmarks;

import io.undercroft.spi.Around;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One storage of films, as an application opens it. */
final class FilmStorage implements AutoCloseable {
  private static final String NAME = "films";

  private final Undercroft undercroft;
  private final Storage<Film> films;

  private FilmStorage(Map<String, String> settings, List<? extends Wrapper> wrappers) {
    Undercroft.Builder builder =
        Undercroft.builder().withoutAmbientConfig().storage(NAME, settings);
    wrappers.forEach(wrapper -> builder.wrap(NAME, wrapper));
    undercroft = builder.open();
    films = undercroft.storage(NAME, Film.class);
  }

  static FilmStorage inMemory(Around... arounds) {
    return new FilmStorage(Map.of("type", "memory"), List.of(arounds));
  }

  /** Opens one in memory with more settings. */
  static FilmStorage inMemory(Map<String, String> more, Wrapper wrapper) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("type", "memory");
    return new FilmStorage(settings, List.of(wrapper));
  }

  /** Opens one by its settings. */
  static FilmStorage with(Map<String, String> settings) {
    return new FilmStorage(settings, List.of());
  }

  /** Opens an empty table, in this directory if the database is in files of ours. */
  static FilmStorage inTable(Engine engine, Path directory) {
    Map<String, String> settings = new HashMap<>();
    settings.put("type", "jdbc");
    settings.put("url", engine.url(directory, "ours"));
    settings.put("table", "ours");
    if (engine == Engine.POSTGRESQL) {
      settings.put("user", "postgres");
    }
    FilmStorage storage = with(settings);
    storage.films.clear();
    return storage;
  }

  /** Opens a folder in which every acknowledged write is on the disk. */
  static FilmStorage inFolder(Path folder, Layout layout) {
    return inFolder(folder, layout, "full");
  }

  /** Opens such a folder whose files are spread over subfolders. */
  static FilmStorage inSubfolders(Path folder, Layout layout, int subfolders) {
    return inSubfolders(folder, layout, subfolders, "full");
  }

  /** Opens such a folder with a trail beside it, whose records are on the disk, too. */
  static FilmStorage inFolderAudited(Path folder, Layout layout, Path trail) {
    Map<String, String> settings = new HashMap<>(settings(folder, layout, "full"));
    settings.put("layers", "audit");
    settings.put("audit.path", trail.toString());
    return new FilmStorage(settings, List.of());
  }

  /** Writes the first films into a folder, without waiting for the disk. */
  static void fill(Path folder, Layout layout, int keys) {
    try (FilmStorage storage = inFolder(folder, layout, "relaxed")) {
      storage.fill(keys);
    }
  }

  /** As {@link #fill}, spread over subfolders. */
  static void fillSubfolders(Path folder, Layout layout, int subfolders, int keys) {
    try (FilmStorage storage = inSubfolders(folder, layout, subfolders, "relaxed")) {
      storage.fill(keys);
    }
  }

  private static FilmStorage inSubfolders(
      Path folder, Layout layout, int subfolders, String durability) {
    Map<String, String> settings = new HashMap<>(settings(folder, layout, durability));
    settings.put("subfolders", String.valueOf(subfolders));
    return with(settings);
  }

  private static FilmStorage inFolder(Path folder, Layout layout, String durability) {
    return new FilmStorage(settings(folder, layout, durability), List.of());
  }

  private static Map<String, String> settings(Path folder, Layout layout, String durability) {
    return Map.of(
        "type",
        "file",
        "path",
        folder.toString(),
        "pretty",
        String.valueOf(layout == Layout.PRETTY),
        "durability",
        durability);
  }

  void fill(int keys) {
    for (int i = 0; i < keys; i++) {
      films.set(Films.key(i), Films.film(i));
    }
  }

  /** Writes the first films in one batch. */
  void fillAtOnce(int keys) {
    Map<String, Film> first = new HashMap<>();
    for (int i = 0; i < keys; i++) {
      first.put(Films.key(i), Films.film(i));
    }
    films.batched().setMany(first);
  }

  Storage<Film> films() {
    return films;
  }

  /** Returns the same films as values in which nothing can be changed; each was read once. */
  Storage<KeptFilm> keptFilms(String[] keys) {
    Storage<KeptFilm> kept = undercroft.storage(NAME, KeptFilm.class);
    for (String key : keys) {
      if (kept.get(key).isEmpty()) {
        throw new IllegalStateException("a film is missing");
      }
    }
    return kept;
  }

  @Override
  public void close() {
    undercroft.close();
  }
}
