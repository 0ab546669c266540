package io.undercroft.it.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short round of {@link CacheOracle}, and the proof that it notices what a cache forgets. */
@Timeout(300)
final class CacheOracleTest {
  private static final Map<String, String> MEMORY = Map.of("type", "memory");
  private static final Map<String, String> MISSES =
      Map.of("max-entries", "40", "remember-misses", "true", "statistics", "true");

  private static CacheOracle.Report run(CacheOracle.Plan plan) throws Exception {
    CacheOracle.Report report = CacheOracle.run(plan);
    System.out.println(
        "cache: " + plan.settings().get("type") + ", seed " + plan.seed() + ": " + report);
    return report;
  }

  private static CacheOracle.Plan alone(
      Map<String, String> settings, Map<String, String> cache, String layer, long operations) {
    return new CacheOracle.Plan(
        settings, cache, layer, 1, 1, Duration.ZERO, operations, System.nanoTime());
  }

  @Test
  void nothingIsOldInMemory() throws Exception {
    CacheOracle.Report report = run(alone(MEMORY, MISSES, "cache", 60_000));
    assertThat(report.isGood()).as("%s", report).isTrue();
  }

  @Test
  void nothingIsOldInAFolder(@TempDir Path folder) throws Exception {
    Map<String, String> settings =
        Map.of("type", "file", "path", folder.resolve("rooms").toString(), "durability", "relaxed");
    CacheOracle.Report report = run(alone(settings, MISSES, "cache", 20_000));
    assertThat(report.isGood()).as("%s", report).isTrue();
  }

  @Test
  void twoCachesOfOneDatabaseAreBehindEachOtherNoMoreThanTheySay(@TempDir Path folder)
      throws Exception {
    Map<String, String> cache = Map.of("max-entries", "40", "expire-after-write", "1s");
    CacheOracle.Report report =
        run(
            new CacheOracle.Plan(
                sqlite(folder),
                cache,
                "cache",
                2,
                1,
                Duration.ofMillis(1_500),
                8_000,
                System.nanoTime()));
    assertThat(report.isGood()).as("%s", report).isTrue();
  }

  @Test
  void soAreThoseOfTwoProcesses(@TempDir Path folder) throws Exception {
    CacheOracle.Report report = run(twoProcesses(folder, "1s", Duration.ofMillis(1_500)));
    assertThat(report.isGood()).as("%s", report).isTrue();
  }

  /** Else two processes would prove nothing. */
  @Test
  void aCacheThatDoesNotListenToAnotherProcessIsNoticed(@TempDir Path folder) throws Exception {
    CacheOracle.Report report = run(twoProcesses(folder, "1h", Duration.ofMillis(10)));
    assertThat(report.findings()).as("%s", report).isNotEmpty();
  }

  private static CacheOracle.Plan twoProcesses(Path folder, String age, Duration behind) {
    return new CacheOracle.Plan(
        sqlite(folder),
        Map.of("max-entries", "40", "expire-after-write", age, "watch", "false"),
        "cache",
        1,
        2,
        behind,
        8_000,
        System.nanoTime());
  }

  @ParameterizedTest
  @EnumSource
  void aCacheThatForgetsAKindOfWriteIsNoticed(ForgetfulCachePlugin.Write forgotten)
      throws Exception {
    Map<String, String> cache =
        Map.of("forgets", forgotten.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    CacheOracle.Report report = run(alone(MEMORY, cache, ForgetfulCachePlugin.ID, 20_000));
    assertThat(report.findings()).as("%s", report).isNotEmpty();
  }

  @Test
  void aCacheThatDoesNotListenToOthersIsNoticed(@TempDir Path folder) throws Exception {
    CacheOracle.Report report = unheard(folder);
    for (int more = 0; more < 20 && report.findings().isEmpty(); more++) {
      report = unheard(folder); // a fast machine is through before an entry is old
    }
    assertThat(report.findings()).as("%s", report).isNotEmpty();
  }

  private static CacheOracle.Report unheard(Path folder) throws Exception {
    Map<String, String> cache = Map.of("watch", "false");
    return run(
        new CacheOracle.Plan(
            sqlite(folder),
            cache,
            "cache",
            2,
            1,
            Duration.ofMillis(10),
            20_000,
            System.nanoTime()));
  }

  private static Map<String, String> sqlite(Path folder) {
    return Map.of(
        "type",
        "sqlite",
        "database",
        folder.resolve("rooms.db").toString(),
        "durability",
        "relaxed");
  }
}
