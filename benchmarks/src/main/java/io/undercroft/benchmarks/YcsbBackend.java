package io.undercroft.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;

/** What records are kept in, by us and by what stands beside us. */
enum YcsbBackend {
  MEMORY("ConcurrentSkipListMap of references, no JSON") {
    @Override
    YcsbSide ours(Path directory, boolean scans) {
      return storage(Map.of("type", "memory"), scans, () -> {});
    }

    @Override
    YcsbSide peer(Path directory) {
      ConcurrentNavigableMap<String, Map<String, String>> records = new ConcurrentSkipListMap<>();
      return new YcsbSide(() -> new SkipListDb(records), () -> true, () -> {});
    }
  },

  FILE("java.nio, same recipe, + Yasson; keys in memory") {
    @Override
    YcsbSide ours(Path directory, boolean scans) {
      return storage(
          Map.of("type", "file", "path", directory.toString(), "pretty", "false"), scans, () -> {});
    }

    @Override
    YcsbSide peer(Path directory) throws Exception {
      JavaNioDb.Folder folder = new JavaNioDb.Folder(Files.createDirectory(directory));
      return new YcsbSide(() -> new JavaNioDb(folder), () -> true, folder::close);
    }
  },

  SQLITE("JDBC, a column for each field") {
    @Override
    YcsbSide ours(Path directory, boolean scans) throws Exception {
      return storage(table(Engine.SQLITE, Files.createDirectory(directory)), scans, () -> {});
    }

    @Override
    YcsbSide peer(Path directory) throws Exception {
      return columns(Engine.SQLITE, Files.createDirectory(directory));
    }
  },

  POSTGRESQL("JDBC, a column for each field") {
    @Override
    YcsbSide ours(Path directory, boolean scans) throws Exception {
      Map<String, String> settings = new HashMap<>(table(Engine.POSTGRESQL, directory));
      settings.put("user", "postgres");
      settings.put("table", scans ? "scanned" : "ours");
      return storage(settings, scans, () -> {});
    }

    @Override
    YcsbSide peer(Path directory) throws Exception {
      return columns(Engine.POSTGRESQL, directory);
    }

    /** Does at once what the server does by itself within a minute. */
    @Override
    void loaded() throws SQLException {
      try (HikariDataSource pool = Engine.POSTGRESQL.pool(Engine.POSTGRESQL.url(Path.of("."), ""));
          Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("ANALYZE");
      }
    }
  },

  REDIS("Jedis on its pool, a hash for each record") {
    @Override
    YcsbSide ours(Path directory, boolean scans) throws Exception {
      RedisServer server = RedisServer.start();
      return storage(
          Map.of("type", "redis", "uri", FilmsInRedis.uri(server.port())), scans, server::close);
    }

    @Override
    YcsbSide peer(Path directory) throws Exception {
      RedisServer server = RedisServer.start();
      ConnectionPoolConfig pool = new ConnectionPoolConfig();
      pool.setMaxTotal(FilmsInRedis.CONNECTIONS);
      pool.setMaxIdle(FilmsInRedis.CONNECTIONS);
      pool.setJmxEnabled(false);
      RedisClient client =
          RedisClient.builder()
              .hostAndPort(FilmsInRedis.HOST, server.port())
              .poolConfig(pool)
              .build();
      return new YcsbSide(
          () -> new RedisHashDb(client),
          () -> true,
          () -> {
            client.close();
            server.close();
          });
    }
  };

  private final String beside;

  YcsbBackend(String beside) {
    this.beside = beside;
  }

  /** Returns what stands beside us. */
  String beside() {
    return beside;
  }

  /**
   * Opens our storage, empty.
   *
   * @param directory for its files, if it has any; not there yet
   * @param scans whether documents hold their keys, with an index of them
   */
  abstract YcsbSide ours(Path directory, boolean scans) throws Exception;

  /** Opens what stands beside us, empty. */
  abstract YcsbSide peer(Path directory) throws Exception;

  /** Is called when both sides have been filled. */
  void loaded() throws SQLException {}

  private static YcsbSide storage(Map<String, String> settings, boolean scans, Closeable below) {
    Undercroft undercroft =
        Undercroft.builder().withoutAmbientConfig().storage("records", settings).open();
    Storage<YcsbRecord> records = undercroft.storage("records", YcsbRecord.class);
    records.clear();
    if (scans) {
      UndercroftDb.index(records);
    }
    return new YcsbSide(
        () -> new UndercroftDb(records, scans),
        () -> scans && UndercroftDb.scans(records),
        () -> {
          undercroft.close();
          below.close();
        });
  }

  private static Map<String, String> table(Engine engine, Path directory) {
    return Map.of("type", "jdbc", "url", engine.url(directory, "ours"), "table", "ours");
  }

  private static YcsbSide columns(Engine engine, Path directory) throws Exception {
    HikariDataSource pool = engine.pool(engine.url(directory, "peer"));
    try (Connection connection = pool.getConnection()) {
      JdbcDb.createTable(connection);
    }
    return new YcsbSide(() -> new JdbcDb(pool.getConnection()), () -> true, pool);
  }
}
