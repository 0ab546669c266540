package io.undercroft.benchmarks;

import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes a Markdown table of JMH's results: Undercroft's speed in parts of the raw one's and of the
 * best library's, with the error of both. Where each benchmark was run in several rounds, the two
 * sides of a round are set against each other, so that what slows both for a while counts for
 * neither.
 */
public final class Ratios {
  private static final List<Comparison> COMPARISONS =
      List.of(
          new Comparison(
              "cached get",
              "CachedGet.undercroft",
              "CachedGet.raw",
              "Caffeine of bytes + Yasson",
              0.9),
          new Comparison(
              "cached get of records in which nothing can be changed",
              "CachedGet.shared",
              "CachedGet.references",
              "Caffeine of references, no JSON",
              0.7),
          new Comparison(
              "ten newest of a director, by an index in memory",
              "IndexedQuery.indexed",
              "IndexedQuery.scan",
              "the same query by scan",
              100),
          new Comparison(
              "the same, as they are stored",
              "IndexedQuery.indexedBytes",
              "IndexedQuery.sqliteBytes",
              "SQLite in memory, an index of both expressions",
              1),
          new Comparison(
                  "ten newest of a director, by an index in memory",
                  "IndexedQuery.indexed",
                  "IndexedQuery.loop",
                  "a loop over objects",
                  0)
              .beside(
                  1,
                  new Comparison.Beside(
                      "IndexedQuery.sqlite",
                      "SQLite in memory, an index of both expressions, + Yasson"),
                  new Comparison.Beside(
                      "QueryPeers.nitriteIndexed",
                      "Nitrite in memory, an index of both members, + Jackson")),
          new Comparison(
              "ten newest of a director, by scan in memory",
              "IndexedQuery.scan",
              "IndexedQuery.loopOverJson",
              "a loop over ConcurrentHashMap, two fields of each by Parsson",
              0.67),
          new Comparison(
                  "ten newest of a director, by scan in memory",
                  "IndexedQuery.scan",
                  "IndexedQuery.loopOverTokens",
                  "a loop over ConcurrentHashMap, two fields of each by Jackson's tokens",
                  0.83)
              .beside(
                  0,
                  new Comparison.Beside(
                      "QueryPeers.sqlite", "SQLite in memory without an index, + Yasson"),
                  new Comparison.Beside(
                      "QueryPeers.nitrite", "Nitrite in memory without an index, + Jackson")),
          new Comparison(
              "file set, durable, audited",
              "FileSet.audited",
              "FileSet.undercroft",
              "the same without the layer",
              0.87),
          new Comparison(
              "table set, durable, with an index of two members",
              "TableSet.undercroftWithIndex",
              "TableSet.rawWithIndex",
              "JDBC on HikariCP, two columns, + Yasson",
              0),
          new Comparison(
              "table setMany of 1,000, durable, with an index of two members",
              "TableSetMany.undercroftWithIndex",
              "TableSetMany.rawWithIndex",
              "a JDBC batch in one transaction, + Yasson",
              0),
          new Comparison(
              "ten newest of a director, by an index of the engine",
              "TableNewest.undercroft",
              "TableNewest.raw",
              "SQL by hand, the same index, + Yasson",
              0.9));

  private static final String OURS = "undercroft";
  private static final String BY_JACKSON = "undercroftByJackson";

