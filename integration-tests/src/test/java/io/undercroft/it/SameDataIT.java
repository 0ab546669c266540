package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The films are the same in every place, format and compression, imported or copied, and a copy
 * that was killed goes on.
 *
 * <p>One process of the distribution serves all cells, because memory lives only within one.
 */
final class SameDataIT {
  private static final int FILMS = 3_201;
  private static final int ATTEMPTS = 10;
  private static final List<String> FORMATS = List.of("json", "msgpack");
  private static final List<String> COMPRESSIONS = List.of("none", "gzip", "lz4", "snappy", "zstd");

  /**
   * The orders of places that one after the other, for one format and compression each, lead from
   * every place to every place.
   */
  private static final List<List<Place>> ORDERS =
      List.of(
          List.of(Place.MEMORY, Place.FOLDER, Place.DOCUMENT),
          List.of(Place.DOCUMENT, Place.MEMORY, Place.FOLDER),
          List.of(Place.FOLDER, Place.DOCUMENT, Place.MEMORY),
          List.of(Place.MEMORY, Place.DOCUMENT, Place.FOLDER),
          List.of(Place.FOLDER, Place.MEMORY, Place.DOCUMENT),
          List.of(Place.DOCUMENT, Place.FOLDER, Place.MEMORY));

  private final Distribution distribution = new Distribution();
  private final Path films = distribution.home().resolve("samples/movies.json");

  @TempDir Path temporary;

  private int exports;

  enum Place {
    MEMORY,
    FOLDER,
    DOCUMENT
  }

  /** One way to keep the films. */
  private record Cell(Place place, String format, String compression) {
    String name() {
      return place.name().toLowerCase(Locale.ROOT) + "-" + format + "-" + compression;
    }

    List<String> properties(Path folder) {
      String prefix = "storages." + name() + ".";
      List<String> properties =
          new ArrayList<>(
              List.of(
                  prefix + "type=" + (place == Place.MEMORY ? "memory" : "file"),
                  prefix + "format=" + format,
                  prefix + "compression=" + compression));
      if (place != Place.MEMORY) {
        String file = place == Place.FOLDER ? name() : name() + ".json";
        properties.add(prefix + "path=" + folder.resolve(file));
      }
      return properties;
    }
  }

