package io.undercroft.it.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 1,000,000 random operations by eight threads on every backend; where several processes may share
 * it, by two JVMs with eight threads each, through their caches and past them. How many: {@code
 * -Dcache.operations}; which: {@code -Dcache.seed}. Only in the profile {@code cache-oracle}.
 *
 * <p>The Redis server is the one that the tests of {@code plugin-redis} unpack.
 */
@Tag("cache-oracle")
final class CacheOracleIT {
  private static final Map<String, String> ALONE =
      Map.of("max-entries", "40", "remember-misses", "true", "statistics", "true");
  private static final Map<String, String> SHARED =
      Map.of(
          "max-entries",
          "40",
          "remember-misses",
          "true",
          "expire-after-write",
          "2s",
          "statistics",
          "true");

  /** What the caches declare, and as long again as a thread may stand still between two steps. */
  private static final Duration BEHIND = Duration.ofSeconds(4);

  private static void nothingIsOld(
      Map<String, String> settings, Map<String, String> cache, int processes) throws Exception {
    long seed = Long.getLong("cache.seed", System.nanoTime());
    CacheOracle.Report report =
        CacheOracle.run(
            new CacheOracle.Plan(
                settings,
                cache,
                "cache",
                1,
                processes,
                BEHIND,
                Long.getLong("cache.operations", 1_000_000),
                seed));
    System.out.println("cache: " + settings.get("type") + ", seed " + seed + ": " + report);
    assertThat(report.isGood()).as("seed %d: %s", seed, report).isTrue();
  }

  @Test
  void inMemory() throws Exception {
    nothingIsOld(Map.of("type", "memory"), ALONE, 1);
  }

  @Test
  void inAFolder(@TempDir Path folder) throws Exception {
    nothingIsOld(
        Map.of("type", "file", "path", folder.resolve("rooms").toString(), "durability", "relaxed"),
        ALONE,
        1);
  }

  @Test
  void inSqlite(@TempDir Path folder) throws Exception {
    nothingIsOld(
        Map.of(
            "type",
            "sqlite",
            "database",
            folder.resolve("rooms.db").toString(),
            "durability",
            "relaxed"),
        SHARED,
        2);
  }

  @Test
  void inPostgres(@TempDir Path folder) throws Exception {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(folder.resolve("server").toFile())
            .setServerConfig("synchronous_commit", "off")
            .setServerConfig("deadlock_timeout", "10ms") // clear meets writers of several keys
            .start()) {
      nothingIsOld(
          Map.of(
              "type",
              "jdbc",
              "url",
              server.getJdbcUrl("postgres", "postgres"),
              "user",
              "postgres",
              "durability",
              "relaxed"),
          SHARED,
          2);
    }
  }

  @Test
  void inRedis(@TempDir Path folder) throws Exception {
    Optional<Path> binary = redis();
    assumeTrue(
        binary.isPresent(), "NOT RUN: no Redis server in plugin-redis/target; build plugin-redis");
    Path own = folder.resolve("redis-server");
    Files.copy(binary.orElseThrow(), own, StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(own.toFile().setExecutable(true)).isTrue();
    int port = freePort();
    Process server =
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
    try {
      answers(server, port);
      nothingIsOld(Map.of("type", "redis", "uri", "redis://127.0.0.1:" + port + "/0"), SHARED, 2);
    } finally {
      server.destroy();
      if (!server.waitFor(10, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    }
  }

  private static Optional<Path> redis() throws Exception {
    Path unpacked =
        Path.of(System.getProperty("basedir", ""), "..", "plugin-redis", "target", "redis-server");
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

  private static void answers(Process server, int port) throws Exception {
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