  /** Those of a Redis server; the others do less: no versions, no listing, no log of changes. */
  private static final List<Comparison> OF_REDIS =
      List.of(
          new Comparison(
              "Redis get",
              "RedisGet.undercroft",
              "RedisGet.sameCommands",
              "Jedis on its pool, the same MGET of two, + Yasson",
              0.95),
          new Comparison(
              "Redis get",
              "RedisGet.undercroft",
              "RedisGet.raw",
              "Jedis on its pool, GET, + Yasson",
              0),
          new Comparison(
              "Redis set",
              "RedisSet.undercroft",
              "RedisSet.sameCommands",
              "Jedis on its pool, the same script, + Yasson",
              0.95),
          new Comparison(
              "Redis set",
              "RedisSet.undercroft",
              "RedisSet.raw",
              "Jedis on its pool, SET only, + Yasson",
              0),
          new Comparison(
              "Redis getMany, 1,000",
              "RedisGetMany.undercroft",
              "RedisGetMany.sameCommands",
              "Jedis on its pool, a pipeline of the same MGET of two, + Yasson",
              1),
          new Comparison(
              "Redis getMany, 1,000",
              "RedisGetMany.undercroft",
              "RedisGetMany.raw",
              "Jedis on its pool, one MGET of values only, + Yasson",
              0),
          new Comparison(
              "Redis getMany, 1,000",
              "RedisGetMany.undercroft",
              "RedisGetMany.oneByOne",
              "a get of ours for each",
              15),
          new Comparison(
              "Redis getMany, 1,000, by Jackson",
              "RedisGetMany.undercroftByJackson",
              "RedisGetMany.oneByOneByJackson",
              "a get of ours for each",
              15),
          new Comparison(
              "by hand: MGET of 1,000, + Yasson",
              "RedisGetMany.raw",
              "RedisGetMany.rawOneByOne",
              "by hand: a GET for each",
              0),
          new Comparison(
              "Redis setMany, 1,000",
              "RedisSetMany.undercroft",
              "RedisSetMany.sameCommands",
              "Jedis on its pool, a pipeline of the same script, + Yasson",
              1),
          new Comparison(
              "Redis setMany, 1,000",
              "RedisSetMany.undercroft",
              "RedisSetMany.raw",
              "Jedis on its pool, a pipeline of SET only, + Yasson",
              0),
          new Comparison(
              "Redis setMany, 1,000",
              "RedisSetMany.undercroft",
              "RedisSetMany.oneByOne",
              "a set of ours for each",
              15),
          new Comparison(
              "Redis setMany, 1,000, by Jackson",
              "RedisSetMany.undercroftByJackson",
              "RedisSetMany.oneByOneByJackson",
              "a set of ours for each",
              15),
          new Comparison(
              "by hand: a pipeline of 1,000 SET, + Yasson",
              "RedisSetMany.raw",
              "RedisSetMany.rawOneByOne",
              "by hand: a SET for each",
              0));

  /** A library beside us in all of what is done on a Redis server, and ours with its JSON. */
  private record Peer(String name, String is, String ours) {
    Comparison.Beside in(String work) {
      return new Comparison.Beside(work.replace(OURS, name), is);
    }
  }

  private static final List<Peer> PEERS =
      List.of(
          new Peer("lettuce", "Lettuce on a pool, + Jackson", BY_JACKSON),
          new Peer("redisson", "Redisson's buckets, + Jackson", BY_JACKSON),
          new Peer("redissonMap", "Redisson's map with deadlines, + Jackson", BY_JACKSON),
          new Peer("spring", "a template of Spring Data Redis on Lettuce, + Jackson", BY_JACKSON),
          new Peer("springRepository", "a repository of Spring Data Redis, hashes", BY_JACKSON),
          new Peer("jnosql", "JNoSQL on Jedis, + Yasson", OURS));

  private static final String BARE = "PassingThrough.none";
  private static final String WRAPPED = "PassingThrough.three";
  private static final double MOST_ADDED = 40;

  /** The lines above the rows of a table. */
  private static final int HEAD = 2;

