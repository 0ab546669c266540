package io.undercroft.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;

/** Ehcache on the heap, by its own interface: that of JCache is a {@code javax} one. */
final class EhcacheShelf implements Shelf<KeptFilm> {
  private final CacheManager manager;
  private final Cache<String, KeptFilm> cache;

  EhcacheShelf(long most) {
    manager = CacheManagerBuilder.newCacheManagerBuilder().build(true);
    cache =
        manager.createCache(
            "films",
            CacheConfigurationBuilder.newCacheConfigurationBuilder(
                String.class, KeptFilm.class, ResourcePoolsBuilder.heap(most)));
  }

  @Override
  public KeptFilm get(String key) {
    return Objects.requireNonNull(cache.get(key));
  }

  @Override
  public void set(String key, KeptFilm value) {
    cache.put(key, value);
  }

  @Override
  public Map<String, KeptFilm> getMany(List<String> keys) {
    return cache.getAll(Set.copyOf(keys));
  }

  @Override
  public void setMany(Map<String, KeptFilm> values) {
    cache.putAll(values);
  }

  @Override
  public void forEach(Consumer<? super KeptFilm> to) {
    cache.forEach(entry -> to.accept(entry.getValue()));
  }

  @Override
  public void close() {
    manager.close();
  }
}
