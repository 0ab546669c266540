package io.undercroft.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/** The databases in which films are kept, durable as their makers say. */
public enum Engine {
  SQLITE {
    @Override
    String url(Path directory, String name) {
      return "jdbc:sqlite:" + directory.resolve(name + ".db");
    }

    @Override
    void durable(HikariConfig config) {
      config.addDataSourceProperty("journal_mode", "WAL");
      config.addDataSourceProperty("synchronous", "FULL");
      config.addDataSourceProperty("busy_timeout", "10000");
    }

    @Override
    String document() {
      return "?";
    }

    @Override
    String member(String name) {
      return "document ->> '$." + name + "'";
    }

    @Override
    String readingMany() {
      return "SELECT entry_key, document FROM raw WHERE entry_key IN"
          + " (SELECT value FROM json_each(?))";
    }

    @Override
    void bindMany(PreparedStatement statement, List<String> keys) throws SQLException {
      statement.setString(1, Json.createArrayBuilder(keys).build().toString());
    }
  },

  POSTGRESQL {
    @Override
    String url(Path directory, String name) {
      return "jdbc:postgresql://127.0.0.1:" + Server.port() + "/postgres";
    }

    @Override
    void durable(HikariConfig config) {
      config.addDataSourceProperty("prepareThreshold", "1");
      config.addDataSourceProperty("reWriteBatchedInserts", "true");
    }

    @Override
    String document() {
      return "CAST(? AS jsonb)";
    }

    @Override
    String member(String name) {
      return "(document ->> '" + name + "')" + (name.equals("year") ? "::int" : "");
    }

    @Override
    String readingMany() {
      return "SELECT entry_key, document FROM raw WHERE entry_key = ANY(?)";
    }

    @Override
    void bindMany(PreparedStatement statement, List<String> keys) throws SQLException {
      statement.setArray(
          1, statement.getConnection().createArrayOf("text", keys.toArray(String[]::new)));
    }
  };

  /** Returns the URL of a database, in this directory if it is in files of ours. */
  abstract String url(Path directory, String name);

  /** Says that a commit is on the disk when it is acknowledged, and what an expert would set. */
  abstract void durable(HikariConfig config);

  /** Returns a parameter of the type that an expert would keep documents in. */
  abstract String document();

  /** Returns a member of the document, to be compared. */
  abstract String member(String name);

  /** Returns the statement that reads many keys and documents of the table by hand. */
  abstract String readingMany();

  /** Binds the keys to that statement. */
  abstract void bindMany(PreparedStatement statement, List<String> keys) throws SQLException;

  /** Returns a document as PostgreSQL's driver takes it. */
  static PGobject jsonb(String document) {
    PGobject jsonb = new PGobject();
    jsonb.setType("jsonb");
    try {
      jsonb.setValue(document);
    } catch (SQLException e) {
      throw new IllegalStateException("that is no text", e);
    }
    return jsonb;
  }

  /** Returns a pool as an application would have it. */
  HikariDataSource pool(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    if (this == POSTGRESQL) {
      config.setUsername("postgres");
    }
    durable(config);
    config.setMaximumPoolSize(10);
    return new HikariDataSource(config);
  }

  /** A PostgreSQL of our own on this machine, until the JVM ends. */
  private static final class Server {
    private static @Nullable EmbeddedPostgres running;

    static synchronized int port() {
      EmbeddedPostgres there = running;
      if (there == null) {
        there = start();
        running = there;
      }
      return there.getPort();
    }

    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres server =
            EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(Scratch.place().resolve("postgres").toFile())
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("synchronous_commit", "on")
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "postgres-stop"));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void stop(EmbeddedPostgres server) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
