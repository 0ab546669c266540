package io.undercroft.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/** Who keeps films as JSON in files. */
public enum InFolder implements Side {
  UNDERCROFT("") {
    /** Each film was written twice before: {@link OurFolder#fills} says why. */
    @Override
    Shelf<Film> filled(Path folder, Layout layout, int keys) {
      FilmStorage.fill(folder, layout, keys);
      FilmStorage.fill(folder, layout, keys);
      FilmStorage storage = FilmStorage.inFolder(folder, layout);
      return new OurShelf<>(storage.films(), storage::close);
    }
  },

  RAW("java.nio, same recipe, + Yasson") {
    @Override
    Shelf<Film> filled(Path folder, Layout layout, int keys) throws Exception {
      RawJson json = new RawJson(layout);
      RawFiles files = new RawFiles(folder, json);
      files.fill(keys);
      return new ByHand(folder, files, json);
    }
  },

  MVSTORE("H2's MVStore, one file, a commit and a force for each write, + Yasson, compact") {
    @Override
    Shelf<Film> filled(Path folder, Layout layout, int keys) {
      MVStore store =
          new MVStore.Builder()
              .fileName(folder.resolve("films.mv").toString())
              .autoCommitDisabled()
              .open();
      MVMap<String, byte[]> map =
          store.openMap(
              "films",
              new MVMap.Builder<String, byte[]>()
                  .keyType(StringDataType.INSTANCE)
                  .valueType(ByteArrayDataType.INSTANCE));
      Shelf<Film> shelf =
          MapShelf.json(
              map,
              () -> {
                store.commit();
                store.sync();
              },
              store::close);
      try (RawJson json = new RawJson(Layout.COMPACT)) {
        for (int i = 0; i < keys; i++) {
          map.put(Films.key(i), json.encode(Films.film(i)));
        }
      }
      store.commit();
      return shelf;
    }
  },

  JCLOUDS("jclouds' blob store in a folder, never forced, + Yasson, compact") {
    @Override
    Shelf<Film> filled(Path folder, Layout layout, int keys) {
      BlobShelf shelf = BlobShelf.inFolder(folder);
      for (int i = 0; i < keys; i++) {
        shelf.set(Films.key(i), Films.film(i));
      }
      return shelf;
    }
  };

  private final String is;

  InFolder(String is) {
    this.is = is;
  }

  /**
   * Returns films in a folder, which need not be on the disk yet; what is written afterwards is,
   * where nothing else is said.
   */
  abstract Shelf<Film> filled(Path folder, Layout layout, int keys) throws Exception;

  @Override
  public String is() {
    return is;
  }

  /** The raw side. */
  private record ByHand(Path folder, RawFiles files, RawJson json) implements Shelf<Film> {
    @Override
    public Film get(String key) throws Exception {
      return files.get(key);
    }

    @Override
    public void set(String key, Film value) throws Exception {
      files.set(key, value);
    }

    @Override
    public Map<String, Film> getMany(List<String> keys) throws Exception {
      Map<String, Film> found = new HashMap<>();
      for (String key : keys) {
        found.put(key, files.get(key));
      }
      return found;
    }

    @Override
    public void setMany(Map<String, Film> values) throws Exception {
      files.setMany(values);
    }

    @Override
    public void forEach(Consumer<? super Film> to) throws Exception {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path file : (Iterable<Path>) all::iterator) {
          to.accept(json.decode(Files.readAllBytes(file)));
        }
      }
    }

    @Override
    public void close() {
      json.close();
    }
  }
}
