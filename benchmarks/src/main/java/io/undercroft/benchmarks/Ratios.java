package io.undercroft.benchmarks;

import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Makes a Markdown table of JMH's results: Undercroft's speed in parts of the raw one's, with the
 * error of both.
 */
public final class Ratios {
  private static final String BEGIN = "<!-- made by Ratios: begin -->\n";
  private static final String END = "<!-- made by Ratios: end -->";

  private static final List<Comparison> COMPARISONS =
      List.of(
          new Comparison(
              "memory get",
              "MemoryGet.undercroft",
              "MemoryGet.raw",
              "ConcurrentHashMap + Yasson",
              0.9),
          new Comparison(
              "memory set",
              "MemorySet.undercroft",
              "MemorySet.raw",
              "ConcurrentHashMap + Yasson",
              0.9),
          new Comparison(
              "memory get",
              "MemoryGet.undercroft",
              "MemoryGet.references",
              "ConcurrentHashMap of references, no JSON",
              0),
          new Comparison(
              "ten newest of a director, by an index in memory",
              "IndexedQuery.indexed",
              "IndexedQuery.scan",
              "the same query by scan",
              100),
          new Comparison(
              "ten newest of a director, by an index in memory",
              "IndexedQuery.indexed",
              "IndexedQuery.loop",
              "a loop over objects",
              0),
          new Comparison(
              "ten newest of a director, by scan in memory",
              "IndexedQuery.scan",
              "IndexedQuery.loopOverJson",
              "a loop over ConcurrentHashMap, two fields of each by Parsson",
              0.67),
          new Comparison("file get", "FileGet.undercroft", "FileGet.raw", "java.nio + Yasson", 0.9),
          new Comparison(
              "file get, 8 threads",
              "FileGet.undercroftBy8Threads",
              "FileGet.rawBy8Threads",
              "java.nio + Yasson",
              0.9),
          new Comparison(
              "file set, durable",
              "FileSet.undercroft",
              "FileSet.raw",
              "java.nio, same recipe, + Yasson",
              0.95));

  private static final String BARE = "PassingThrough.none";
  private static final String WRAPPED = "PassingThrough.three";
  private static final double MOST_ADDED = 40;

  /**
   * Two benchmarks that do the same.
   *
   * @param goal the least ratio; 0 if the pair only stands for context
   */
  private record Comparison(String what, String ours, String raw, String rawIs, double goal) {}

  /**
   * What one benchmark came to.
   *
   * @param layout the parameter of this name, or empty
   * @param score nanoseconds per operation
   * @param error half of the 99.9 % confidence interval; NaN if there were too few iterations
   */
  private record Measured(String benchmark, String layout, double score, double error) {
    String text() {
      return micros(score) + " ± " + micros(error);
    }

    private static String micros(double nanos) {
      return nanos < 1_000 ? number(nanos, 1) + " ns" : number(nanos / 1_000, 2) + " µs";
    }
  }

  private Ratios() {}

  /**
   * Prints the table, or puts it into a document between its two marks.
   *
   * @param arguments JMH's results as JSON, and perhaps the document
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (arguments.length < 1 || arguments.length > 2) {
      System.err.println("arguments: RESULTS.json [DOCUMENT.md]");
      System.exit(2);
    }
    String markdown = markdown(Path.of(arguments[0]));
    if (arguments.length == 1) {
      out.print(markdown);
      return;
    }
    Path document = Path.of(arguments[1]);
    String text = Files.readString(document);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      System.err.println("'" + document + "' lacks the two lines that say where the table goes");
      System.exit(2);
    }
    Files.writeString(
        document, text.substring(0, begin + BEGIN.length()) + markdown + text.substring(end));
  }

  /** Returns the table of JMH's results in a file, with what they were measured on. */
  static String markdown(Path results) throws IOException {
    List<JsonObject> runs;
    try (InputStream in = Files.newInputStream(results);
        JsonReader reader = Json.createReader(in)) {
      runs = reader.readArray().getValuesAs(JsonObject.class);
    }
    if (runs.isEmpty()) {
      throw new IOException("'" + results + "' holds no results");
    }
    List<Measured> measured = runs.stream().map(Ratios::measured).toList();
    LocalDate date =
        LocalDate.ofInstant(Files.getLastModifiedTime(results).toInstant(), ZoneOffset.UTC);
    List<String> lines = new ArrayList<>(facts(runs.get(0), date));
    lines.add("");
    lines.addAll(table(measured));
    lines.add("");
    lines.addAll(added(measured));
    return String.join("\n", lines) + "\n";
  }

