package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a real folder of files; every run is what a process of its own would do. */
final class CommandLineTest {
  private static final Path MOVIES = Path.of("src/main/dist/samples/movies.json");

  @TempDir Path temporary;

  private Run on(String storage, String... arguments) {
    return withInput("", storage, arguments);
  }

  private Run withInput(String input, String storage, String... arguments) {
    List<String> all = new ArrayList<>();
    for (String property :
        List.of(
            "storages.a.type=file",
            "storages.a.path=" + temporary.resolve("a"),
            "storages.b.type=file",
            "storages.b.path=" + temporary.resolve("b.json"),
            "storages.packed.type=file",
            "storages.packed.path=" + temporary.resolve("packed"),
            "storages.packed.format=msgpack",
            "storages.packed.compression=zstd")) {
      all.add("-D");
      all.add(property);
    }
    all.addAll(Arrays.asList(arguments));
    if (!storage.isEmpty()) {
      all.addAll(List.of("--storage", storage));
    }
    return Run.withInput(input, all.toArray(String[]::new));
  }

  @Test
  void aValueThatWasSetIsThereForTheNextProcess() {
    assertThat(on("a", "set", "movie night", "{\"seats\":12}").status()).isZero();
    Run got = on("a", "get", "movie night");
    assertThat(got.out()).isEqualTo("{\"seats\":12}\n");
    assertThat(got.status()).isZero();
    assertThat(on("a", "has", "movie night").out()).isEqualTo("true\n");
    assertThat(on("a", "size").out()).isEqualTo("1\n");
    assertThat(on("a", "keys").out()).isEqualTo("\"movie night\"\n");
    assertThat(on("a", "keys", "x").out()).isEmpty();
    assertThat(on("a", "delete", "movie night").out()).isEqualTo("true\n");
    assertThat(on("a", "delete", "movie night").status()).isEqualTo(ExitCode.FALSE);
  }

  @Test
  void whatIsNotThereIsStatusOneAndSaidInWords() {
    Run got = on("a", "get", "nobody");
    assertThat(got.status()).isEqualTo(ExitCode.FALSE);
    assertThat(got.out()).isEmpty();
    assertThat(got.err()).contains("'a'").contains("'nobody'");
    assertThat(on("a", "has", "nobody").status()).isEqualTo(ExitCode.FALSE);
  }

  @Test
  void aConditionThatDoesNotHoldIsStatusOneAndChangesNothing() {
    Run first = on("a", "set", "k", "1", "--if-absent");
    assertThat(first.status()).isZero();
    assertThat(first.out()).startsWith("{\"key\":\"k\",\"value\":1,\"version\":\"");
    Run second = on("a", "set", "k", "2", "--if-absent");
    assertThat(second.status()).isEqualTo(ExitCode.FALSE);
    assertThat(second.err()).contains("VERSION_CONFLICT").contains("'k'");
    assertThat(on("a", "get", "k").out()).isEqualTo("1\n");
  }

  @Test
  void wrongUsageIsStatusTwo() {
    assertThat(on("a", "set", "k", "{oops").status()).isEqualTo(ExitCode.USAGE);
    assertThat(on("a", "set", "k", "{oops").err()).contains("the value is not JSON");
    assertThat(on("a", "set", "", "1").err()).contains("INVALID_KEY");
    assertThat(on("", "frobnicate").status()).isEqualTo(ExitCode.USAGE);
    assertThat(on("", "frobnicate").err())
        .contains("There is no command 'frobnicate'")
        .contains("undercroft --help");
    assertThat(on("", "imprt", "x").err()).contains("Did you mean").contains("import");
    assertThat(on("a", "set", "k").err())
        .contains("Missing required parameter: 'JSON'")
        .contains("Usage: undercroft set")
        .contains("Try 'undercroft set --help'");
    assertThat(Run.of().status()).isEqualTo(ExitCode.USAGE);
    assertThat(Run.of().err()).contains("Say what to do").contains("demo");
  }

