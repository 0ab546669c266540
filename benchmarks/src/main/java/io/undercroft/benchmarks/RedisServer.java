package io.undercroft.benchmarks;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A Redis server of its own on the loopback address, which keeps nothing on a disk. */
final class RedisServer implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Scratch scratch;
  private final int port;
  private final Process process;

  private RedisServer(Scratch scratch, int port, Process process) {
    this.scratch = scratch;
    this.port = port;
    this.process = process;
  }

  static RedisServer start() throws IOException {
    Scratch scratch = Scratch.create();
    Path binary = scratch.directory().resolve("redis-server");
    try (InputStream in = RedisServer.class.getResourceAsStream(resource())) {
      if (in == null) {
        throw new FileNotFoundException("there is no Redis server for this machine: " + resource());
      }
      Files.copy(in, binary);
    }
    if (!binary.toFile().setExecutable(true)) {
      throw new IOException(binary + " cannot be made executable");
    }
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Process process =
        new ProcessBuilder(
                binary.toString(),
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                scratch.directory().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    RedisServer server = new RedisServer(scratch, port, process);
    server.await();
    return server;
  }

  private static String resource() {
    String system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
    String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    return "/redis-server-7.0.15-" + system + "-" + arch;
  }

  private void await() throws IOException {
    long begin = System.nanoTime();
    while (true) {
      try (Connection connection = new Connection("127.0.0.1", port)) {
        connection.ping();
        return;
      } catch (JedisConnectionException e) {
        if (!process.isAlive() || System.nanoTime() - begin > PATIENCE_NANOS) {
          close();
          throw new IOException("the Redis server does not answer", e);
        }
      }
    }
  }

  int port() {
    return port;
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    scratch.close();
  }
}
