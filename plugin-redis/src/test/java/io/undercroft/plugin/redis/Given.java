package io.undercroft.plugin.redis;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Settings;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.testkit.MutableClock;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** Opens storages on a server, looks into the server by hand, and says what tests say often. */
final class Given implements AutoCloseable {
  static final String JSON = "application/json";

  private final RedisProcess server;
  private final String namespace = Namespaces.next();
  private final MutableClock clock = MutableClock.atNow();
  private final ThreadFactory threads =
      work -> {
        Thread thread = new Thread(work, "redis-test");
        thread.setDaemon(true);
        return thread;
      };
  private final ExecutorService executor = Executors.newCachedThreadPool(threads);
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(threads);
  private final List<Backend> opened = new ArrayList<>();

  Given(RedisProcess server) {
    this.server = server;
  }

  MutableClock clock() {
    return clock;
  }

  /** One storage with its facets. */
  record Store(Backend backend, Facets facets) {
    Store(Backend backend) {
      this(backend, backend.facets());
    }

    KeyValue keyValue() {
      return facets.require(KeyValue.class);
    }

    Batch batch() {
      return facets.require(Batch.class);
    }

    Commit commit() {
      return facets.require(Commit.class);
    }

    Cluster cluster() {
      return facets.require(Cluster.class);
    }

    /** Returns the storage with its facets at a level. */
    Store at(ConsistencyLevel level) {
      return new Store(backend, cluster().withConsistency(level));
    }

    Changes changes() {
      return facets.require(Changes.class);
    }

    EntryMeta put(String key, String json) {
      return put(key, entry(json));
    }

    EntryMeta put(String key, NewEntry entry) {
      return ((PutResult.Written) keyValue().put(key, entry, Precondition.NONE)).meta();
    }

    Optional<String> get(String key) {
      return keyValue().get(key).map(entry -> new String(entry.value(), StandardCharsets.UTF_8));
    }

    List<String> keys(String prefix) {
      List<String> all = new ArrayList<>();
      try (Cursor<String> cursor = keyValue().keys(prefix, 100)) {
        for (List<String> page = cursor.next(); !page.isEmpty(); page = cursor.next()) {
          all.addAll(page);
        }
      }
      return all;
    }

    void close() {
      backend.close();
    }
  }

  static NewEntry entry(String json) {
    return NewEntry.of(json.getBytes(StandardCharsets.UTF_8), JSON);
  }

  static NewEntry entry(String json, Instant deadline) {
    return new NewEntry(
        json.getBytes(StandardCharsets.UTF_8), JSON, Optional.of(deadline), Map.of());
  }

  /** Opens the storage {@code rooms}; more settings as name and text, one after the other. */
  Store open(String... more) {
    List<String> all = new ArrayList<>(List.of("uri", server.uri()));
    all.addAll(List.of(more));
    return openWith(all.toArray(String[]::new));
  }

  /** Opens the storage {@code rooms} on the server that the settings name. */
  Store openWith(String... settings) {
    List<String> all = new ArrayList<>(List.of("namespace", namespace));
    all.addAll(List.of(settings));
    Backend backend = new RedisPlugin().open(settings(all.toArray(String[]::new)), context());
    opened.add(backend);
    return new Store(backend);
  }

  /** Reads settings as the runtime does: by the options, name and text one after the other. */
  static Settings settings(String... more) {
    Map<String, Object> values = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < more.length; i += 2) {
      texts.put(more[i], more[i + 1]);
    }
    for (Option<?> option : new RedisPlugin().options()) {
      option.fallback().ifPresent(value -> values.put(option.name(), value));
      String text = texts.remove(option.name());
      if (text != null) {
        values.put(option.name(), option.parse(text));
      }
    }
    if (!texts.isEmpty()) {
      throw new IllegalArgumentException("no such options: " + texts.keySet());
    }
    return new Settings() {
      @Override
      public <T> T get(Option<T> option) {
        return find(option).orElseThrow();
      }

      @Override
      @SuppressWarnings("unchecked") // the value came from the option of this name
      public <T> Optional<T> find(Option<T> option) {
        return Optional.ofNullable((T) values.get(option.name()));
      }
    };
  }

  PluginContext context() {
    return new PluginContext() {
      @Override
      public String storage() {
        return "rooms";
      }

      @Override
      public Clock clock() {
        return clock;
      }

      @Override
      public Executor executor() {
        return executor;
      }

      @Override
      public ScheduledExecutorService scheduler() {
        return scheduler;
      }

      @Override
      public ThreadFactory threads() {
        return threads;
      }

      @Override
      public OptionalLong expectedSize() {
        return OptionalLong.empty();
      }

      @Override
      public AccessPattern accessPattern() {
        return AccessPattern.UNKNOWN;
      }
    };
  }

  /** Returns what all names of this test begin with. */
  String namespace() {
    return namespace;
  }

  /** Returns a name of the storage in the server. */
  String name(String rest) {
    return namespace + ":{rooms}:" + rest;
  }

  /** Says something to the server, as a person with redis-cli does. */
  Object say(Command command, String... words) {
    try (Connection connection = server.connect()) {
      connection.sendCommand(command, words);
      return connection.getOne();
    }
  }

  /** Returns the text that is stored under a name. */
  String stored(String rest) {
    return new String((byte[]) say(Command.GET, name(rest)), StandardCharsets.UTF_8);
  }

  /** Returns what there is of this namespace in the server, without its beginning. */
  List<String> names() {
    try (Connection connection = server.connect()) {
      return Namespaces.keys(connection, namespace).stream()
          .map(key -> new String(key, StandardCharsets.UTF_8).substring(name("").length()))
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() {
    opened.forEach(Backend::close);
    scheduler.shutdownNow();
    executor.shutdownNow();
    if (server.isAlive()) {
      Namespaces.remove(server, namespace);
    }
  }
}
