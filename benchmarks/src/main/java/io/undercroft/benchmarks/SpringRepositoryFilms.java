package io.undercroft.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.springframework.data.annotation.Id;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisHash;
import org.springframework.data.redis.core.RedisKeyValueAdapter;
import org.springframework.data.redis.core.RedisKeyValueTemplate;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.mapping.RedisMappingContext;
import org.springframework.data.redis.repository.support.RedisRepositoryFactory;
import org.springframework.data.repository.CrudRepository;

/**
 * A repository of Spring Data Redis, which is what its users declare: a hash for each film and a
 * set of all keys.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // FilmsInRedis connects first
public class SpringRepositoryFilms extends FilmsInRedis {
  private LettuceConnectionFactory connections;
  private RedisKeyValueAdapter adapter;
  private Repository films;

  /** A film under its key. */
  @RedisHash("films")
  public record Stored(@Id String id, Film film) {}

  /** What a user declares. */
  public interface Repository extends CrudRepository<Stored, String> {}

  @Override
  void connect(int port) {
    connections = new LettuceConnectionFactory(new RedisStandaloneConfiguration(HOST, port));
    connections.afterPropertiesSet();
    connections.start();
    RedisTemplate<byte[], byte[]> template = new RedisTemplate<>();
    template.setConnectionFactory(connections);
    template.afterPropertiesSet();
    RedisMappingContext mapping = new RedisMappingContext();
    mapping.afterPropertiesSet();
    adapter = new RedisKeyValueAdapter(template, mapping);
    adapter.afterPropertiesSet();
    films =
        new RedisRepositoryFactory(new RedisKeyValueTemplate(adapter, mapping))
            .getRepository(Repository.class);
  }

  @Override
  void disconnect() throws Exception {
    adapter.destroy();
    connections.destroy();
  }

  @Override
  Film read(int key) {
    return films.findById(name(key)).orElseThrow().film();
  }

  @Override
  void write(int key, Film film) {
    films.save(new Stored(name(key), film));
  }

  @Override
  Map<String, Film> readMany(int[] keys) {
    Map<String, Film> all = new HashMap<>();
    for (Stored stored : films.findAllById(names(keys))) {
      all.put(stored.id(), stored.film());
    }
    return all;
  }

  @Override
  void writeMany(int[] keys, Film[] some) {
    List<Stored> all = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      all.add(new Stored(name(keys[i]), some[i]));
    }
    films.saveAll(all);
  }

  @Override
  void readAll(Consumer<? super Film> to) {
    films.findAll().forEach(stored -> to.accept(stored.film()));
  }
}
