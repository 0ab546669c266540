package io.undercroft.benchmarks;

import io.undercroft.benchmarks.StreamsInSmallHeap.Way;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays a million rows into a table of SQLite, of H2 and of PostgreSQL, and lets a JVM with a heap
 * of 64 MiB go through each of them: its keys, its entries, and a query without a condition. Ends
 * with 0 if every entry was there exactly once, each time.
 */
public final class MillionRows {
  private static final String NAME = "films";
  private static final int AT_ONCE = 5_000;

  private MillionRows() {}

  /** What is stored; in JSON about 100 bytes. */
  public record Row(int number, String text) {}

  /**
   * Makes the rows, starts the other JVM, and goes on with the next engine.
   *
   * @param arguments perhaps another number of rows than 1,000,000
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int exit = 0;
    try (Scratch scratch = Scratch.create()) {
      for (Map.Entry<String, Map<String, String>> each : places(scratch.directory()).entrySet()) {
        long start = System.nanoTime();
        lay(each.getValue(), count);
        out.printf(
            "%s: %,d rows made in %,d ms%n", each.getKey(), count, MillionKeys.millisSince(start));
        exit =
            Math.max(exit, StreamsInSmallHeap.run(count, List.of(Way.values()), each.getValue()));
      }
    }
    if (exit != 0) {
      System.exit(exit);
    }
  }

  private static Map<String, Map<String, String>> places(Path directory) {
    Map<String, Map<String, String>> places = new LinkedHashMap<>();
    places.put("SQLite", table(Engine.SQLITE.url(directory, "rows")));
    places.put("H2", table("jdbc:h2:" + directory.resolve("rows")));
    Map<String, String> postgres = table(Engine.POSTGRESQL.url(directory, "rows"));
    postgres.put("user", "postgres");
    places.put("PostgreSQL", postgres);
    return places;
  }

  private static Map<String, String> table(String url) {
    return new HashMap<>(Map.of("type", "jdbc", "url", url, "table", "million"));
  }

  private static void lay(Map<String, String> settings, int count) {
    Map<String, String> quick = new HashMap<>(settings);
    quick.put("durability", "relaxed");
    try (Undercroft undercroft =
        Undercroft.builder().withoutAmbientConfig().storage(NAME, quick).open()) {
      Storage<Row> films = undercroft.storage(NAME, Row.class);
      films.clear();
      for (int first = 0; first < count; first += AT_ONCE) {
        Map<String, Row> some = new HashMap<>();
        for (int i = first; i < Math.min(count, first + AT_ONCE); i++) {
          some.put(
              Films.key(i), new Row(i, "Nothing that happens in this film is told. ".repeat(2)));
        }
        films.batched().setMany(some);
      }
    }
  }
}
