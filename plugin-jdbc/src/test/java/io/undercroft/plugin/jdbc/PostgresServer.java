package io.undercroft.plugin.jdbc;

import io.undercroft.spi.StoragePlugin;
import io.undercroft.testkit.PluginUnderTest;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server on a free port of the loopback interface: started when it is first asked for,
 * stopped at the end of the JVM. Every storage has a table of its own, reached by a door that can
 * be shut.
 */
final class PostgresServer implements AutoCloseable {
  private static @Nullable PostgresServer running;

  private final EmbeddedPostgres server;
  private final AtomicInteger count = new AtomicInteger();
  private final Set<String> databases = ConcurrentHashMap.newKeySet();

  private PostgresServer(EmbeddedPostgres server) {
    this.server = server;
  }

  static synchronized PostgresServer get() {
    PostgresServer there = running;
    if (there == null) {
      there = start(Map.of());
      running = there;
    }
    return there;
  }

  /** Starts another one, which logs every statement, without its parameters, as lines of JSON. */
  static PostgresServer logging(Path folder) {
    return start(
        Map.of(
            "logging_collector", "on",
            "log_destination", "jsonlog",
            "log_directory", folder.toAbsolutePath().toString(),
            "log_filename", "statements.log",
            "log_statement", "all",
            "log_parameter_max_length", "0"));
  }

  /** Starts another one with these settings beside. */
  static PostgresServer start(Map<String, String> more) {
    try {
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
              .setPGStartupWait(Duration.ofSeconds(60))
              .setServerConfig("listen_addresses", "127.0.0.1")
              .setServerConfig("max_connections", "200")
              .setServerConfig("fsync", "off"); // what is tested here is not the disk
      more.forEach(builder::setServerConfig);
      EmbeddedPostgres server = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server), "postgres-stop"));
      return new PostgresServer(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(EmbeddedPostgres server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops it. */
  @Override
  public void close() {
    close(server);
  }

  int port() {
    return server.getPort();
  }

  static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** Returns a plugin with a table of its own, behind a door that an outage shuts. */
  PluginUnderTest plugin() {
    return plugin(new JdbcPlugin());
  }

  PluginUnderTest plugin(StoragePlugin plugin) {
    Door door = Door.to(port());
    String table = "t" + count.incrementAndGet();
    return PluginUnderTest.of(
            plugin,
            Map.of("url", url(door.port()), "user", "postgres", "table", table, "pool.wait", "2s"))
        .outage(door::shut, door::open)
        .cleaning(
            () -> {
              door.close();
              drop(table);
            });
  }

  /** Returns the URL of an empty database; the same for the same directory. */
  String freshDatabase(Path temp) {
    String name = "d" + Integer.toUnsignedString(temp.hashCode(), 36);
    if (databases.add(name)) {
      run("CREATE DATABASE " + name);
    }
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + name;
  }

  void run(String... statements) {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void drop(String table) {
    run(
        "CREATE TABLE IF NOT EXISTS undercroft_tables (table_name VARCHAR(64) NOT NULL PRIMARY KEY,"
            + " format INTEGER NOT NULL, storage VARCHAR(64) NOT NULL, created_micros BIGINT NOT"
            + " NULL)",
        "DROP TABLE IF EXISTS " + table,
        "DELETE FROM undercroft_tables WHERE table_name = '" + table + "'");
  }
}
