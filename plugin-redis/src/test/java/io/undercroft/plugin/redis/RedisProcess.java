package io.undercroft.plugin.redis;

import io.undercroft.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A real Redis server as a process of its own, in a directory of its own, on a free port of the
 * loopback address.
 */
final class RedisProcess implements AutoCloseable {
  private static @Nullable RedisProcess shared;

  private final Path directory;
  private final int port;
  private final List<String> more;
  private @Nullable Process process;

  private RedisProcess(Path directory, int port, List<String> more) {
    this.directory = directory;
    this.port = port;
    this.more = more;
  }

  /** Returns the server that all tests of this JVM share; it ends with the JVM. */
  static synchronized RedisProcess shared() {
    RedisProcess there = shared;
    if (there == null) {
      there = start();
      Runtime.getRuntime().addShutdownHook(new Thread(there::close, "redis-stop"));
      shared = there;
    }
    return there;
  }

  /** Starts a server; every write that it acknowledges is on its disk. More settings follow. */
  static RedisProcess start(String... more) {
    try {
      List<String> settings =
          new ArrayList<>(List.of("--save", "", "--appendonly", "yes", "--appendfsync", "always"));
      settings.addAll(List.of("--repl-diskless-sync-delay", "0")); // 5 s by default
      settings.addAll(List.of(more));
      RedisProcess server = new RedisProcess(directory(), freePort(), settings);
      server.run();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server that may become a node of a cluster. More settings follow. */
  static RedisProcess node(String... more) {
    try {
      List<String> settings =
          new ArrayList<>(
              List.of(
                  "--cluster-enabled",
                  "yes",
                  "--cluster-node-timeout",
                  "1500",
                  "--cluster-port",
                  String.valueOf(freePort()))); // by default one that may be out of range
      settings.addAll(List.of(more));
      return start(settings.toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the port over which it talks to the other nodes. */
  String busPort() {
    return more.get(more.indexOf("--cluster-port") + 1);
  }

  /** Starts a Sentinel that watches a primary under this name; two of them can decide. */
  static RedisProcess sentinel(String name, RedisProcess primary) {
    try {
      Path directory = directory();
      Path conf = directory.resolve("sentinel.conf");
      Files.writeString(
          conf,
          String.join(
              "\n",
              "sentinel monitor " + name + " 127.0.0.1 " + primary.port + " 2",
              "sentinel down-after-milliseconds " + name + " 1000",
              "sentinel failover-timeout " + name + " 5000",
              ""));
      RedisProcess sentinel =
          new RedisProcess(directory, freePort(), List.of(conf.toString(), "--sentinel"));
      sentinel.run();
      return sentinel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path directory() throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.isDirectory(memory) && Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "undercroft-redis-")
        : Files.createTempDirectory("undercroft-redis-");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Returns the program; {@code -Dundercroft.redis.server=…} is another one than that of the build.
   */
  private static Path binary() {
    String other = System.getProperty("undercroft.redis.server");
    if (other != null) {
      return Path.of(other);
    }
    String system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
    String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    return Path.of(System.getProperty("basedir", ""), "target", "redis-server")
        .resolve("redis-server-7.0.15-" + system + "-" + arch);
  }

  /** Starts it, or starts it again with what is in its directory; returns when it answers. */
  void run() {
    try {
      Path own = directory.resolve("redis-server");
      if (!Files.exists(own)) {
        Files.copy(binary(), own, StandardCopyOption.COPY_ATTRIBUTES);
        if (!own.toFile().setExecutable(true)) {
          throw new IOException(own + " cannot be made executable");
        }
      }
      List<String> command = new ArrayList<>(List.of(own.toString()));
      command.addAll(more); // first, as a file of settings has to be
      command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
      command.addAll(List.of("--dir", directory.toString()));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Eventually.passes(
        () -> {
          try (Connection connection = connect()) {
            connection.ping();
          } catch (JedisException e) {
            throw new AssertionError("the server does not answer: " + Files.readString(log()), e);
          }
        });
  }

  private Path log() {
    return directory.resolve("log");
  }

  Connection connect() {
    return new Connection("127.0.0.1", port);
  }

  int port() {
    return port;
  }

  String uri() {
    return "redis://127.0.0.1:" + port + "/0";
  }

  /** Starts it again unless it runs. */
  void runAgain() {
    if (!isAlive()) {
      run();
    }
  }

  boolean isAlive() {
    Process running = process;
    return running != null && running.isAlive();
  }

  /** Ends it as a crash does; returns when it is gone. */
  void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      await(running);
    }
  }

  /** Lets it stand still, with its connections open. */
  void pause() {
    signal("-STOP");
  }

  /** Lets it go on. */
  void goOn() {
    signal("-CONT");
  }

  private void signal(String signal) {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("it does not run");
    }
    try {
      await(
          new ProcessBuilder("kill", signal, String.valueOf(running.pid()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(Process ending) {
    try {
      if (!ending.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