  /** Returns all cells, in an order in which every place comes after every place. */
  private static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    int turn = 0;
    for (String format : FORMATS) {
      for (String compression : COMPRESSIONS) {
        for (Place place : ORDERS.get(turn++ % ORDERS.size())) {
          cells.add(new Cell(place, format, compression));
        }
      }
    }
    return cells;
  }

  @Test
  void everyCellIsReachedFromEveryPlace() {
    List<Cell> cells = cells();
    assertThat(cells).hasSize(30).doesNotHaveDuplicates();
    Set<List<Place>> steps = new HashSet<>();
    for (int i = 0; i < cells.size(); i++) {
      steps.add(List.of(cells.get(i).place(), cells.get((i + 1) % cells.size()).place()));
    }
    assertThat(steps).as("from a place to a place").hasSize(9);
  }

  /** Every third way to keep them: each place, format and compression is among them. */
  @Test
  void theFilmsAreTheSameWhereverTheyAreImportedAndCopied() throws Exception {
    List<Cell> all = cells();
    List<Cell> some = new ArrayList<>();
    for (int i = 0; i < all.size(); i += 3) {
      some.add(all.get(i));
    }
    assertSame(some);
  }

  @Test
  @Tag("same-data")
  void theFilmsAreTheSameInAllThirtyCells() throws Exception {
    assertSame(cells());
  }

  /** Imports into each cell, then empties each and copies it from the one before. */
  private void assertSame(List<Cell> cells) throws IOException {
    List<String> properties = new ArrayList<>();
    for (Cell cell : cells) {
      properties.addAll(cell.properties(temporary));
      if (cell.place() != Place.MEMORY) {
        properties.add("storages." + cell.name() + ".durability=relaxed"); // proven elsewhere
      }
    }
    try (Shell shell =
        Shell.start(distribution.shell(properties), temporary.resolve("shell.log"))) {
      Set<String> expected = Set.of();
      for (Cell cell : cells) {
        JsonObject imported =
            ask(
                shell,
                request("import", cell)
                    .add("file", films.toString())
                    .add("keyField", "Title")
                    .add("duplicates", "number")
                    .add("missing", "number"));
        assertThat(imported.getInt("result")).as(cell.name()).isEqualTo(FILMS);
        Set<String> found = exported(shell, cell);
        assertThat(found).as(cell.name()).hasSize(FILMS);
        expected = expected.isEmpty() ? found : expected;
        assertThat(found.equals(expected)).as("the films in " + cell.name()).isTrue();
      }
      Cell from = cells.get(cells.size() - 1);
      for (Cell to : cells) {
        String way = from.name() + " to " + to.name();
        ask(shell, request("clear", to));
        JsonObject copied =
            ask(
                    shell,
                    Json.createObjectBuilder()
                        .add("op", "copy")
                        .add("from", from.name())
                        .add("to", to.name()))
                .getJsonObject("result");
        assertThat(copied.getInt("copied")).as(way).isEqualTo(FILMS);
        assertThat(copied.getInt("verified")).as(way).isEqualTo(FILMS);
        assertThat(exported(shell, to).equals(expected)).as(way).isTrue();
        from = to;
      }
    }
  }

  private Set<String> exported(Shell shell, Cell cell) throws IOException {
    Path file = temporary.resolve("export-" + exports++ + ".ndjson");
    ask(shell, request("export", cell).add("file", file.toString()));
    Set<String> lines = new HashSet<>(Files.readAllLines(file));
    Files.delete(file);
    return lines;
  }

  private static JsonObjectBuilder request(String op, Cell cell) {
    return Json.createObjectBuilder().add("op", op).add("storage", cell.name());
  }

  private static JsonObject ask(Shell shell, JsonObjectBuilder request) {
    JsonObject asked = request.build();
    JsonObject answer = shell.ask(asked);
    assertThat(answer.getBoolean("ok")).as(asked + " " + answer).isTrue();
    return answer;
  }

  @ParameterizedTest
  @EnumSource(
      value = Place.class,
      names = {"FOLDER", "DOCUMENT"})
  void aCopyThatWasKilledInTheMiddleGoesOnWhereItWas(Place place) throws Exception {
    Cell from = new Cell(Place.DOCUMENT, "json", "none");
    Cell to = new Cell(place, "msgpack", "lz4");
    List<String> settings = new ArrayList<>();
    for (Cell cell : List.of(from, to)) {
      cell.properties(temporary).forEach(property -> settings.addAll(List.of("-D", property)));
    }
    run(
        settings,
        "import",
        films.toString(),
        "--key=Title",
        "--duplicates=number",
        "--missing=number",
        "--storage=" + from.name());

    int left = 0;
    for (int i = 0; i < ATTEMPTS && (left == 0 || left == FILMS); i++) {
      run(settings, "clear", "--storage=" + to.name());
      killInTheMiddleOfACopy(settings, from, to);
      left = Integer.parseInt(run(settings, "size", "--storage=" + to.name()).out().strip());
    }
    assertThat(left).as("what the killed copy left").isBetween(1, FILMS - 1);

    String[] copy = {"copy", "--from=" + from.name(), "--to=" + to.name()};
    assertThat(run(settings, copy).err())
        .contains("Copied " + (FILMS - left) + " entries")
        .contains("; " + left + " were there already; " + FILMS + " verified.");
    assertThat(lines(run(settings, "export", "--storage=" + to.name())))
        .hasSize(FILMS)
        .isEqualTo(lines(run(settings, "export", "--storage=" + from.name())));
  }

  /** Starts a copy and kills it as soon as its first entries can be seen in the target. */
  private void killInTheMiddleOfACopy(List<String> settings, Cell from, Cell to) throws Exception {
    Path target = temporary.resolve(to.place() == Place.FOLDER ? to.name() : to.name() + ".json");
    long before = extent(target);
    List<String> arguments = new ArrayList<>(settings);
    arguments.addAll(List.of("copy", "--from=" + from.name(), "--to=" + to.name()));
    Process copying =
        new ProcessBuilder(distribution.command(arguments))
            .redirectErrorStream(true)
            .redirectOutput(temporary.resolve("copy.log").toFile())
            .start();
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (copying.isAlive() && extent(target) <= before + 300 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    copying.destroyForcibly().waitFor();
  }

  /** Returns how many files are in a folder, or how many bytes in a file. */
  private static long extent(Path target) throws IOException {
    if (!Files.isDirectory(target)) {
      return Files.isRegularFile(target) ? Files.size(target) : 0;
    }
    try (var files = Files.list(target)) {
      return files.count();
    }
  }

  private Distribution.Ended run(List<String> settings, String... command) throws Exception {
    List<String> arguments = new ArrayList<>(settings);
    arguments.addAll(List.of(command));
    Distribution.Ended ended = distribution.run(temporary, arguments.toArray(String[]::new));
    assertThat(ended.status()).as(ended.err()).isZero();
    return ended;
  }

  private static List<String> lines(Distribution.Ended ended) {
    return ended.out().lines().sorted().toList();
  }
}
