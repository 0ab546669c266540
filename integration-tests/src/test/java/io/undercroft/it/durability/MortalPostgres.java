package io.undercroft.it.durability;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server with its data where it is told, which forces to the disk what it commits. All
 * of its processes can be killed at once, and it starts again in the same place, on the same port
 * of the loopback interface.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
final class MortalPostgres implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final int END_SECONDS = 20;

  private final Path data;
  private final Path log;
  private final Thread atTheEnd = new Thread(this::killQuietly, "postgres-kill");
  private int port;
  private @Nullable EmbeddedPostgres running;
  private @Nullable ProcessHandle first;

  /**
   * Makes a cluster and starts it.
   *
   * @param data where it has its data: a directory that does not exist, or one of its own
   * @param log where its words go
   */
  MortalPostgres(Path data, Path log) throws IOException {
    this.data = data;
    this.log = log;
    start();
    Runtime.getRuntime().addShutdownHook(atTheEnd);
    for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
      if (!show(setting).equals("on")) {
        throw new IllegalStateException(setting + " is " + show(setting));
      }
    }
  }

  /** Returns why there can be no such server here, or empty. */
  static Optional<String> obstacle() {
    try {
      // It refuses to run as root; in a user namespace of its own it takes itself for nobody.
      Programs.run("sh", "-c", "test $(id -u) -ne 0 || unshare -U true");
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("PostgreSQL does not run as root, and there is no other way: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  /** Starts it, and returns when it has recovered and lets clients in. */
  void start() throws IOException {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPort(port)
            .setPGStartupWait(START)
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("wal_writer_delay", "10s") // what nobody forces goes with a kill
            .setServerConfig("max_connections", "60")
            .setServerConfig("min_wal_size", "32MB")
            .setServerConfig("max_wal_size", "64MB")
            .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    port = server.getPort();
    running = server;
    long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
    first = ProcessHandle.of(pid).orElseThrow();
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** Returns the configuration of a storage in it. */
  List<String> properties() {
    return List.of("storage.type=jdbc", "storage.url=" + url(), "storage.user=postgres");
  }

  /** Returns the one row and column that a query finds. */
  String ask(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url() + "?user=postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private String show(String setting) {
    try {
      return ask("SHOW " + setting);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Kills all of its processes as {@code kill -9} does, and waits until they are gone. */
  void kill() throws Exception {
    ProcessHandle postmaster = Objects.requireNonNull(first, "it is running");
    Programs.run("kill", "-STOP", Long.toString(postmaster.pid())); // it makes no more of them
    List<ProcessHandle> all =
        Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle each : all) {
      each.onExit().get(END_SECONDS, TimeUnit.SECONDS);
    }
    first = null;
    forget();
  }

  /** Lets go of the lock file; there is nothing left to stop. */
  private void forget() throws IOException {
    EmbeddedPostgres former = running;
    running = null;
    if (former != null) {
      former.close();
    }
  }

  private void killQuietly() {
    ProcessHandle postmaster = first;
    if (postmaster != null) {
      postmaster.descendants().forEach(ProcessHandle::destroyForcibly);
      postmaster.destroyForcibly();
    }
  }

  /** Stops it in good order, if it is running. */
  @Override
  public void close() {
    try {
      forget();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      killQuietly(); // what did not stop in good order
      Runtime.getRuntime().removeShutdownHook(atTheEnd);
    }
  }
}