  /**
   * What one benchmark came to, in nanoseconds per operation.
   *
   * @param variant the variant: the parameters layout, engine and picks, or empty
   * @param rounds the means of the rounds
   * @param whole of one round, what JMH says; of several, their mean
   * @param percentiles the 50th and the 99th, the means of those of the rounds, if single
   *     operations were measured; or empty
   */
  private record Measured(
      String benchmark, String variant, List<Double> rounds, Figure whole, String percentiles) {
    /** Takes the time from averages if there are any, percentiles from samples. */
    static Measured of(List<JsonObject> runs) {
      List<JsonObject> samples = runs.stream().filter(Ratios::isSample).toList();
      List<JsonObject> averages = runs.stream().filter(run -> !isSample(run)).toList();
      List<JsonObject> times = averages.isEmpty() ? samples : averages;
      List<Double> rounds = times.stream().map(run -> metric(run, "score")).toList();
      return new Measured(
          nameOf(runs.get(0)),
          variantOf(runs.get(0)),
          rounds,
          rounds.size() == 1
              ? new Figure(rounds.get(0), metric(times.get(0), "scoreError"))
              : Figure.mean(rounds),
          samples.isEmpty()
              ? ""
              : " (p50 "
                  + Figure.time(percentile(samples, "50.0"))
                  + ", p99 "
                  + Figure.time(percentile(samples, "99.0"))
                  + ")");
    }

    private static double percentile(List<JsonObject> samples, String which) {
      return samples.stream()
          .mapToDouble(
              run ->
                  run.getJsonObject("primaryMetric")
                      .getJsonObject("scorePercentiles")
                      .getJsonNumber(which)
                      .doubleValue())
          .average()
          .orElse(Double.NaN);
    }

    private double score() {
      return whole.value();
    }

    private double error() {
      return whole.error();
    }

    /** Returns whether both have several rounds, each of which has one of the other beside it. */
    private boolean isPairedWith(Measured other) {
      return rounds.size() > 1 && rounds.size() == other.rounds.size();
    }

    private Figure paired(Measured other, DoubleBinaryOperator compare) {
      return Figure.mean(
          IntStream.range(0, rounds.size())
              .mapToObj(i -> compare.applyAsDouble(rounds.get(i), other.rounds.get(i)))
              .toList());
    }

    /** Returns how much quicker this is than another; the rounds' geometric mean. */
    Figure speedBeside(Measured raw) {
      if (isPairedWith(raw)) {
        return Figure.ratio(raw.rounds, rounds);
      }
      double ratio = raw.score() / score();
      return new Figure(ratio, ratio * Math.hypot(raw.error() / raw.score(), error() / score()));
    }

    /** Returns how much longer this takes than another. */
    Figure minus(Measured other) {
      return isPairedWith(other)
          ? paired(other, (mine, its) -> mine - its)
          : new Figure(score() - other.score(), Math.hypot(error(), other.error()));
    }

    String text() {
      return Figure.time(score()) + " ± " + Figure.time(error()) + percentiles;
    }
  }

  private Ratios() {}

  /**
   * Prints the table, or puts it into a document between its two marks.
   *
   * @param arguments JMH's results as JSON, and perhaps the document, and which {@link Part} they
   *     are, if not the first
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (arguments.length < 1 || arguments.length > 3) {
      System.err.println("arguments: RESULTS.json [DOCUMENT.md [PART]]");
      System.exit(2);
    }
    String markdown = markdown(Path.of(arguments[0]));
    if (arguments.length == 1) {
      out.print(markdown);
      return;
    }
    Part part = arguments.length == 3 ? Part.of(arguments[2]) : Part.TABLE;
    Markers.fill(Path.of(arguments[1]), "Ratios, " + part.word(), markdown);
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
    Map<List<String>, List<JsonObject>> rounds =
        runs.stream()
            .collect(
                Collectors.groupingBy(
                    run -> List.of(nameOf(run), variantOf(run)),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<Measured> measured = rounds.values().stream().map(Measured::of).toList();
    int most = measured.stream().mapToInt(one -> one.rounds.size()).max().orElse(1);
    List<String> lines = new ArrayList<>(facts(runs.get(0), Machine.on(results), most));
    List<Row> rows = rows(measured);
    for (List<String> table : List.of(table(rows), added(measured), peers(rows))) {
      if (table.size() > HEAD) {
        lines.add("");
        lines.addAll(table);
      }
    }
    return String.join("\n", lines) + "\n";
  }

  /** Returns class and method, and what the parameter {@code by} chooses. */
  private static String nameOf(JsonObject run) {
    String name = run.getString("benchmark");
    String method = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
    String by = parameters(run).getString("by", "");
    return by.isEmpty() ? method : WorkComparisons.of(method, by);
  }

