package io.undercroft.benchmarks;

import com.github.benmanes.caffeine.cache.Caffeine;
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
      return ours(
          Map.of(
              "type", "memory", "layers", "cache", "cache.max-entries", String.valueOf(4 * keys)));
    }
  },

  RAW("ConcurrentHashMap of references") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      return MapShelf.references(new ConcurrentHashMap<>(), () -> {});
    }
  },

  CAFFEINE("Caffeine of references, bounded") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      return MapShelf.references(
          Caffeine.newBuilder().maximumSize(4L * keys).<String, KeptFilm>build().asMap(), () -> {});
    }
  },

  EHCACHE("Ehcache of references, bounded") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      return new EhcacheShelf(4L * keys);
    }
  },

  INFINISPAN("Infinispan embedded, local, of references, bounded") {
    @Override
    Shelf<KeptFilm> open(int keys) {
      System.setProperty("org.jboss.logging.provider", "slf4j"); // or it tells of each start
      DefaultCacheManager manager = new DefaultCacheManager();
      manager.defineConfiguration(
          "films", new ConfigurationBuilder().memory().maxCount(4L * keys).build());
      return MapShelf.references(manager.<String, KeptFilm>getCache("films"), manager::close);
    }
  };

  private final String is;

  AsReferences(String is) {
    this.is = is;
  }

  abstract Shelf<KeptFilm> open(int keys);

  @Override
  public String is() {
    return is;
  }

  private static Shelf<KeptFilm> ours(Map<String, String> settings) {
    FilmStorage storage = FilmStorage.with(settings);
    return new OurShelf<>(storage.keptFilms(new String[0]), storage::close);
  }
}