  @Test
  void everyProblemOfTheConfigurationIsSaidAtOnce() {
    Run run =
        Run.of(
            "-D",
            "storage.type=redsi",
            "-D",
            "storages.x.type=file",
            "-D",
            "storages.y.type=File",
            "storages");
    assertThat(run.status()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains("INVALID_CONFIG: 4 problems")
        .contains("redsi")
        .contains("storages.x.path")
        .contains("storages.y.path")
        .contains("did you mean 'file'");
  }

  @Test
  void aBadLineLateInAFileLeavesNothingBehind() throws IOException {
    Path file = temporary.resolve("in.json");
    Files.writeString(file, "[{\"id\":\"a\"},{\"id\":\"a\"},{\"id\":null},{}]");
    Run run = on("a", "import", file.toString(), "--key", "id");
    assertThat(run.status()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains("3 problems")
        .contains("entry 2 repeats the key 'a'; --duplicates=")
        .contains("entry 3 has no key; --missing=");
    assertThat(on("a", "size").out()).isEqualTo("0\n");
  }

  @Test
  void theFilmsAreTheSameInEveryPlace() throws IOException {
    Run imported =
        on(
            "a",
            "import",
            MOVIES.toString(),
            "--key=Title",
            "--duplicates=number",
            "--missing=number");
    assertThat(imported.err()).contains("Imported 3201 entries");
    List<String> films = on("a", "export").lines().stream().sorted().toList();
    assertThat(films).hasSize(3201).anyMatch(line -> line.startsWith("{\"key\":\"1776\""));

    assertThat(on("", "copy", "--from=a", "--to=b").err()).contains("3201 verified");
    assertThat(on("", "copy", "--from=b", "--to=packed").err()).contains("3201 verified");
    assertThat(on("b", "export").lines().stream().sorted().toList()).isEqualTo(films);
    assertThat(on("packed", "export").lines().stream().sorted().toList()).isEqualTo(films);

    on("b", "delete", "Ben-Hur");
    on("b", "set", "Casino Royale", "1");
    Run again = on("", "copy", "--from=a", "--to=b");
    assertThat(again.err()).contains("Copied 2 entries").contains("3199 were there already");
    assertThat(on("b", "export").lines().stream().sorted().toList()).isEqualTo(films);
  }

  @Test
  void anExportComesBackWithItsDeadlinesAndMetadata() throws IOException {
    on("a", "set", "k", "1", "--expires-at", "2999-01-01T00:00:00Z", "-m", "by=Ann");
    Path file = temporary.resolve("out.ndjson");
    assertThat(on("a", "export", file.toString()).status()).isZero();
    assertThat(on("b", "import", file.toString()).status()).isZero();
    assertThat(on("b", "get", "k", "--entry").out())
        .contains("\"expiresAt\":\"2999-01-01T00:00:00Z\",\"metadata\":{\"by\":\"Ann\"}");
    assertThat(on("a", "export", file.toString()).err()).contains("exists");
  }

  @Test
  void theShellAnswersOneLinePerRequestInOrder() throws IOException {
    Path in = Files.writeString(temporary.resolve("in.ndjson"), "{\"key\":\"i\",\"value\":3}");
    Run run =
        withInput(
            """
            {"op":"set","key":"k","value":{"n":1}}
            {"op":"set","key":"k","value":2,"options":{"ifAbsent":true}}
            {"op":"get","key":"k"}
            {"op":"get","key":"none"}
            not json
            {"op":"fly"}
            {"op":"has","key":"k","storage":"b"}
            {"op":"setMany","values":{"x":1,"y":[2]}}
            {"op":"getMany","keys":["x","y","z"]}
            {"op":"batch","operations":[{"op":"set","key":"x","value":5},{"op":"delete","key":"y"}]}
            {"op":"size"}
            {"op":"deleteMany","keys":["x","k","q"]}
            {"op":"get"}
            {"op":"set","key":"k","value":1,"opitons":{}}
            {"op":"clear"}
            {"op":"set","key":"k","value":1,"options":{"ifAbsent":"true"}}
            {"op":"has","key":"k"}
            {"op":"import","file":"FILE"}
            {"op":"copy","from":"a","to":"b"}
            {"op":"export","storage":"b","file":"FILE"}\
            """
                .replace("FILE", in.toString()),
            "a",
            "shell");
    List<String> lines = run.lines();
    assertThat(lines).hasSize(20);
    assertThat(lines.get(0)).isEqualTo("{\"ok\":true,\"result\":null}");
    assertThat(lines.get(1)).startsWith("{\"ok\":false,\"code\":\"VERSION_CONFLICT\"");
    assertThat(lines.get(2)).isEqualTo("{\"ok\":true,\"result\":{\"n\":1}}");
    assertThat(lines.get(3)).isEqualTo("{\"ok\":true,\"result\":null}");
    assertThat(lines.get(4)).startsWith("{\"ok\":false,\"code\":\"INVALID_QUERY\"");
    assertThat(lines.get(5)).startsWith("{\"ok\":false,\"code\":\"UNSUPPORTED\"");
    assertThat(lines.get(6)).isEqualTo("{\"ok\":true,\"result\":false}");
    assertThat(lines.get(7)).isEqualTo("{\"ok\":true,\"result\":null}");
    assertThat(lines.get(8)).isEqualTo("{\"ok\":true,\"result\":{\"x\":1,\"y\":[2]}}");
    assertThat(lines.get(9)).startsWith("{\"ok\":true,\"result\":[{\"key\":\"x\",\"version\":");
    assertThat(lines.get(10)).isEqualTo("{\"ok\":true,\"result\":2}");
    assertThat(lines.get(11)).isEqualTo("{\"ok\":true,\"result\":2}");
    assertThat(lines.get(12)).contains("'key' is missing");
    assertThat(lines.get(13)).contains("opitons");
    assertThat(lines.get(14)).isEqualTo("{\"ok\":true,\"result\":null}");
    assertThat(lines.get(15)).contains("'ifAbsent' must be true or false");
    assertThat(lines.get(16)).isEqualTo("{\"ok\":true,\"result\":false}");
    assertThat(lines.get(17)).isEqualTo("{\"ok\":true,\"result\":1}");
    assertThat(lines.get(18))
        .contains("\"copied\":1,\"alreadyThere\":0,\"verified\":1,\"different\":[]");
    assertThat(lines.get(19)).startsWith("{\"ok\":false,").contains("exists");
    assertThat(run.status()).isZero();
  }

  @Test
  void aCopyTakesADeadlineAwayThatOnlyTheTargetHas() {
    on("a", "set", "k", "1");
    on("b", "set", "k", "1", "--expires-in", "7d");
    assertThat(on("", "copy", "--from=a", "--to=b").err()).contains("Copied 1 entry");
    assertThat(on("b", "get", "k", "--entry").out()).doesNotContain("expiresAt");
  }

  @Test
  void anImportRefusesADeadlineThatIsNoText() throws IOException {
    Path file =
        Files.writeString(
            temporary.resolve("in.ndjson"), "{\"key\":\"k\",\"value\":1,\"expiresAt\":7}");
    Run run = on("a", "import", file.toString());
    assertThat(run.status()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("entry 1 has an expiresAt that is not a text");
  }

  @Test
  void everyCommandHasHelpThatNamesItsOptions() {
    for (String command :
        List.of(
            "plugins",
            "storages",
            "config",
            "get",
            "set",
            "delete",
            "has",
            "keys",
            "size",
            "clear",
            "import",
            "export",
            "query",
            "count",
            "findone",
            "aggregate",
            "explain",
            "index",
            "copy",
            "watch",
            "shell",
            "bench",
            "demo")) {
      Run help = Run.of(command, "--help");
      assertThat(help.status()).as(command).isZero();
      assertThat(help.out()).as(command).contains("Usage: undercroft " + command);
    }
  }

  @Test
  void nothingIsWrittenOutsideTheStorage() throws IOException {
    String[] place = {"-D", "storage.type=file", "-D", "storage.path=" + temporary.resolve("a/b")};
    for (String key : List.of("../../escape", "/etc/passwd", "..", "..\\..\\x")) {
      assertThat(Run.of(place[0], place[1], place[2], place[3], "set", key, "1").status()).isZero();
    }
    assertThat(Run.of(place[0], place[1], place[2], place[3], "keys").lines()).hasSize(4);
    try (Stream<Path> files = Files.walk(temporary)) {
      assertThat(files.filter(file -> !file.startsWith(temporary.resolve("a/b"))))
          .containsExactlyInAnyOrder(temporary, temporary.resolve("a"));
    }
  }
}
