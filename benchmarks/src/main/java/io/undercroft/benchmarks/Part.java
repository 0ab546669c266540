package io.undercroft.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What is measured together for one of the tables in {@code docs/performance.md}. */
@SuppressWarnings("ImmutableEnumChecker") // the list is made by List.of
enum Part {
  /** What an application does most, beside everybody. */
  TABLE(
      new Run(
          "(MemoryWork|KeptWork).(get|set)$",
          "KeptWork.mixBy8Threads$",
          "MemoryWork.(getMany|setMany|mixBy8Threads)$",
          "FileWork.(get|getBy8Threads|set|setMany)$",
          "TableWork.(get|set|setMany)$",
          "Redis(Get|Set|GetMany|SetMany).",
          "NearWork.get$",
          "IndexedQuery.(indexed|scan|loop|loopOverTokens|sqlite)$",
          "QueryPeers.",
          "CodecWork.",
          "PassingThrough.",
          "TableNewest.")),

  /** Everything else that stands beside somebody. */
  MORE(
      new Run(
          "MemoryWork.(getBy8Threads|iterate|mix)$",
          "KeptWork.(getBy8Threads|getMany|setMany|iterate|mix)$",
          "FileWork.(getMany|iterate|mix|mixBy8Threads)$",
          "TableWork.(getBy8Threads|getMany|iterate|mix|mixBy8Threads)$",
          "Redis(Mix|All).",
          "NearWork.getBy8Threads$",
          "CachedGet.",
          "IndexedQuery.(indexedBytes|sqliteBytes|scan|loopOverJson)$",
          "FileSet.",
          "TableSet(Many)?."),
      new Run("(Memory|Kept|File|Table)Work.get$").with("-p", "picks=ZIPFIAN"));

  /** So short that a round takes about half an hour; of five times something can be said. */
  private static final List<List<String>> TIMES =
      List.of(List.of("-wi", "2"), List.of("-w", "1"), List.of("-i", "5"), List.of("-r", "600ms"));

  private final List<Run> runs;

  Part(Run... runs) {
    this.runs = List.of(runs);
  }

  /**
   * Returns the arguments of JMH, for each run of it that belongs to the part.
   *
   * @param given what the user says; of the times, what is not said there is added
   */
  List<List<String>> arguments(List<String> given) {
    return runs.stream().map(run -> run.arguments(given)).toList();
  }

  /** Returns the word for it on the command line. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the part of this word. */
  static Part of(String word) {
    return Stream.of(values())
        .filter(part -> part.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no part '"
                        + word
                        + "', but "
                        + Stream.of(values()).map(Part::word).toList()));
  }

  /**
   * One run of JMH.
   *
   * @param benchmarks classes and methods, as regular expressions in which a dot is a dot
   */
  private record Run(List<String> benchmarks, List<String> options) {
    Run(String... benchmarks) {
      this(List.of(benchmarks), List.of());
    }

    Run with(String... more) {
      return new Run(benchmarks, List.of(more));
    }

    List<String> arguments(List<String> given) {
      List<String> arguments = new ArrayList<>();
      benchmarks.forEach(each -> arguments.add("\\." + each.replace(".", "\\.")));
      arguments.addAll(options);
      arguments.addAll(given);
      TIMES.stream().filter(time -> !given.contains(time.get(0))).forEach(arguments::addAll);
      return arguments;
    }
  }
}
