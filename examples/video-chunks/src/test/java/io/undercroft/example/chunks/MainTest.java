package io.undercroft.example.chunks;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application as a user runs it. */
final class MainTest {
  private static final int DEADLINE_SECONDS = 60;

  @TempDir Path temporary;

  private record Said(int status, String text) {}

  private static Said here(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status = Main.run(new PrintStream(out, true, StandardCharsets.UTF_8), arguments);
    return new Said(status, out.toString(StandardCharsets.UTF_8));
  }

  /** A process of its own, configured by its environment. */
  private Said onDisk(String... arguments) throws Exception {
    return process(
        Map.of(
            "STORAGES_CHUNKS_TYPE",
            "file",
            "STORAGES_CHUNKS_PATH",
            temporary.resolve("chunks").toString()),
        arguments);
  }

  private Said process(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Path out = Files.createTempFile(temporary, "out", ".txt");
    Process process =
        builder.redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), Files.readString(out));
  }

  @Test
  void withoutConfigurationChunksLiveInMemory() {
    assertThat(here("cut", "office", "2", "5", "25000", "10000").text()).contains("Stored 3 of 3");
    assertThat(here("list").text()).isEmpty();
  }

  @Test
  void twoVariablesKeepThemAsFiles() throws Exception {
    Said cut = onDisk("cut", "office", "2", "5", "25000", "10000");
    assertThat(cut).isEqualTo(new Said(0, "Stored 3 of 3" + System.lineSeparator()));
    assertThat(onDisk("cut", "office", "2", "5", "25000", "10000")).isEqualTo(cut);
    assertThat(onDisk("list", "showId=office", "startTime=9999", "endTime=10001").text().lines())
        .containsExactly("office-s02e05-0", "office-s02e05-10000");
    assertThat(onDisk("get", "office-s02e05-20000").text()).contains("endTime=25000");
    assertThat(onDisk("exists", "office-s02e05-30000").status()).isEqualTo(1);
    assertThat(Files.readString(temporary.resolve("chunks/office-s02e05-0.json")))
        .contains("\"startTime\": 0,")
        .contains("\"endTime\": 10000,");
  }

  @Test
  void twoVariablesKeepThemInATableOfSqlite() throws Exception {
    keptIn(
        Map.of(
            "STORAGES_CHUNKS_TYPE",
            "sqlite",
            "STORAGES_CHUNKS_DATABASE",
            temporary.resolve("chunks.db").toString()));
  }

  @Test
  void threeVariablesKeepThemInATableOfPostgres() throws Exception {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
            .setPGStartupWait(Duration.ofSeconds(DEADLINE_SECONDS))
            .setServerConfig("listen_addresses", "127.0.0.1")
            .start()) {
      keptIn(
          Map.of(
              "STORAGES_CHUNKS_TYPE", "jdbc",
              "STORAGES_CHUNKS_URL",
                  "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres",
              "STORAGES_CHUNKS_USER", "postgres"));
    }
  }

  private void keptIn(Map<String, String> environment) throws Exception {
    Said cut = process(environment, "cut", "office", "2", "5", "25000", "10000");
    assertThat(cut).isEqualTo(new Said(0, "Stored 3 of 3" + System.lineSeparator()));
    assertThat(
            process(environment, "list", "showId=office", "startTime=9999", "endTime=10001")
                .text()
                .lines())
        .containsExactly("office-s02e05-0", "office-s02e05-10000");
    assertThat(process(environment, "get", "office-s02e05-20000").text()).contains("endTime=25000");
    assertThat(process(environment, "exists", "office-s02e05-30000").status()).isEqualTo(1);
  }

  @Test
  void whatIsWrongIsSaid() {
    Said invalid = here("store", "a", "office", "0", "1", "10", "5", "words");
    assertThat(invalid.status()).isEqualTo(3);
    assertThat(invalid.text())
        .contains("INVALID_VALUE")
        .contains("endTime must be after startTime; season must be at least 1");
    assertThat(here("cut", "office", "0", "1", "20", "10").text())
        .contains("Stored 0 of 2")
        .contains("office-s00e01-10: season must be at least 1");
    assertThat(here("list", "season=two").text())
        .contains("season must be a whole number, got 'two'");
    assertThat(here("list", "series=2").status()).isEqualTo(2);
    assertThat(here("fly").text()).contains("Say one of:");
    assertThat(here("store", "a", "office", "1", "1", "0", "5", "words").status()).isZero();
  }
}
