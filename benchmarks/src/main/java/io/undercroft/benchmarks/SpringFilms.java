package io.undercroft.benchmarks;

import io.lettuce.core.api.StatefulConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettucePoolingClientConfiguration;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.ValueOperations;
import org.springframework.data.redis.serializer.RedisSerializer;

/**
 * Spring Data Redis: a template over Lettuce, with a serializer that is Jackson. As it comes, it
 * shares one connection for all but blocking commands and transactions.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // FilmsInRedis connects first
public class SpringFilms extends FilmsInRedis {
  private LettuceConnectionFactory connections;
  private ValueOperations<String, Film> films;

  /** Films as JSON. */
  private static final class FilmSerializer implements RedisSerializer<Film> {
    private final JacksonJson json = new JacksonJson();

    @Override
    public byte[] serialize(@Nullable Film film) {
      return json.encode(Objects.requireNonNull(film));
    }

    @Override
    public @Nullable Film deserialize(byte @Nullable [] bytes) {
      return bytes == null ? null : json.decode(bytes);
    }
  }

  @Override
  void connect(int port) {
    GenericObjectPoolConfig<StatefulConnection<?, ?>> pool = new GenericObjectPoolConfig<>();
    pool.setMaxTotal(CONNECTIONS);
    pool.setMaxIdle(CONNECTIONS);
    pool.setJmxEnabled(false);
    connections =
        new LettuceConnectionFactory(
            new RedisStandaloneConfiguration(HOST, port),
            LettucePoolingClientConfiguration.builder().poolConfig(pool).build());
    connections.afterPropertiesSet();
    connections.start();
    RedisTemplate<String, Film> template = new RedisTemplate<>();
    template.setConnectionFactory(connections);
    template.setKeySerializer(RedisSerializer.string());
    template.setValueSerializer(new FilmSerializer());
    template.afterPropertiesSet();
    films = template.opsForValue();
  }

  @Override
  void disconnect() {
    connections.destroy();
  }

  @Override
  Film read(int key) {
    return Objects.requireNonNull(films.get(name(key)));
  }

  @Override
  void write(int key, Film film) {
    films.set(name(key), film);
  }

  @Override
  Map<String, Film> readMany(int[] keys) {
    List<String> names = names(keys);
    List<Film> found = Objects.requireNonNull(films.multiGet(names));
    Map<String, Film> all = new HashMap<>();
    for (int i = 0; i < keys.length; i++) {
      all.put(names.get(i), found.get(i));
    }
    return all;
  }

  @Override
  void writeMany(int[] keys, Film[] some) {
    films.multiSet(byName(keys, some));
  }
}