  private static Measured measured(JsonObject run) {
    String name = run.getString("benchmark");
    String shown = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
    JsonObject metric = run.getJsonObject("primaryMetric");
    JsonObject parameters = run.getOrDefault("params", JsonValue.EMPTY_JSON_OBJECT).asJsonObject();
    return new Measured(
        shown,
        parameters.getString("layout", "").toLowerCase(Locale.ROOT),
        number(metric, "score"),
        number(metric, "scoreError"));
  }

  /** JMH writes a NaN as a string. */
  private static double number(JsonObject metric, String name) {
    return metric.get(name) instanceof JsonNumber number ? number.doubleValue() : Double.NaN;
  }

  private static List<String> facts(JsonObject run, LocalDate date) throws IOException {
    Path place = Files.createDirectories(Scratch.place());
    return List.of(
        date
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores ("
            + processor()
            + "), "
            + memory()
            + " of memory, "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", files on "
            + Files.getFileStore(place).type()
            + "; "
            + run.getString("vmName")
            + " "
            + run.getString("vmVersion")
            + "; "
            + run.getInt("forks")
            + " forks of "
            + run.getInt("warmupIterations")
            + " × "
            + run.getString("warmupTime")
            + " warm-up and "
            + run.getInt("measurementIterations")
            + " × "
            + run.getString("measurementTime")
            + " measurement, "
            + "± is JMH's 99.9 % confidence interval.");
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try (Stream<String> lines = Files.lines(info)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      }
    }
    return System.getProperty("os.arch");
  }

  private static String memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? (system.getTotalMemorySize() >> 20) + " MiB"
        : "unknown size";
  }

  private static List<String> table(List<Measured> all) {
    List<String> lines = new ArrayList<>();
    lines.add("| work | beside | Undercroft | raw | speed, raw = 1 | goal | |");
    lines.add("|---|---|---:|---:|---:|---:|---|");
    for (Comparison comparison : COMPARISONS) {
      for (String layout : layouts(all, comparison)) {
        find(all, comparison.ours, layout)
            .forEach(
                ours ->
                    find(all, comparison.raw, layout)
                        .forEach(raw -> lines.add(line(comparison, layout, ours, raw))));
      }
    }
    return lines;
  }

  private static Set<String> layouts(List<Measured> all, Comparison comparison) {
    Set<String> layouts = new TreeSet<>();
    for (Measured one : all) {
      if (one.benchmark.equals(comparison.ours)) {
        layouts.add(one.layout);
      }
    }
    return layouts;
  }

  private static List<Measured> find(List<Measured> all, String benchmark, String layout) {
    return all.stream()
        .filter(one -> one.benchmark.equals(benchmark) && one.layout.equals(layout))
        .toList();
  }

  private static String line(Comparison comparison, String layout, Measured ours, Measured raw) {
    double ratio = raw.score / ours.score;
    double error = ratio * Math.hypot(raw.error / raw.score, ours.error / ours.score);
    boolean context = comparison.goal == 0;
    return "| "
        + String.join(
            " | ",
            layout.isEmpty() ? comparison.what : comparison.what + " (" + layout + " JSON)",
            comparison.rawIs,
            ours.text(),
            raw.text(),
            number(ratio, context ? 4 : 2) + " ± " + number(error, context ? 4 : 2),
            context ? "" : "≥ " + comparison.goal,
            context ? "for context" : verdict(ratio, error, comparison.goal))
        + " |";
  }

  /** Says no more than the errors allow. */
  private static String verdict(double ratio, double error, double goal) {
    if (Double.isNaN(error)) {
      return "too few iterations to say";
    }
    if (ratio >= goal) {
      return ratio - error >= goal ? "met" : "met, within the error";
    }
    return ratio + error >= goal ? "missed, within the error" : "**missed**";
  }

  private static List<String> added(List<Measured> all) {
    List<String> lines = new ArrayList<>();
    lines.add("| work | without | with three | added | goal | |");
    lines.add("|---|---:|---:|---:|---:|---|");
    for (Measured bare : find(all, BARE, "")) {
      for (Measured wrapped : find(all, WRAPPED, "")) {
        double added = wrapped.score - bare.score;
        double error = Math.hypot(wrapped.error, bare.error);
        lines.add(
            "| "
                + String.join(
                    " | ",
                    "memory has, three pass-through arounds",
                    bare.text(),
                    wrapped.text(),
                    number(added, 1) + " ± " + number(error, 1) + " ns",
                    "< " + number(MOST_ADDED, 0) + " ns",
                    verdict(-added, error, -MOST_ADDED))
                + " |");
      }
    }
    return lines;
  }

  private static String number(double value, int digits) {
    return Double.isNaN(value) ? "?" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
