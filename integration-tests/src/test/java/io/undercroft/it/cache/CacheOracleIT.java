package io.undercroft.it.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.OwnRedis;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
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
    try (OwnRedis server = OwnRedis.start(folder)) {
      nothingIsOld(Map.of("type", "redis", "uri", server.uri()), SHARED, 2);
    }
  }
}