  private static String variantOf(JsonObject run) {
    JsonObject parameters = parameters(run);
    List<String> variant = new ArrayList<>();
    if (parameters.containsKey("layout")) {
      variant.add(parameters.getString("layout").toLowerCase(Locale.ROOT) + " JSON");
    }
    if (parameters.containsKey("engine")) {
      variant.add(parameters.getString("engine").toLowerCase(Locale.ROOT));
    }
    if (parameters.getString("picks", "").equals(Spread.ZIPFIAN.name())) {
      variant.add("Zipfian");
    }
    return String.join(", ", variant);
  }

  private static JsonObject parameters(JsonObject run) {
    return run.getOrDefault("params", JsonValue.EMPTY_JSON_OBJECT).asJsonObject();
  }

  private static boolean isSample(JsonObject run) {
    return run.getString("mode", "").equals("sample");
  }

  /** JMH writes a NaN as a string. */
  private static double metric(JsonObject run, String name) {
    return run.getJsonObject("primaryMetric").get(name) instanceof JsonNumber number
        ? number.doubleValue()
        : Double.NaN;
  }

  private static List<String> facts(JsonObject run, String machine, int rounds) {
    return List.of(
        machine
            + "; "
            + run.getString("vmName")
            + " "
            + run.getString("vmVersion")
            + "; "
            + (rounds == 1 ? forks(run.getInt("forks")) + " of " : rounds + " rounds of 1 fork of ")
            + run.getInt("warmupIterations")
            + " × "
            + run.getString("warmupTime")
            + " warm-up and "
            + run.getInt("measurementIterations")
            + " × "
            + run.getString("measurementTime")
            + " measurement, "
            + (rounds == 1
                ? "± is JMH's 99.9 % confidence interval."
                : "each round one side after the other; ± is the 95 % confidence interval over the"
                    + " rounds."));
  }

  private static String forks(int count) {
    return count == 1 ? "1 fork" : count + " forks";
  }

  /** One comparison as far as it was measured. */
  private record Row(
      String what, Comparison of, Measured ours, Optional<Measured> raw, List<Library> peers) {
    Optional<Library> best() {
      return peers.stream().min(Comparator.comparingDouble(peer -> peer.measured.score()));
    }
  }

  /** What a library came to. */
  private record Library(String is, Measured measured) {}

  private static List<Row> rows(List<Measured> all) {
    List<Row> rows = new ArrayList<>();
    for (Comparison comparison : comparisons()) {
      for (String variant : variants(all, comparison.ours())) {
        Measured ours = find(all, comparison.ours(), variant).orElseThrow();
        Optional<Measured> raw = find(all, comparison.raw().benchmark(), variant);
        List<Library> peers = new ArrayList<>();
        for (Comparison.Beside peer : comparison.peers()) {
          find(all, peer.benchmark(), variant)
              .ifPresent(measured -> peers.add(new Library(peer.is(), measured)));
        }
        if (raw.isPresent() || !peers.isEmpty()) {
          String what = comparison.what();
          rows.add(
              new Row(
                  variant.isEmpty() ? what : what + " (" + variant + ")",
                  comparison,
                  ours,
                  raw,
                  peers));
        }
      }
    }
    return rows;
  }

