package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A storage is measured, and afterwards it is as it was. */
final class BenchTest {
  private static final int DEADLINE_SECONDS = 60;

  @TempDir Path temporary;

  private List<String> properties() {
    List<String> all = new ArrayList<>();
    for (String property :
        List.of(
            "storages.a.type=file",
            "storages.a.path=" + temporary.resolve("a"),
            "storages.a.durability=relaxed",
            "storages.b.type=file",
            "storages.b.path=" + temporary.resolve("b.json"),
            "storages.b.durability=relaxed",
            "storages.m.type=memory",
            "storages.r.type=memory",
            "storages.r.read-only=true")) {
      all.add("-D");
      all.add(property);
    }
    return all;
  }

  private String[] with(String... arguments) {
    List<String> all = properties();
    all.addAll(Arrays.asList(arguments));
    return all.toArray(String[]::new);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(temporary.resolve("a"))) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static JsonObject object(String line) {
    return Json.parse("a row", line).asJsonObject();
  }

  @Test
  void eachOperationIsARowAndTheStorageIsAsItWasBefore() throws IOException {
    assertThat(Run.of(with("set", "mine", "1", "-s", "a")).status()).isZero();
    List<Path> before = files();

    Run run = Run.of(with("bench", "a", "--seconds", "1"));
    assertThat(run.err()).contains("Storage 'a': file").contains("By hand: java.nio");
    assertThat(run.err()).contains("durability relaxed").contains("In sum, of 6 operations");
    assertThat(run.status()).isZero();
    List<JsonObject> rows = run.lines().stream().map(BenchTest::object).toList();
    assertThat(rows)
        .extracting(row -> row.getString("operation") + " " + row.getInt("threads"))
        .containsExactly(
            "get 1", "set 1", "getMany 1", "setMany 1", "90 get, 10 set 1", "90 get, 10 set 8");
    for (JsonObject row : rows) {
      assertThat(row.getString("storage")).isEqualTo("a");
      assertThat(row.getString("plugin")).isEqualTo("file");
      double ratio = row.getJsonNumber("ratio").doubleValue();
      assertThat(ratio).isPositive();
      assertThat(row.getJsonNumber("low").doubleValue()).isLessThanOrEqualTo(ratio);
      assertThat(row.getJsonNumber("high").doubleValue()).isGreaterThanOrEqualTo(ratio);
      assertThat(row.getJsonNumber("perSecond").doubleValue()).isPositive();
      assertThat(row.getJsonNumber("byHandPerSecond").doubleValue()).isPositive();
      assertThat(row.getJsonNumber("p99Micros").doubleValue())
          .isGreaterThanOrEqualTo(row.getJsonNumber("p50Micros").doubleValue());
      assertThat(row.getInt("blocks")).isBetween(6, 180);
      assertThat(row.getString("verdict")).isNotBlank();
    }

    assertThat(Run.of(with("keys", "-s", "a")).out()).isEqualTo("\"mine\"\n");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void aPersonSeesATable() {
    List<String> all = properties();
    all.addAll(List.of("bench", "m", "--seconds", "1"));
    Run run = Run.onTerminal(all.toArray(String[]::new));
    assertThat(run.status()).isZero();
    assertThat(run.lines()).hasSize(7);
    assertThat(run.lines().get(0)).startsWith("operation").contains("by hand").endsWith("verdict");
    assertThat(run.out()).contains("getMany 1").contains("90 get, 10 set, 8 threads");
    assertThat(run.err()).contains("ConcurrentHashMap").contains("The codec, which both sides use");
  }

  @Test
  void whatHasNoDriverIsMeasuredAlone() {
    Run run = Run.of(with("bench", "b", "--seconds", "1", "-o", "table"));
    assertThat(run.err()).contains("There is no driver here to compare with");
    assertThat(run.status()).isZero();
    assertThat(run.lines().get(0)).matches("operation +a second +p50 +p99");
    assertThat(run.lines()).hasSize(7);
    assertThat(Run.of(with("size", "-s", "b")).out()).isEqualTo("0\n");
  }

  @Test
  void severalAreMeasuredOneAfterTheOther() {
    Run run = Run.of(with("bench", "m", "a", "m", "--seconds", "1"));
    assertThat(run.status()).isZero();
    assertThat(run.lines()).hasSize(12);
    assertThat(object(run.lines().get(6)).getString("storage")).isEqualTo("a");
  }

  @Test
  void withoutConfigurationItMeasuresFilesThatAreGoneAfterwards() {
    Run run = Run.of("bench", "--seconds", "1");
    assertThat(run.status()).isZero();
    assertThat(run.err()).contains("No storage is configured").contains("java.nio");
    String folder = run.err().replaceAll("(?s).*temporary folder ([^,]+),.*", "$1");
    assertThat(Path.of(folder)).doesNotExist();
    assertThat(object(run.lines().get(0)).getString("plugin")).isEqualTo("file");
  }

  @Test
  void wrongUsageIsStatusTwo() {
    Run seconds = Run.of(with("bench", "m", "--seconds", "0"));
    assertThat(seconds.status()).isEqualTo(ExitCode.USAGE);
    assertThat(seconds.err()).contains("--seconds is 0").contains("1 to 3600");
    Run unknown = Run.of(with("bench", "x"));
    assertThat(unknown.status()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("'x'").contains("a, b, m, r");
    Run open = Run.of(with("bench"));
    assertThat(open.status()).isEqualTo(ExitCode.USAGE);
    assertThat(open.err()).contains("say which storages").contains("a, b, m, r");
  }

  @Test
  void aReadOnlyStorageIsRefused() {
    Run run = Run.of(with("bench", "r", "--seconds", "1"));
    assertThat(run.status()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("storage 'r' is read-only");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void whatAKilledRunHasLeftIsRefusedAndRemovedWhenAsked() throws IOException {
    for (String key : List.of("undercroft-bench.0001", "undercroft-bench.9", "other")) {
      assertThat(Run.of(with("set", key, "1", "-s", "a")).status()).isZero();
    }
    Path bare = Files.createDirectories(temporary.resolve("a/.undercroft/bare"));
    Files.writeString(bare.resolve("undercroft-bench.0001"), "1");

    Run refused = Run.of(with("bench", "a", "--seconds", "1"));
    assertThat(refused.status()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("has 1 entry under").contains("bench --clean a");

    Run cleaned = Run.of(with("bench", "--clean", "a"));
    assertThat(cleaned.status()).isZero();
    assertThat(cleaned.err()).contains("Removed 1 entry from storage 'a'");
    assertThat(bare).doesNotExist();
    assertThat(Run.of(with("keys", "-s", "a")).lines())
        .containsExactlyInAnyOrder("\"undercroft-bench.9\"", "\"other\"");
  }

  @Test
  void aRunThatIsStoppedRemovesWhatItHasWritten() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.undercroft.cli.Main"));
    command.addAll(List.of(with("bench", "a", "--seconds", "600")));
    Path err = temporary.resolve("err.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(err.toFile())
            .start();
    try {
      Path written = temporary.resolve("a/undercroft-bench.0999.json");
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
      while (!Files.exists(written) && System.nanoTime() < end) {
        assertThat(process.isAlive()).as("%s", Files.readString(err)).isTrue();
        Thread.onSpinWait();
      }
      assertThat(written).exists();
      process.destroy(); // SIGTERM, as Ctrl-C is SIGINT
      assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(err)).contains("Stopped; what was written is removed.");
    assertThat(Run.of(with("keys", "-s", "a")).out()).isEmpty();
    assertThat(temporary.resolve("a/.undercroft/bare")).doesNotExist();
  }

  private static BenchRun.Row row(String operation, int entries, int threads, Ratio ratio) {
    Duel.Speed speed = new Duel.Speed(1, new Latencies());
    return new BenchRun.Row(
        operation,
        entries,
        threads,
        new Duel.Result(speed, Optional.of(speed), Optional.of(ratio)));
  }

  @Test
  void theSumNamesTheFurthestBehindOfThoseThatAreSlower() {
    BenchRun.Row uncertain = row("get", 1, 1, new Ratio(0.5, 0.2, 1.8, 6));
    BenchRun.Row slower = row("setMany", 1_000, 8, new Ratio(0.7, 0.68, 0.72, 60));
    BenchRun.Row faster = row("set", 1, 1, new Ratio(1.4, 1.38, 1.41, 60));
    assertThat(BenchCommand.sum(List.of(uncertain, slower, faster)))
        .startsWith(
            "In sum, of 3 operations 1 is faster than by hand, 1 is slower, 1 is without a difference"
                + " that can be told. The furthest behind is 'setMany 1,000, 8 threads': 0.70 of"
                + " the speed by hand. For that the storage keeps");
    assertThat(BenchCommand.sum(List.of(uncertain, faster)))
        .contains("something else uses this machine")
        .doesNotContain("furthest behind");
    assertThat(BenchCommand.sum(List.of(faster, faster)))
        .startsWith("In sum, of 2 operations 2 are faster than by hand. For that");
  }

  @Test
  void theEntriesAreFilmsOfAboutAKilobyte() throws IOException {
    Path home = Path.of("src/main/dist");
    for (BenchEntries entries :
        List.of(BenchEntries.of(50, Optional.of(home)), BenchEntries.of(50, Optional.empty()))) {
      assertThat(entries.keys()).hasSize(50).doesNotHaveDuplicates().allMatch(BenchEntries::isKey);
      assertThat(entries.values()).doesNotHaveDuplicates();
      try (Undercroft undercroft = Undercroft.builder().withoutAmbientConfig().open()) {
        Storage<Map<String, Object>> storage = undercroft.storage("default", BenchRun.DOCUMENT);
        for (int i = 0; i < 50; i++) {
          storage.set(entries.keys().get(i), entries.values().get(i));
          JsonValue written =
              undercroft.storage(JsonValue.class).get(entries.keys().get(i)).orElseThrow();
          assertThat(written.toString().length()).isBetween(900, 1_600);
          assertThat(written.asJsonObject().getInt("Number")).isEqualTo(i);
        }
      }
    }
  }
}
