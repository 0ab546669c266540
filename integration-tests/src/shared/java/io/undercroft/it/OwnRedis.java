package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Redis server of a test's own, on a free port, which keeps nothing on the disk: the one that the
 * tests of {@code plugin-redis} unpack.
 */
public final class OwnRedis implements AutoCloseable {
  private final Process server;
  private final int port;

  private OwnRedis(Process server, int port) {
    this.server = server;
    this.port = port;
  }

  /** Starts it, and waits until it answers; a test is not run where there is none. */
  public static OwnRedis start(Path folder) throws Exception {
    Optional<Path> binary = binary();
    assumeTrue(
        binary.isPresent(), "NOT RUN: no Redis server in plugin-redis/target; build plugin-redis");
    Path own = folder.resolve("redis-server");
    Files.copy(binary.orElseThrow(), own, StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(own.toFile().setExecutable(true)).isTrue();
    int port = freePort();
    Process process =
        new ProcessBuilder(
                List.of(
                    own.toString(),
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                    "--bind",
                    "127.0.0.1",
                    "--port",
                    String.valueOf(port),
                    "--dir",
                    folder.toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    OwnRedis server = new OwnRedis(process, port);
    try {
      server.answers();
      return server;
    } catch (IOException | AssertionError e) {
      server.close();
      throw e;
    }
  }

  /** Returns where it is, for the option {@code uri}. */
  public String uri() {
    return "redis://127.0.0.1:" + port + "/0";
  }

  /** Returns the keys that are there now. */
  public List<String> keys() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("KEYS *\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.lines().filter(line -> !line.matches("[*$+].*")).toList();
    }
  }

  @Override
  public void close() {
    server.destroy();
    try {
      if (!server.waitFor(10, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    } catch (InterruptedException e) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<Path> binary() throws Exception {
    Path unpacked = Path.of(System.getProperty("redis.server.folder", "none"));
    String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    if (!Files.isDirectory(unpacked)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(unpacked)) {
      return all.filter(file -> file.getFileName().toString().endsWith("linux-" + arch))
          .findFirst();
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void answers() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        if (socket.getInputStream().read() == '+') {
          return;
        }
      } catch (IOException e) {
        assertThat(server.isAlive() && System.nanoTime() < deadline).as("%s", e).isTrue();
      }
      Thread.onSpinWait();
    }
  }
}