  private static List<String> table(List<Row> rows) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| work | Undercroft | raw | best peer | speed, raw = 1 | speed, best peer = 1 | goal | |");
    lines.add("|---|---:|---|---|---:|---:|---:|---|");
    rows.forEach(row -> lines.add(line(row)));
    return lines;
  }

  /** Every library, also those that are not the best in their row. */
  private static List<String> peers(List<Row> rows) {
    List<String> lines = new ArrayList<>();
    lines.add("| work | peer | Undercroft | peer's | speed, peer = 1 |");
    lines.add("|---|---|---:|---:|---:|");
    for (Row row : rows) {
      for (Library peer : row.peers) {
        lines.add(
            cells(
                row.what,
                peer.is,
                row.ours.text(),
                peer.measured.text(),
                row.ours.speedBeside(peer.measured).text()));
      }
    }
    return lines;
  }

  private static List<Comparison> comparisons() {
    List<Comparison> all = new ArrayList<>(WorkComparisons.all());
    all.addAll(COMPARISONS);
    all.addAll(OF_REDIS);
    Map<String, String> works = new LinkedHashMap<>();
    OF_REDIS.stream()
        .filter(one -> one.ours().endsWith(OURS))
        .forEach(one -> works.put(one.ours(), one.what()));
    works.forEach(
        (work, what) -> {
          for (String ours : List.of(OURS, BY_JACKSON)) {
            all.add(
                Comparison.withPeers(
                    ours.equals(BY_JACKSON) ? what + ", by Jackson" : what,
                    work.replace(OURS, ours),
                    1,
                    PEERS.stream()
                        .filter(peer -> peer.ours.equals(ours))
                        .map(peer -> peer.in(work))
                        .toList()));
          }
        });
    return all;
  }

  private static Set<String> variants(List<Measured> all, String benchmark) {
    return all.stream()
        .filter(one -> one.benchmark.equals(benchmark))
        .map(Measured::variant)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Optional<Measured> find(List<Measured> all, String benchmark, String variant) {
    return all.stream()
        .filter(one -> one.benchmark.equals(benchmark) && one.variant.equals(variant))
        .findFirst();
  }

  private static String line(Row row) {
    Comparison of = row.of;
    Optional<Library> best = row.best();
    Optional<Figure> speed = row.raw.map(row.ours::speedBeside);
    Optional<Figure> ahead = best.map(peer -> row.ours.speedBeside(peer.measured));
    List<String> goals = new ArrayList<>();
    List<String> verdicts = new ArrayList<>();
    if (of.goal() > 0 && speed.isPresent()) {
      goals.add("≥ " + of.goal());
      verdicts.add(verdict(speed.get(), of.goal()));
    }
    if (of.ahead() > 0 && ahead.isPresent()) {
      goals.add("peer ≥ " + of.ahead());
      verdicts.add(verdict(ahead.get(), of.ahead()));
    }
    return cells(
        row.what,
        row.ours.text(),
        row.raw.map(raw -> raw.text() + ": " + of.raw().is()).orElse(""),
        best.map(peer -> peer.measured.text() + ": " + peer.is).orElse(""),
        speed.map(Figure::text).orElse(""),
        ahead.map(Figure::text).orElse(""),
        String.join("; ", goals),
        verdicts.isEmpty() ? "for context" : String.join("; ", verdicts));
  }

  private static String cells(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  /** Says no more than the errors allow. */
  private static String verdict(Figure figure, double goal) {
    if (Double.isNaN(figure.error())) {
      return "too few iterations to say";
    }
    if (figure.value() >= goal) {
      return figure.value() - figure.error() >= goal ? "met" : "met, within the error";
    }
    return figure.value() + figure.error() >= goal ? "missed, within the error" : "**missed**";
  }

  private static List<String> added(List<Measured> all) {
    List<String> lines = new ArrayList<>();
    lines.add("| work | without | with three | added | goal | |");
    lines.add("|---|---:|---:|---:|---:|---|");
    find(all, BARE, "")
        .ifPresent(
            bare -> find(all, WRAPPED, "").ifPresent(three -> lines.add(added(bare, three))));
    return lines;
  }

  private static String added(Measured bare, Measured wrapped) {
    Figure added = wrapped.minus(bare);
    return cells(
        "memory has, three pass-through arounds",
        bare.text(),
        wrapped.text(),
        added.text(1) + " ns",
        "< " + Figure.number(MOST_ADDED, 0) + " ns",
        verdict(added.map(value -> -value, value -> 1), -MOST_ADDED));
  }
}
