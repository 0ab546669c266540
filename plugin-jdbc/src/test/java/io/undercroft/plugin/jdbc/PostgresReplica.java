package io.undercroft.plugin.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A replica that streams from a PostgreSQL server. It begins as a copy of the server's files,
 * because the binaries of the tests have no {@code pg_basebackup}.
 */
final class PostgresReplica implements AutoCloseable {
  private static final Set<String> LEFT_OUT =
      Set.of("postmaster.pid", "postmaster.opts", "pg_wal", "pg_replslot", "pg_stat_tmp");

  private final Path folder;
  private final int port;
  private final String binaries;
  private @Nullable Process process;

  private PostgresReplica(Path folder, int port, String binaries) {
    this.folder = folder;
    this.port = port;
    this.binaries = binaries;
  }

  /** Makes a replica with a slot of its name, and starts it. */
  static PostgresReplica of(PostgresServer primary, Path folder, String name) {
    try (Connection connection =
            DriverManager.getConnection(PostgresServer.url(primary.port()), "postgres", "");
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_create_physical_replication_slot('" + name + "', true)");
      statement.execute("SELECT pg_backup_start('replica', true)");
      Path from = Path.of(ask(statement, "SELECT current_setting('data_directory')"));
      copy(from, folder);
      String label = ask(statement, "SELECT labelfile FROM pg_backup_stop()");
      Files.writeString(folder.resolve("backup_label"), label);
      Files.createFile(folder.resolve("standby.signal"));
      Files.writeString(
          folder.resolve("postgresql.auto.conf"),
          "primary_conninfo = 'host=127.0.0.1 port=%d user=postgres application_name=%s'%n"
                  .formatted(primary.port(), name)
              + "primary_slot_name = '%s'%n".formatted(name)
              + "wal_retrieve_retry_interval = 100ms\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      String binaries = ask(statement, "SELECT setting FROM pg_config WHERE name = 'BINDIR'");
      PostgresReplica replica = new PostgresReplica(folder, freePort(), binaries);
      replica.start();
      return replica;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String ask(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** What changes meanwhile is mended by the log; a file may also go meanwhile. */
  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(from)) {
      all = walk.toList();
    }
    for (Path each : all) {
      Path relative = from.relativize(each);
      boolean leftOut = LEFT_OUT.contains(relative.getName(0).toString());
      if (Files.isDirectory(each) && (!leftOut || relative.getNameCount() == 1)) {
        Files.createDirectories(to.resolve(relative));
      } else if (!leftOut && Files.exists(each)) {
        Files.copy(each, to.resolve(relative));
      }
    }
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
  }

  /** Starts it, again or for the first time. */
  void start() {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "-U")); // PostgreSQL refuses to be root
    }
    command.addAll(
        List.of(
            binaries + "/postgres",
            "-D",
            folder.toString(),
            "-p",
            String.valueOf(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=200",
            "-c",
            "fsync=off"));
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolveSibling(folder.getFileName() + ".log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it. */
  void kill() {
    Process there = process;
    if (there == null) {
      return;
    }
    there.destroyForcibly();
    try {
      if (!there.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the replica does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process = null;
  }

  String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  @Override
  public void close() {
    kill();
  }
}
