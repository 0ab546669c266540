package io.undercroft.benchmarks;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.StatUtils;

/**
 * YCSB's core workloads A to F, on our storages and on what stands beside them: by turns, round by
 * round, in one process.
 *
 * <p>Arguments, all of which may be left out: {@code --backends memory,file}, {@code --workloads
 * A,E}, {@code --records 10000}, {@code --operations 10000} in each round, {@code --threads 1} (at
 * most 10), {@code --rounds 5} after one that is not counted, {@code --note} for what should be
 * known about this run, {@code --into docs/performance.md}. Results are kept in {@code ycsb.json}
 * beside the program, where those of another run stay until the same is measured again.
 */
public final class Ycsb {
  private static final int MOST_THREADS = 10; // a pool has as many connections
  private static final Set<String> ARGUMENTS =
      Set.of(
          "--backends",
          "--workloads",
          "--records",
          "--operations",
          "--threads",
          "--rounds",
          "--note",
          "--into");

  private final int records;
  private final int operations;
  private final int threads;
  private final int rounds;
  private final Results results;
  private final PrintStream out;

  Ycsb(int records, int operations, int threads, int rounds, Results results, PrintStream out) {
    this.records = records;
    this.operations = operations;
    this.threads = threads;
    this.rounds = rounds;
    this.results = results;
    this.out = out;
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Arguments given;
    List<YcsbBackend> backends;
    List<YcsbWorkload> workloads;
    Ycsb ycsb;
    try {
      given = new Arguments(arguments, ARGUMENTS);
      backends = given.some("--backends", YcsbBackend.values(), YcsbBackend::valueOf);
      workloads = given.some("--workloads", YcsbWorkload.values(), YcsbWorkload::valueOf);
      int threads = given.number("--threads", 1);
      if (threads > MOST_THREADS) {
        throw new IllegalArgumentException("there are at most " + MOST_THREADS + " threads");
      }
      ycsb =
          new Ycsb(
              given.number("--records", 10_000),
              given.number("--operations", 10_000),
              threads,
              given.number("--rounds", 5),
              new Results(Files.createDirectories(Scratch.place()).resolveSibling("ycsb.json")),
              out);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    for (YcsbBackend backend : backends) {
      ycsb.run(backend, workloads);
    }
    String markdown = markdown(ycsb.results, given.text("--note", ""));
    out.println();
    out.print(markdown);
    String document = given.text("--into", "");
    if (!document.isEmpty()) {
      Markers.fill(Path.of(document), "Ycsb", markdown);
    }
  }

  /** Runs workloads on one backend, and keeps what they came to. */
  void run(YcsbBackend backend, List<YcsbWorkload> workloads) throws Exception {
    List<YcsbWorkload> scanning = workloads.stream().filter(YcsbWorkload::scans).toList();
    List<YcsbWorkload> others = workloads.stream().filter(each -> !each.scans()).toList();
    if (!others.isEmpty()) {
      run(backend, others, false);
    }
    if (!scanning.isEmpty()) {
      run(backend, scanning, true);
    }
  }

  private void run(YcsbBackend backend, List<YcsbWorkload> workloads, boolean scans)
      throws Exception {
    try (Scratch scratch = Scratch.create();
        YcsbSide ours = backend.ours(scratch.directory().resolve("ours"), scans);
        YcsbSide peer = backend.peer(scratch.directory().resolve("peer"))) {
      YcsbRun.load(ours, records);
      if (scans && !ours.scans().getAsBoolean()) {
        for (YcsbWorkload workload : workloads) {
          keep(begun(backend, workload).add("refused", "not offered"));
        }
        return;
      }
      YcsbRun.load(peer, records);
      backend.loaded();
      long[] there = {records, records};
      for (YcsbWorkload workload : workloads) {
        compare(backend, workload, List.of(ours, peer), there);
      }
    }
  }

  private void compare(
      YcsbBackend backend, YcsbWorkload workload, List<YcsbSide> sides, long[] there)
      throws Exception {
    List<YcsbRun> runs = new ArrayList<>();
    List<List<YcsbRun.Round>> all = List.of(new ArrayList<>(), new ArrayList<>());
    for (int side = 0; side < 2; side++) {
      runs.add(YcsbRun.of(sides.get(side), workload, there[side], operations, threads));
    }
    for (int round = 0; round <= rounds; round++) {
      for (int turn = 0; turn < 2; turn++) {
        int side = (round + turn) & 1; // who begins has no advantage
        YcsbRun.Round came = runs.get(side).round(operations);
        if (round > 0) { // the first one warms up
          all.get(side).add(came);
        }
      }
    }
    for (int side = 0; side < 2; side++) {
      there[side] += runs.get(side).inserts();
      runs.get(side).close();
    }
    keep(
        begun(backend, workload)
            .add("records", records)
            .add("operations", operations)
            .add("threads", threads)
            .add("undercroft", json(all.get(0)))
            .add("peer", json(all.get(1))));
  }

  private static JsonObjectBuilder begun(YcsbBackend backend, YcsbWorkload workload) {
    return Json.createObjectBuilder()
        .add("backend", backend.name())
        .add("workload", workload.name());
  }

  private void keep(JsonObjectBuilder builder) throws IOException {
    JsonObject result = builder.build();
    results.keep(result, "backend", "workload");
    out.println(line(result));
  }

  private static JsonObject json(List<YcsbRun.Round> rounds) {
    JsonArrayBuilder perSecond = Json.createArrayBuilder();
    rounds.forEach(round -> perSecond.add(round.perSecond()));
    JsonObjectBuilder times = Json.createObjectBuilder();
    for (String operation :
        rounds.stream()
            .flatMap(round -> round.times().keySet().stream())
            .collect(Collectors.toCollection(TreeSet::new))) {
      List<YcsbRun.Times> some =
          rounds.stream()
              .filter(round -> round.times().containsKey(operation))
              .map(round -> round.times().get(operation))
              .toList();
      times.add(
          operation,
          Json.createArrayBuilder()
              .add(median(some.stream().mapToDouble(YcsbRun.Times::half).toArray()))
              .add(median(some.stream().mapToDouble(YcsbRun.Times::most).toArray())));
    }
    return Json.createObjectBuilder().add("perSecond", perSecond).add("times", times).build();
  }

  private static double median(double[] values) {
    return StatUtils.percentile(values, 50);
  }

  /** Returns the table of what is kept, with what it was measured on. */
  static String markdown(Results results, String note) throws IOException {
    List<JsonObject> all = results.all();
    List<String> lines = new ArrayList<>();
    lines.add(
        Machine.on(results.file())
            + "; "
            + Machine.java()
            + "; "
            + sizes(all)
            + "; one side after the other in each round, after a round that is not counted. ± is the 95 % confidence"
            + " interval over the rounds; times are the medians of the rounds' percentiles."
            + (note.isEmpty() ? "" : " **" + note + "**"));
    lines.add("");
    lines.add(
        "| backend | workload | beside | Undercroft, operations/s | beside it | speed, beside it = 1"
            + " | Undercroft: half of the calls, 99 % | beside it |");
    lines.add("|---|---|---|---:|---:|---:|---|---|");
    for (YcsbBackend backend : YcsbBackend.values()) {
      for (String workload :
          Arrays.stream(YcsbWorkload.values()).map(Enum::name).sorted().toList()) {
        all.stream()
            .filter(each -> each.getString("backend").equals(backend.name()))
            .filter(each -> each.getString("workload").equals(workload))
            .forEach(each -> lines.add(line(each)));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  /** Returns how much was done on which backends. */
  private static String sizes(List<JsonObject> all) {
    Map<String, Set<String>> backends = new LinkedHashMap<>();
    for (JsonObject each : all) {
      if (each.containsKey("records")) {
        backends.computeIfAbsent(size(each), size -> new LinkedHashSet<>()).add(name(each));
      }
    }
    return backends.entrySet().stream()
        .map(each -> String.join(", ", each.getValue()) + ": " + each.getKey())
        .collect(Collectors.joining("; "));
  }

  private static String name(JsonObject result) {
    return result.getString("backend").toLowerCase(Locale.ROOT);
  }

  private static String size(JsonObject result) {
    return String.format(
        Locale.ROOT,
        "%,d records of 10 × 100 bytes, %d rounds of %,d operations by %s",
        result.getInt("records"),
        perSecond(result, "undercroft").size(),
        result.getInt("operations"),
        result.getInt("threads") == 1 ? "one thread" : result.getInt("threads") + " threads");
  }

  private static String line(JsonObject result) {
    YcsbBackend backend = YcsbBackend.valueOf(result.getString("backend"));
    YcsbWorkload workload = YcsbWorkload.valueOf(result.getString("workload"));
    List<String> cells = new ArrayList<>();
    cells.add(name(result));
    cells.add(workload + ": " + workload.what());
    cells.add(backend.beside());
    if (result.containsKey("refused")) {
      cells.addAll(List.of(result.getString("refused"), "", "", "", ""));
    } else {
      List<Double> ours = perSecond(result, "undercroft");
      List<Double> peer = perSecond(result, "peer");
      cells.add(rate(ours));
      cells.add(rate(peer));
      cells.add(Figure.ratio(ours, peer).text(2));
      cells.add(times(result.getJsonObject("undercroft")));
      cells.add(times(result.getJsonObject("peer")));
    }
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String rate(List<Double> rounds) {
    return String.format(Locale.ROOT, "%,.0f", Figure.mean(rounds).value());
  }

  private static List<Double> perSecond(JsonObject result, String side) {
    return result
        .getJsonObject(side)
        .getJsonArray("perSecond")
        .getValuesAs(JsonNumber::doubleValue);
  }

  private static String times(JsonObject side) {
    return side.getJsonObject("times").entrySet().stream()
        .map(
            each -> {
              List<Double> both =
                  each.getValue().asJsonArray().getValuesAs(JsonNumber::doubleValue);
              return each.getKey().toLowerCase(Locale.ROOT)
                  + " "
                  + Figure.time(both.get(0))
                  + ", "
                  + Figure.time(both.get(1));
            })
        .collect(Collectors.joining("; "));
  }
}
