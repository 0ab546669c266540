package io.undercroft.benchmarks;

import java.util.concurrent.ConcurrentHashMap;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/** Who keeps films as JSON in this process. */
public enum InMemory implements Side {
  UNDERCROFT("") {
    @Override
    Shelf<Film> open() {
      FilmStorage storage = FilmStorage.inMemory();
      return new OurShelf<>(storage.films(), storage::close);
    }
  },

  RAW("ConcurrentHashMap + Yasson") {
    @Override
    Shelf<Film> open() {
      return MapShelf.json(new ConcurrentHashMap<>(), () -> {}, () -> {});
    }
  },

  MVSTORE("H2's MVStore without a file, + Yasson") {
    @Override
    Shelf<Film> open() {
      MVStore store = MVStore.open(null);
      return MapShelf.json(
          store.openMap(
              "films",
              new MVMap.Builder<String, byte[]>()
                  .keyType(StringDataType.INSTANCE)
                  .valueType(ByteArrayDataType.INSTANCE)),
          () -> {},
          store::close);
    }
  },

  JCLOUDS("jclouds' transient blob store, + Yasson") {
    @Override
    Shelf<Film> open() {
      return BlobShelf.inMemory();
    }
  };

  private final String is;

  InMemory(String is) {
    this.is = is;
  }

  abstract Shelf<Film> open();

  @Override
  public String is() {
    return is;
  }
}
