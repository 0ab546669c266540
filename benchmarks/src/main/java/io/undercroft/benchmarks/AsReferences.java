package io.undercroft.benchmarks;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.manager.DefaultCacheManager;

/**
 * Who keeps values in this process in which nothing can be changed, and hands the same object to
 * every reader.
 */
public enum AsReferences implements Side {
  UNDERCROFT("") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      return ours(Map.of("type", "memory"));
    }
  },

  /** The layer {@code cache} with room for all; {@link KeptWork} reads each film once before. */
  CACHED("") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      return cached(4L * keys);
    }
  },

  /** The same without room for any more. */
  CACHED_FULL("") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      return cached(keys);
    }
  },

  RAW("ConcurrentHashMap of references") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      return MapShelf.references(new ConcurrentHashMap<>(), () -> {});
    }
  },

  CAFFEINE("Caffeine of references, bounded, room for four times as many") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      return caffeine(4L * keys);
    }
  },

  /** From half of its room on Caffeine keeps account of what is read. */
  CAFFEINE_FULL("Caffeine of references, bounded, full") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      return caffeine(keys);
    }
  },

  EHCACHE("Ehcache of references, bounded, room for four times as many") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      return new EhcacheShelf(4L * keys);
    }
  },

  INFINISPAN("Infinispan embedded, local, of references, bounded, room for four times as many") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      System.setProperty("org.jboss.logging.provider", "slf4j"); // or it tells of each start
      DefaultCacheManager manager = new DefaultCacheManager();
      manager.defineConfiguration(
          "films", new ConfigurationBuilder().memory().maxCount(4L * keys).build());
      return MapShelf.references(manager.<String, KeptFilm>getCache("films"), manager::close);
    }
  };

  /** The libraries, each with room for more. */
  static final List<AsReferences> WITH_ROOM = List.of(CAFFEINE, EHCACHE, INFINISPAN);

  private final String is;

  AsReferences(String is) {
    this.is = is;
  }

  abstract Shelf<KeptFilm> open(int keys);

  @Override
  public String is() {
    return is;
  }

  private static Shelf<KeptFilm> cached(long most) {
    return ours(
        Map.of("type", "memory", "layers", "cache", "cache.max-entries", String.valueOf(most)));
  }

  private static Shelf<KeptFilm> caffeine(long most) {
    return MapShelf.references(
        Caffeine.newBuilder().maximumSize(most).<String, KeptFilm>build().asMap(), () -> {});
  }

  private static Shelf<KeptFilm> ours(Map<String, String> settings) {
    FilmStorage storage = FilmStorage.with(settings);
    return new OurShelf<>(storage.keptFilms(new String[0]), storage::close);
  }
}
