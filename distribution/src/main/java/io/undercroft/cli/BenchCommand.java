package io.undercroft.cli;

import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.Undercroft;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "bench",
    description = {
      "Show how quick a storage is beside what one would write by hand with its own driver, on this"
          + " machine.",
      "Writes 1,000 films of about 1 KB under '"
          + BenchEntries.PREFIX
          + "', reads and overwrites them by turns with the other side, and removes them; touches"
          + " no other entries. The layers of the storage are part of it, and watchers see the"
          + " changes.",
      "Without any configuration it measures files in a temporary folder."
    })
final class BenchCommand extends UndercroftCommand implements UndercroftCommand.Runs {
  private static final int LONGEST_SECONDS = 3_600;

  @Parameters(
      paramLabel = "STORAGE",
      arity = "0..*",
      description = "The storages to measure (default: the default storage, or the only one).")
  List<String> names = new ArrayList<>();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "About how long to measure each storage, 1 to 3600 (default: 60).")
  int seconds = 60;

  @Option(
      names = "--clean",
      description =
          "Measure nothing: remove what a run has left that was killed. Not while one is under way.")
  boolean clean;

  @Mixin OutputFormat output = new OutputFormat();

  BenchCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws Exception {
    if (seconds < 1 || seconds > LONGEST_SECONDS) {
      throw new UsageException(
          "--seconds is " + seconds + "; it must be from 1 to " + LONGEST_SECONDS);
    }
    try (Interruption interruption = Interruption.listening()) {
      try {
        return names.isEmpty() && !clean && isNothingConfigured()
            ? onFiles(interruption)
            : with(undercroft -> run(undercroft, interruption));
      } catch (Interruption.Stopped e) {
        console().say("Stopped; what was written is removed.");
        return ExitCode.FAILURE;
      }
    }
  }

  /** Returns whether no storage has a type but by default. */
  private boolean isNothingConfigured() {
    try (Undercroft undercroft = start()) {
      return undercroft.config().stream()
          .filter(info -> info.name().matches("storage\\.type|storages\\.[^.]+\\.type"))
          .allMatch(info -> info.source().equals("default"));
    }
  }

  private int onFiles(Interruption interruption) throws Exception {
    Path folder = Files.createTempDirectory("undercroft-bench");
    try {
      console()
          .say(
              "No storage is configured: this measures files in the temporary folder "
                  + folder
                  + ", which are what 'demo' begins with. Name your own with -c FILE or -D"
                  + " storage.type=….");
      try (Undercroft undercroft =
          builder()
              .set("storage.type", "file")
              .set("storage.path", folder.resolve("films").toString())
              .open()) {
        int status = run(undercroft, interruption);
        console().out().flush();
        return status;
      }
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private int run(Undercroft undercroft, Interruption interruption) throws IOException {
    List<String> chosen = chosen(undercroft.names());
    BenchEntries entries = BenchEntries.of(BenchRun.ENTRIES, home());
    List<BenchRun> runs = new ArrayList<>();
    for (String name : chosen) {
      BenchRun run = new BenchRun(console(), interruption, entries, undercroft, name);
      if (clean) {
        console().say("Removed " + Count.entries(run.clean()) + " from storage '" + name + "'.");
      } else {
        refuse(run);
        runs.add(run);
      }
    }
    for (BenchRun run : runs) {
      tell(run.run(seconds, driver -> announce(run.info(), driver)));
      console().out().flush();
    }
    return ExitCode.DONE;
  }

  private List<String> chosen(Set<String> configured) {
    if (!names.isEmpty()) {
      return names.stream().distinct().toList();
    }
    if (configured.contains(StorageName.DEFAULT)) {
      return List.of(StorageName.DEFAULT);
    }
    if (configured.size() == 1) {
      return List.copyOf(configured);
    }
    throw new UsageException(
        "say which storages to measure; configured are "
            + String.join(", ", configured)
            + ": bench "
            + configured.stream().findFirst().orElse("STORAGE"));
  }

  private static void refuse(BenchRun run) {
    StorageInfo info = run.info();
    if (info.layers().contains("read-only") || "read-only".equals(info.details().get("access"))) {
      throw new UsageException(
          "storage '"
              + info.name()
              + "' is read-only, and to measure it is to write to it; choose another one");
    }
    List<String> left = run.left();
    if (!left.isEmpty()) {
      throw new UsageException(
          "storage '"
              + info.name()
              + "' has "
              + Count.entries(left.size())
              + " under "
              + StorageException.quote(BenchEntries.PREFIX)
              + ": another run is under way, or one was killed. If none is, remove them with:"
              + " bench --clean "
              + info.name());
    }
  }

  private void announce(StorageInfo info, Optional<String> driver) {
    List<String> layers = layers(info);
    String durability = info.details().get("durability");
    console()
        .say(
            "Storage '"
                + info.name()
                + "': "
                + info.plugin()
                + " "
                + info.pluginVersion()
                + (layers.isEmpty()
                    ? ", without layers"
                    : ", with the layers " + String.join(", ", layers))
                + (durability == null ? "" : "; durability " + durability)
                + ".");
    console()
        .say(
            driver
                .map(hand -> "By hand: " + hand + ".")
                .orElse(
                    "There is no driver here to compare with, so this measures the storage alone."));
    if (layers.contains("audit")) {
      console().say("The layer audit records each of these operations in its trail.");
    }
    if (compilesForShortRuns()) {
      console()
          .say(
              "This JVM compiles for short runs; for numbers as of an application set"
                  + " UNDERCROFT_JAVA_OPTS=-XX:TieredStopAtLevel=4 first.");
    }
    console()
        .say(
            "Java "
                + Runtime.version().feature()
                + ", "
                + Runtime.getRuntime().availableProcessors()
                + " processors; this takes about "
                + seconds
                + " s …");
  }

  /** Returns the layers, without what the runtime adds to every storage. */
  private static List<String> layers(StorageInfo info) {
    return info.layers().stream().filter(layer -> !layer.startsWith("completion")).toList();
  }

  private static boolean compilesForShortRuns() {
    boolean found = false;
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("-XX:TieredStopAtLevel=")) {
        found = argument.endsWith("=1");
      }
    }
    return found;
  }

  // ---- the outcome

  private void tell(BenchRun.Outcome outcome) {
    if (output.isTable(console())) {
      table(outcome).printTo(console());
    } else {
      outcome.rows().forEach(row -> console().give(json(outcome, row)));
    }
    console().out().flush();
    console()
        .say(
            "Values have "
                + outcome.bytes()
                + " bytes. The codec"
                + (outcome.driver().isPresent() ? ", which both sides use," : "")
                + " takes "
                + duration(outcome.encodeNanos())
                + " to write one and "
                + duration(outcome.decodeNanos())
                + " to read one.");
    if (outcome.driver().isPresent()) {
      console().say(sum(outcome.rows()));
    }
  }

  private static Table table(BenchRun.Outcome outcome) {
    if (outcome.driver().isEmpty()) {
      Table table = new Table("operation", "a second", "p50", "p99");
      for (BenchRun.Row row : outcome.rows()) {
        Duel.Speed ours = row.result().ours();
        table.row(
            title(row),
            String.format(Locale.ROOT, "%,.0f", ours.perSecond()),
            duration(ours.latencies().nanos(0.5)),
            duration(ours.latencies().nanos(0.99)));
      }
      return table;
    }
    Table table =
        new Table("operation", "ratio", "95 %", "p50", "by hand", "p99", "by hand", "verdict");
    for (BenchRun.Row row : outcome.rows()) {
      Latencies ours = row.result().ours().latencies();
      Latencies theirs = row.result().byHand().orElseThrow().latencies();
      Ratio ratio = row.result().ratio().orElseThrow();
      table.row(
          title(row),
          Ratio.number(ratio.value()),
          Ratio.number(ratio.low()) + "–" + Ratio.number(ratio.high()),
          duration(ours.nanos(0.5)),
          duration(theirs.nanos(0.5)),
          duration(ours.nanos(0.99)),
          duration(theirs.nanos(0.99)),
          ratio.words());
    }
    return table;
  }

  private static String title(BenchRun.Row row) {
    return row.operation()
        + (row.entries() > 1 ? String.format(Locale.ROOT, " %,d", row.entries()) : "")
        + (row.threads() > 1 ? ", " + row.threads() + " threads" : "");
  }

  private static String json(BenchRun.Outcome outcome, BenchRun.Row row) {
    JsonObjectBuilder out =
        Json.object()
            .add("storage", outcome.info().name())
            .add("plugin", outcome.info().plugin())
            .add("layers", Json.texts(layers(outcome.info())));
    outcome.driver().ifPresent(driver -> out.add("byHand", driver));
    out.add("operation", row.operation())
        .add("entries", row.entries())
        .add("threads", row.threads());
    add(out, "perSecond", "p50Micros", "p99Micros", row.result().ours());
    row.result()
        .byHand()
        .ifPresent(
            speed -> add(out, "byHandPerSecond", "byHandP50Micros", "byHandP99Micros", speed));
    row.result()
        .ratio()
        .ifPresent(
            ratio ->
                out.add("ratio", rounded(ratio.value()))
                    .add("low", rounded(ratio.low()))
                    .add("high", rounded(ratio.high()))
                    .add("blocks", ratio.pairs())
                    .add("verdict", ratio.words()));
    return out.build().toString();
  }

  private static void add(
      JsonObjectBuilder out, String perSecond, String p50, String p99, Duel.Speed speed) {
    out.add(perSecond, rounded(speed.perSecond()))
        .add(p50, rounded(speed.latencies().nanos(0.5) / 1e3))
        .add(p99, rounded(speed.latencies().nanos(0.99) / 1e3));
  }

  private static BigDecimal rounded(double number) {
    BigDecimal rounded = new BigDecimal(number).round(new MathContext(4));
    return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
  }

  static String duration(long nanos) {
    if (nanos < 1_000) {
      return nanos + " ns";
    }
    double shown = nanos;
    String unit = "ns";
    for (String larger : List.of("µs", "ms", "s")) {
      if (shown < 999.5) {
        break;
      }
      shown /= 1_000;
      unit = larger;
    }
    return String.format(Locale.ROOT, shown < 9.95 ? "%.1f %s" : "%.0f %s", shown, unit);
  }

  /** Returns the closing sentence. */
  static String sum(List<BenchRun.Row> rows) {
    long faster = count(rows, Ratio.Verdict.FASTER);
    long slower = count(rows, Ratio.Verdict.SLOWER);
    long equal = count(rows, Ratio.Verdict.EQUAL);
    long uncertain = count(rows, Ratio.Verdict.UNCERTAIN);
    List<String> parts = new ArrayList<>();
    part(parts, faster, "faster than by hand");
    part(parts, equal, "as fast");
    part(parts, slower, "slower");
    part(parts, uncertain, "without a difference that can be told");
    String sum = "In sum, of " + rows.size() + " operations " + String.join(", ", parts) + ".";
    if (2 * uncertain >= rows.size()) {
      sum +=
          " The blocks differ much from each other: something else uses this machine, or the time is"
              + " short; repeat it when it is quiet, or with more --seconds.";
    }
    Optional<BenchRun.Row> slowest =
        rows.stream()
            .filter(row -> verdict(row) == Ratio.Verdict.SLOWER)
            .min(Comparator.comparingDouble(row -> row.result().ratio().orElseThrow().value()));
    if (slowest.isPresent()) {
      sum +=
          " The furthest behind is '"
              + title(slowest.get())
              + "': "
              + slowest.get().result().ratio().orElseThrow().words()
              + ".";
    }
    return sum
        + " For that the storage keeps a version, times and metadata of every entry, and tells"
        + " changes; by hand there is none of it.";
  }

  private static void part(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(count + (count == 1 ? " is " : " are ") + what);
    }
  }

  private static long count(List<BenchRun.Row> rows, Ratio.Verdict verdict) {
    return rows.stream().filter(row -> verdict(row) == verdict).count();
  }

  private static Ratio.Verdict verdict(BenchRun.Row row) {
    return row.result().ratio().orElseThrow().verdict();
  }
}
