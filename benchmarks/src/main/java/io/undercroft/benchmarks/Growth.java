package io.undercroft.benchmarks;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How the time of an operation grows with the number of entries, on each backend: a thousand, ten
 * thousand and so on, each measured in a JVM with a ceiling for its heap.
 *
 * <p>Arguments, all of which may be left out: {@code --backends memory,file}, {@code --most
 * 1000000} entries, {@code --seconds 1} to warm each work up, {@code --minutes 15} that filling and
 * measuring the next number may be expected to take, {@code --note} for what should be known about
 * this run, {@code --into docs/performance.md}, beside which pictures are drawn into {@code
 * images}. Results are kept in {@code growth.json} beside the program, where those of another run
 * stay until the same is measured again.
 */
public final class Growth {
  private static final int LEAST = 1_000;
  private static final double FLAT = 2;
  private static final String WHY = "WHY";
  private static final Set<String> ARGUMENTS =
      Set.of("--backends", "--most", "--seconds", "--minutes", "--note", "--into");

  private final double seconds;
  private final double minutes;
  private final boolean forks;
  private final Results results;
  private final PrintStream out;

  /**
   * Prepares a run.
   *
   * @param forks whether each number has a JVM of its own
   */
  Growth(double seconds, double minutes, boolean forks, Results results, PrintStream out) {
    this.seconds = seconds;
    this.minutes = minutes;
    this.forks = forks;
    this.results = results;
    this.out = out;
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Arguments given;
    List<GrowthBackend> backends;
    int most;
    Growth growth;
    try {
      given = new Arguments(arguments, ARGUMENTS);
      backends = given.some("--backends", GrowthBackend.values(), GrowthBackend::valueOf);
      most = given.number("--most", 1_000_000);
      growth =
          new Growth(
              given.number("--seconds", 1),
              given.number("--minutes", 15),
              true,
              new Results(Files.createDirectories(Scratch.place()).resolveSibling("growth.json")),
              out);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    for (GrowthBackend backend : backends) {
      growth.run(backend, most);
    }
    out.println();
    out.print(markdown(growth.results, given.text("--note", "")));
    String document = given.text("--into", "");
    if (!document.isEmpty()) {
      write(growth.results, given.text("--note", ""), Path.of(document));
    }
  }

  /** Measures one backend, up to so many entries. */
  void run(GrowthBackend backend, int most) throws Exception {
    try (Scratch scratch = Scratch.create();
        GrowthBackend.Place place = place(backend, scratch.directory().resolve("growth"))) {
      int already = 0;
      double took = 0;
      for (int entries = LEAST; entries <= most; entries *= 10) {
        String refused = refused(backend, entries, took, scratch.directory());
        if (!refused.isEmpty()) {
          stop(backend, entries, refused);
          return;
        }
        long start = System.nanoTime();
        Map<GrowthWork, Double> times = new EnumMap<>(GrowthWork.class);
        for (boolean indexed :
            backend.lasts() ? new boolean[] {false, true} : new boolean[] {true}) {
          GrowthStep step =
              new GrowthStep(backend, place.settings(), already, entries, indexed, seconds);
          already = entries;
          String failed = go(step, scratch.directory().resolve("step.json"), times);
          if (!failed.isEmpty()) {
            stop(backend, entries, failed);
            return;
          }
        }
        took = (System.nanoTime() - start) / 60e9;
        keep(backend, entries, times, took);
      }
    }
  }

  private static GrowthBackend.Place place(GrowthBackend backend, Path directory) throws Exception {
    return backend.isServer()
        ? Apart.server(() -> backend.place(directory))
        : backend.place(directory);
  }

  /** Returns why a number of entries is not tried, or an empty text. */
  private String refused(GrowthBackend backend, long entries, double took, Path directory)
      throws IOException {
    double expected = took * 10;
    if (expected > minutes) {
      return String.format(
          Locale.ROOT,
          "about %.0f minutes were to be expected, %.0f were allowed",
          expected,
          minutes);
    }
    long free = Files.getFileStore(directory).getUsableSpace();
    if (backend.disk(entries) > free / 2) {
      return String.format(
          Locale.ROOT,
          "about %,d MiB of disk were to be expected, half of what is free is %,d MiB",
          backend.disk(entries) >> 20,
          free >> 21);
    }
    return "";
  }

  private String go(GrowthStep step, Path file, Map<GrowthWork, Double> times)
      throws IOException, InterruptedException {
    if (!forks) {
      times.putAll(step.run());
      return "";
    }
    long heap = step.backend().heap(step.entries(), step.indexed()) >> 20;
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                GrowthStep.class.getName(),
                file.toString(),
                step.backend().name(),
                String.valueOf(step.already()),
                String.valueOf(step.entries()),
                String.valueOf(step.indexed()),
                String.valueOf(step.seconds())));
    step.settings().forEach((name, value) -> command.add(name + "=" + value));
    int exit =
        new ProcessBuilder(step.backend().isServer() ? Apart.client(command) : command)
            .inheritIO()
            .start()
            .waitFor();
    if (exit != 0) {
      return "a JVM with a heap of " + heap + " MiB ended with " + exit;
    }
    try (InputStream in = Files.newInputStream(file);
        JsonReader reader = Json.createReader(in)) {
      JsonObject json = reader.readObject();
      json.forEach(
          (work, nanos) ->
              times.put(GrowthWork.valueOf(work), json.getJsonNumber(work).doubleValue()));
    }
    return "";
  }

  private void keep(GrowthBackend backend, int entries, Map<GrowthWork, Double> times, double took)
      throws IOException {
    JsonObjectBuilder json =
        Json.createObjectBuilder().add("backend", backend.name()).add("entries", entries);
    times.forEach((work, nanos) -> json.add(work.name(), nanos));
    results.keep(json.build(), "backend", "entries");
    out.printf(
        Locale.ROOT,
        "%s, %,d entries (%.1f minutes): %s%n",
        backend.title(),
        entries,
        took,
        times.entrySet().stream()
            .map(each -> each.getKey().what() + " " + Figure.time(each.getValue()))
            .collect(Collectors.joining(", ")));
  }

  private void stop(GrowthBackend backend, int entries, String why) throws IOException {
    results.keep(
        Json.createObjectBuilder()
            .add("backend", backend.name())
            .add("entries", entries)
            .add(WHY, why)
            .build(),
        "backend",
        "entries");
    out.printf(Locale.ROOT, "%s, %,d entries: %s%n", backend.title(), entries, why);
  }

  /** Puts tables into the document and pictures beside it. */
  static void write(Results results, String note, Path document) throws IOException {
    Path images = document.resolveSibling("images");
    Files.createDirectories(images);
    for (GrowthWork work : GrowthWork.values()) {
      Map<GrowthBackend, Map<Integer, Double>> lines = lines(results.all(), work);
      if (!lines.isEmpty()) {
        GrowthPicture.draw(work, lines, images.resolve(work.picture()));
      }
    }
    Markers.fill(document, "Growth", markdown(results, note));
  }

  /** Returns the times of one work by backend and number of entries. */
  private static Map<GrowthBackend, Map<Integer, Double>> lines(
      List<JsonObject> all, GrowthWork work) {
    Map<GrowthBackend, Map<Integer, Double>> lines = new EnumMap<>(GrowthBackend.class);
    for (JsonObject each : all) {
      if (each.containsKey(work.name())) {
        lines
            .computeIfAbsent(
                GrowthBackend.valueOf(each.getString("backend")), backend -> new TreeMap<>())
            .put(each.getInt("entries"), each.getJsonNumber(work.name()).doubleValue());
      }
    }
    return lines;
  }

  /** Returns the tables of what is kept, with what it was measured on. */
  static String markdown(Results results, String note) throws IOException {
    List<JsonObject> all = results.all();
    List<String> text = new ArrayList<>();
    text.add(
        Machine.on(results.file())
            + "; "
            + Machine.java()
            + "; one thread, entries of 80 bytes of JSON; each time is the first decile of many short blocks, or of calls that take longer."
            + (note.isEmpty() ? "" : " **" + note + "**"));
    for (GrowthWork work : GrowthWork.values()) {
      Map<GrowthBackend, Map<Integer, Double>> lines = lines(all, work);
      if (!lines.isEmpty()) {
        text.add("");
        text.add("![" + work.title() + "](images/" + work.picture() + ")");
        text.add("");
        table(work, lines, text);
      }
    }
    List<String> stops = stops(all);
    if (!stops.isEmpty()) {
      text.add("");
      text.addAll(stops);
    }
    return String.join("\n", text) + "\n";
  }

  private static void table(
      GrowthWork work, Map<GrowthBackend, Map<Integer, Double>> lines, List<String> text) {
    Set<Integer> sizes = new TreeSet<>();
    lines.values().forEach(line -> sizes.addAll(line.keySet()));
    text.add(
        "| "
            + work.title()
            + " | "
            + sizes.stream()
                .map(size -> String.format(Locale.ROOT, "%,d", size))
                .collect(Collectors.joining(" | "))
            + " | flat within | goal | |");
    text.add("|---|" + "---:|".repeat(sizes.size() + 2) + "---|");
    lines.forEach(
        (backend, line) -> {
          double within = flatWithin(line);
          List<String> cells = new ArrayList<>(List.of(backend.title()));
          sizes.forEach(
              size -> cells.add(line.containsKey(size) ? Figure.time(line.get(size)) : ""));
          boolean asked = backend.promisesFlat(work);
          cells.add(Figure.number(within, 1) + " ×");
          cells.add(asked ? "≤ " + Figure.number(FLAT, 0) + " ×" : "");
          cells.add(asked ? within <= FLAT ? "met" : "**missed**" : "for context");
          text.add("| " + String.join(" | ", cells) + " |");
        });
  }

  /** Returns how many times as long the worst takes as the best. */
  private static double flatWithin(Map<Integer, Double> line) {
    double best = line.values().stream().mapToDouble(nanos -> nanos).min().orElseThrow();
    double worst = line.values().stream().mapToDouble(nanos -> nanos).max().orElseThrow();
    return worst / best;
  }

  private static List<String> stops(List<JsonObject> all) {
    return all.stream()
        .filter(each -> each.containsKey(WHY))
        .map(
            each ->
                String.format(
                    Locale.ROOT,
                    "- %s was not measured with %,d entries: %s.",
                    GrowthBackend.valueOf(each.getString("backend")).title(),
                    each.getInt("entries"),
                    each.getString(WHY)))
        .toList();
  }
}
