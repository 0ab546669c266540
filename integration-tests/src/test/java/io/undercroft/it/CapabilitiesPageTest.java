package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.undercroft.it.CapabilitiesPage.Column;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.Undercroft;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code docs/capabilities.md} is what was recorded, and what was recorded is so still. */
final class CapabilitiesPageTest {
  static final String COMMAND =
      "mvn -B -ntp -Pquick,mariadb -pl integration-tests -am -Dtest='"
          + Stream.of(Column.values()).map(Column::simpleTest).collect(Collectors.joining(","))
          + ",CapabilitiesPageTest' -Dsurefire.failIfNoSpecifiedTests=false -Dundercroft.docs=write"
          + " test";

  private static final Path PAGE = Path.of("../docs/capabilities.md");

  @TempDir Path temporary;

  @BeforeAll
  static void write() throws Exception {
    if ("write".equals(System.getProperty("undercroft.docs"))) {
      CapabilitiesPage.keepFreshRecords();
      Files.writeString(PAGE, CapabilitiesPage.text());
    }
  }

  @Test
  void thePageIsWhatTheRecordsMake() throws Exception {
    assertThat(Files.readString(PAGE))
        .as("docs/capabilities.md is not what its records say; run%n%s", COMMAND)
        .isEqualTo(CapabilitiesPage.text())
        .doesNotContain("failed");
  }

  /** What is recorded here is what the tests of this build declare, as far as it has run them. */
  @ParameterizedTest
  @EnumSource
  void whatThisBuildHasRecordedIsOnThePage(Column column) throws Exception {
    assumeTrue(Files.exists(column.fresh()), "NOT RUN: this build has no record of " + column);
    assertThat(withoutCounts(column.record()))
        .as("docs/capabilities.md is out of date; run%n%s", COMMAND)
        .isEqualTo(withoutCounts(CapabilitiesPage.read(column.fresh())));
  }

  /** Leaves whether anything of a contract passed, so that a new test alone makes no difference. */
  private static Map<String, String> withoutCounts(Map<String, String> record) {
    Map<String, String> all = new TreeMap<>(record);
    all.remove("on");
    all.replaceAll(
        (name, text) ->
            name.startsWith("contract.") ? String.valueOf(text.startsWith("passed")) : text);
    return all;
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "FOLDER", "DOCUMENT", "SQLITE", "H2"})
  void whatABackendDeclaresNowIsWhatIsRecorded(Column column) throws Exception {
    declares(
        column,
        switch (column) {
          case FOLDER -> Map.of("type", "file", "path", temporary.resolve("a").toString());
          case DOCUMENT -> Map.of("type", "file", "path", temporary.resolve("a.json").toString());
          case SQLITE -> Map.of("type", "sqlite", "database", temporary.resolve("a").toString());
          case H2 -> Map.of("type", "jdbc", "url", "jdbc:h2:" + temporary.resolve("a"));
          default -> Map.of("type", "memory");
        });
  }

  @Test
  void whatPostgresqlDeclaresNowIsWhatIsRecorded() throws Exception {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(temporary.resolve("server").toFile())
            .start()) {
      declares(
          Column.POSTGRESQL,
          Map.of("type", "jdbc", "url", server.getJdbcUrl("postgres", "postgres")));
    }
  }

  @Test
  void whatRedisDeclaresNowIsWhatIsRecorded() throws Exception {
    try (OwnRedis server = OwnRedis.start(temporary)) {
      declares(Column.REDIS, Map.of("type", "redis", "uri", server.uri()));
    }
  }

  private static void declares(Column column, Map<String, String> settings) throws Exception {
    Map<String, String> now = new TreeMap<>();
    try (Undercroft undercroft =
        Undercroft.builder().withoutAmbientConfig().storage("a", settings).open()) {
      StorageInfo info = undercroft.info("a");
      info.capabilities()
          .forEach(
              (name, support) ->
                  now.put("capability." + name, support.name().toLowerCase(Locale.ROOT)));
      info.limits().forEach((name, limit) -> now.put("limit." + name, String.valueOf(limit)));
      now.put("isolation", info.details().get("isolation"));
    }
    Map<String, String> recorded = new TreeMap<>(column.record());
    recorded.keySet().removeIf(name -> !name.matches("capability\\..*|limit\\..*|isolation"));
    assertThat(recorded).as("docs/capabilities.md is out of date; run%n%s", COMMAND).isEqualTo(now);
  }
}
