package io.undercroft.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.Storage;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** That the benchmarks run and do what they say; how fast is not asked here. */
final class BenchmarksTest {
  private static final String WITH_SIDES =
      "\\.(MemoryWork|KeptWork|FileWork|TableWork|NearWork|CodecWork|RedisMix|RedisAll)\\.";

  @Test
  void everyBenchmarkRunsAndItsResultsMakeATable(@TempDir Path folder) throws Exception {
    Collection<RunResult> results = new ArrayList<>();
    results.addAll(run(once().exclude(WITH_SIDES)));
    results.addAll(run(once().include("(CodecWork|NearWork|RedisAll)\\.").exclude("8Threads")));
    results.addAll(
        run(
            once()
                .include(WITH_SIDES)
                .exclude("CodecWork|RedisAll|NearWork.get$")
                .param("by", "UNDERCROFT")
                .param("engine", "SQLITE")));
    // Every other side of each, in the way that asks most of it.
    results.addAll(run(others("MemoryWork", InMemory.values())));
    results.addAll(run(others("KeptWork", AsReferences.values())));
    results.addAll(run(others("FileWork", InFolder.values())));
    results.addAll(run(others("TableWork", InTable.values()).param("engine", "POSTGRESQL")));
    results.addAll(
        run(
            others(
                "RedisMix",
                OnRedis.UNDERCROFT_BY_JACKSON,
                OnRedis.RAW,
                OnRedis.LETTUCE,
                OnRedis.REDISSON,
                OnRedis.REDISSON_MAP,
                OnRedis.SPRING)));

    TreeSet<String> names = new TreeSet<>();
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark();
      names.add(name.substring(getClass().getPackageName().length() + 1));
      assertThat(result.getPrimaryResult().getScore()).as(name).isPositive();
    }
    Path file = folder.resolve("speed.json");
    try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
    }
    assertThat(names)
        .containsExactly(
            "CachedGet.raw",
            "CachedGet.references",
            "CachedGet.shared",
            "CachedGet.undercroft",
            "CodecWork.decode",
            "CodecWork.encode",
            "FileSet.audited",
            "FileSet.undercroft",
            "FileWork.get",
            "FileWork.getBy8Threads",
            "FileWork.getMany",
            "FileWork.iterate",
            "FileWork.mix",
            "FileWork.mixBy8Threads",
            "FileWork.set",
            "FileWork.setMany",
            "IndexedQuery.indexed",
            "IndexedQuery.indexedBytes",
            "IndexedQuery.loop",
            "IndexedQuery.loopOverJson",
            "IndexedQuery.loopOverTokens",
            "IndexedQuery.scan",
            "IndexedQuery.sqlite",
            "IndexedQuery.sqliteBytes",
            "KeptWork.get",
            "KeptWork.getBy8Threads",
            "KeptWork.getMany",
            "KeptWork.iterate",
            "KeptWork.mix",
            "KeptWork.mixBy8Threads",
            "KeptWork.set",
            "KeptWork.setMany",
            "MemoryTransaction.bytes",
            "MemoryTransaction.putWhileNoneRuns",
            "MemoryTransaction.putWhileOneRuns",
            "MemoryTransaction.putWithoutTransactions",
            "MemoryTransaction.typed",
            "MemoryWork.get",
            "MemoryWork.getBy8Threads",
            "MemoryWork.getMany",
            "MemoryWork.iterate",
            "MemoryWork.mix",
            "MemoryWork.mixBy8Threads",
            "MemoryWork.set",
            "MemoryWork.setMany",
            "NearWork.get",
            "NearWork.getBy8Threads",
            "PassingThrough.none",
            "PassingThrough.three",
            "QueryPeers.nitrite",
            "QueryPeers.nitriteIndexed",
            "QueryPeers.sqlite",
            "RedisAll.iterate",
            "RedisGet.jnosql",
            "RedisGet.lettuce",
            "RedisGet.raw",
            "RedisGet.redisson",
            "RedisGet.redissonMap",
            "RedisGet.sameCommands",
            "RedisGet.spring",
            "RedisGet.springRepository",
            "RedisGet.undercroft",
            "RedisGet.undercroftByJackson",
            "RedisGetMany.jnosql",
            "RedisGetMany.lettuce",
            "RedisGetMany.oneByOne",
            "RedisGetMany.oneByOneByJackson",
            "RedisGetMany.raw",
            "RedisGetMany.rawOneByOne",
            "RedisGetMany.redisson",
            "RedisGetMany.redissonMap",
            "RedisGetMany.sameCommands",
            "RedisGetMany.spring",
            "RedisGetMany.springRepository",
            "RedisGetMany.undercroft",
            "RedisGetMany.undercroftByJackson",
            "RedisMix.mix",
            "RedisMix.mixBy8Threads",
            "RedisSet.jnosql",
            "RedisSet.lettuce",
            "RedisSet.raw",
            "RedisSet.redisson",
            "RedisSet.redissonMap",
            "RedisSet.sameCommands",
            "RedisSet.spring",
            "RedisSet.springRepository",
            "RedisSet.undercroft",
            "RedisSet.undercroftByJackson",
            "RedisSetMany.jnosql",
            "RedisSetMany.lettuce",
            "RedisSetMany.oneByOne",
            "RedisSetMany.oneByOneByJackson",
            "RedisSetMany.raw",
            "RedisSetMany.rawOneByOne",
            "RedisSetMany.redisson",
            "RedisSetMany.redissonMap",
            "RedisSetMany.sameCommands",
            "RedisSetMany.spring",
            "RedisSetMany.springRepository",
            "RedisSetMany.undercroft",
            "RedisSetMany.undercroftByJackson",
            "TableNewest.raw",
            "TableNewest.undercroft",
            "TableSet.rawWithIndex",
            "TableSet.undercroftWithIndex",
            "TableSetMany.rawWithIndex",
            "TableSetMany.undercroftWithIndex",
            "TableWork.get",
            "TableWork.getBy8Threads",
            "TableWork.getMany",
            "TableWork.iterate",
            "TableWork.mix",
            "TableWork.mixBy8Threads",
            "TableWork.set",
            "TableWork.setMany");
    assertThat(names.stream().filter(name -> !isInAPart(name)))
        .as("those that stand beside nobody")
        .allMatch(name -> name.startsWith("MemoryTransaction."));
    assertThat(Ratios.markdown(file))
        .contains(
            "| memory nine gets and a set, each, 8 threads | ",
            ": ConcurrentHashMap + Yasson | ",
            "| values in which nothing can be changed, in memory: nine gets and a set, each, 8 threads | ",
            "| values in which nothing can be changed, in a warm cache: nine gets and a set, each, 8 threads | ",
            "| values in which nothing can be changed, in a warm cache before Redis: get | ",
            "| cached get | ",
            "| files, durable: nine gets and a set, each, 8 threads (compact JSON) | ",
            "| Redis get | ",
            ": Jedis on its pool, a pipeline of SET only, + Yasson | ",
            "| Redis getMany, 1,000, by Jackson | Redisson's buckets, + Jackson | ",
            "| Redis set, by Jackson | a repository of Spring Data Redis, hashes | ",
            "| Redis, by Jackson: all values | ",
            "| JSON by jsonb: decode | ",
            "| ten newest of a director, by scan in memory | Nitrite in memory without an index, + Jackson | ",
            "| memory has, three pass-through arounds | ");
  }

  private static boolean isInAPart(String name) {
    return Stream.of(Part.values())
        .flatMap(part -> part.arguments(List.of()).stream())
        .flatMap(List::stream)
        .filter(argument -> argument.startsWith("\\."))
        .anyMatch(benchmarks -> Pattern.compile(benchmarks).matcher("." + name).find());
  }

  @Test
  void ofAPartTheUserMayChangeTheTimes() {
    assertThat(Part.of("more").arguments(List.of("-f", "1", "-i", "9")).get(1))
        .containsExactly(
            "\\.(Memory|Kept|File|Table)Work\\.get$",
            "-p",
            "picks=ZIPFIAN",
            "-f",
            "1",
            "-i",
            "9",
            "-wi",
            "2",
            "-w",
            "1",
            "-r",
            "600ms");
    assertThatThrownBy(() -> Part.of("all"))
        .hasMessage("there is no part 'all', but [table, more]");
  }

  private static ChainedOptionsBuilder once() {
    System.setProperty("jmh.ignoreLock", "true"); // nothing is timed, so others may measure beside
    return new OptionsBuilder()
        .forks(0)
        .warmupIterations(0)
        .measurementIterations(1)
        .measurementTime(TimeValue.milliseconds(10))
        .param("keys", "50")
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
  }

  private static ChainedOptionsBuilder others(String work, Side... all) {
    return once()
        .include(work + ".mixBy8Threads")
        .param(
            "by",
            Arrays.stream(all)
                .map(Side::name)
                .filter(name -> !name.equals("UNDERCROFT"))
                .toArray(String[]::new));
  }

  private static Collection<RunResult> run(ChainedOptionsBuilder options) throws Exception {
    return new Runner(options.build()).run();
  }

  @Test
  void roundsAreComparedOneByOne(@TempDir Path folder) throws Exception {
    List<String> runs = new ArrayList<>();
    for (int slowness : new int[] {1, 7, 2}) {
      runs.add(run("MemoryWork.get", "UNDERCROFT", 50 * slowness));
      runs.add(run("MemoryWork.get", "RAW", 100 * slowness));
      runs.add(run("PassingThrough.none", "", 100 * slowness));
      runs.add(run("PassingThrough.three", "", 100 * slowness + 25));
    }

    assertThat(table(folder, runs))
        .contains("3 rounds of 1 fork")
        .contains(": ConcurrentHashMap + Yasson |  | 2.00 ± 0.00 |  | ≥ 0.9 | met |")
        .contains("| 25.0 ± 0.0 ns | < 40 ns | met |");
  }

  @Test
  void theBestPeerIsNamedAndEveryPeerIsListed(@TempDir Path folder) throws Exception {
    List<String> runs = new ArrayList<>();
    for (int slowness : new int[] {1, 7, 2}) {
      runs.add(run("RedisGet.undercroftByJackson", "", 100 * slowness));
      runs.add(run("RedisGet.lettuce", "", 90 * slowness));
      runs.add(run("RedisGet.spring", "", 200 * slowness));
      runs.add(run("MemoryWork.set", "UNDERCROFT", 100 * slowness));
      runs.add(run("MemoryWork.set", "RAW", 50 * slowness));
      runs.add(run("MemoryWork.set", "JCLOUDS", 500 * slowness));
      runs.add(run("MemoryWork.set", "MVSTORE", 400 * slowness));
    }

    assertThat(table(folder, runs))
        .contains(": Lettuce on a pool, + Jackson |  | 0.90 ± 0.00 | peer ≥ 1.0 | **missed** |")
        .contains(
            ": H2's MVStore without a file, + Yasson | 0.50 ± 0.00 | 4.00 ± 0.00 | ≥ 0.9 | **missed** |")
        .contains("| Redis get, by Jackson | a template of Spring Data Redis on Lettuce")
        .contains("| memory set | jclouds' transient blob store, + Yasson |");
  }

  @Test
  void singleOperationsGivePercentiles(@TempDir Path folder) throws Exception {
    List<String> runs =
        List.of(
            run("MemoryWork.get", "UNDERCROFT", 100),
            sample("MemoryWork.get", "UNDERCROFT", 120, 90, 1_500),
            sample("MemoryWork.get", "RAW", 200, 80, 900));

    assertThat(table(folder, runs))
        .contains("| memory get | 100.0 ns ± ? (p50 90.0 ns, p99 1.50 µs) | ")
        .contains("| 200.0 ns ± ? (p50 80.0 ns, p99 900.0 ns): ConcurrentHashMap + Yasson | ");
  }

  private static String table(Path folder, List<String> runs) throws Exception {
    return Ratios.markdown(Files.writeString(folder.resolve("speed.json"), runs.toString()));
  }

  private static String sample(String benchmark, String by, double score, double p50, double p99) {
    return run(benchmark, by, "sample", score)
        .replace(
            "\"NaN\"",
            String.format(
                Locale.ROOT,
                "\"NaN\", \"scorePercentiles\": {\"50.0\": %f, \"99.0\": %f}",
                p50,
                p99));
  }

  private static String run(String benchmark, String by, double score) {
    return run(benchmark, by, "avgt", score);
  }

  private static String run(String benchmark, String by, String mode, double score) {
    return String.format(
        Locale.ROOT,
        """
        {"benchmark": "io.undercroft.benchmarks.%s", "mode": "%s", "vmName": "VM",
         "vmVersion": "17", "forks": 1, "params": {"by": "%s", "picks": "UNIFORM"},
         "warmupIterations": 1, "warmupTime": "1 s", "measurementIterations": 1,
         "measurementTime": "1 s", "primaryMetric": {"score": %f, "scoreError": "NaN"}}
        """,
        benchmark,
        mode,
        by,
        score);
  }

  @ParameterizedTest
  @ValueSource(strings = {"KeptWork.mix", "CachedGet.shared", "IndexedQuery.loopOverTokens"})
  void theProcessorTimeOfACallIsTold(String benchmark) throws Exception {
    CallTime.Taken taken =
        CallTime.measure(benchmark, Map.of("keys", "50", "by", "RAW", "picks", "ZIPFIAN"), 0.01);

    assertThat(taken.least()).isPositive();
    assertThat(taken.median()).isGreaterThanOrEqualTo(taken.least());
  }

  @Test
  void aFewKeysArePickedVeryOften() {
    int[] counts = new int[1_000];
    Picks picks = new Picks();
    picks.begin(3);
    picks.picks = Spread.ZIPFIAN;
    for (int i = 0; i < 100_000; i++) {
      counts[picks.key(counts.length)]++;
    }
    Arrays.sort(counts);

    // The most frequent of a thousand is 1 of 7.7 by that law, the first ten are 4 of 10.
    assertThat(counts[999] / 100_000.0).isBetween(0.11, 0.15);
    assertThat(Arrays.stream(counts, 990, 1_000).sum() / 100_000.0).isBetween(0.35, 0.45);
    assertThat(counts[0]).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void everySideInMemoryReadsWhatItHasWritten(InMemory by) throws Exception {
    try (Shelf<Film> shelf = by.open()) {
      shelf.setMany(Map.of("a", Films.film(1), "b", Films.film(2)));
      readsWhatItHasWritten(shelf, "a", "b", Films.film(1), Films.film(2), Films.film(3));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everySideWithReferencesReadsWhatItHasWritten(AsReferences by) throws Exception {
    KeptFilm[] films = Arrays.stream(Films.films(4)).map(KeptFilm::of).toArray(KeptFilm[]::new);
    try (Shelf<KeptFilm> shelf = by.open(50)) {
      shelf.setMany(Map.of("a", films[1], "b", films[2]));
      readsWhatItHasWritten(shelf, "a", "b", films[1], films[2], films[3]);
      shelf.get("a");
      assertThat(shelf.get("a")).isSameAs(shelf.get("a"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everySideInFilesReadsWhatItHasWritten(InFolder by, @TempDir Path folder) throws Exception {
    try (Shelf<Film> shelf = by.filled(folder, Layout.COMPACT, 2)) {
      readsWhatItHasWritten(
          shelf, Films.key(0), Films.key(1), Films.film(0), Films.film(1), Films.film(3));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everySideInTablesReadsWhatItHasWritten(InTable by) throws Exception {
    for (Engine engine : Engine.values()) {
      try (Scratch scratch = Scratch.create()) {
        TableWork work = new TableWork();
        work.keys = 2;
        work.engine = engine;
        work.by = by;
        work.begin();
        try (Shelf<Film> shelf = by.filled(engine, scratch.directory(), work)) {
          readsWhatItHasWritten(
              shelf, Films.key(0), Films.key(1), Films.film(0), Films.film(1), Films.film(3));
        }
      }
    }
  }

  private static <F> void readsWhatItHasWritten(
      Shelf<F> shelf, String a, String b, F first, F second, F other) throws Exception {
    assertThat(shelf.get(a)).isEqualTo(first);
    assertThat(shelf.getMany(List.of(a, b))).isEqualTo(Map.of(a, first, b, second));
    shelf.set(b, other);
    List<F> all = new ArrayList<>();
    shelf.forEach(all::add);
    assertThat(all).containsExactlyInAnyOrder(first, other);
    shelf.setMany(Map.of(a, other, b, first));
    assertThat(shelf.getMany(List.of(b, a))).isEqualTo(Map.of(a, other, b, first));
  }

  @Test
  void everyJsonIsReadByEveryOther() throws Exception {
    Film film = Films.film(7);
    for (JsonBy one : JsonBy.values()) {
      byte[] text = one.open().encode().apply(film);
      for (JsonBy other : JsonBy.values()) {
        assertThat(other.open().decode().apply(text)).as("%s by %s", one, other).isEqualTo(film);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bothSidesLayTheSameDocumentIntoAFile(Layout layout, @TempDir Path folder) throws Exception {
    Path ours = Files.createDirectory(folder.resolve("ours"));
    Path raws = Files.createDirectory(folder.resolve("raws"));
    Film film = Films.film(7);
    try (FilmStorage storage = FilmStorage.inFolder(ours, layout);
        RawJson json = new RawJson(layout)) {
      RawFiles raw = new RawFiles(raws, json);
      storage.films().set(Films.key(7), film);
      raw.set(Films.key(7), film);

      assertThat(storage.films().get(Films.key(7))).contains(film);
      assertThat(raw.get(Films.key(7))).isEqualTo(film);
      byte[] ourFile = Files.readAllBytes(ours.resolve("film-000007.json"));
      byte[] rawFile = Files.readAllBytes(raws.resolve("film-000007.json"));
      assertThat(parse(ourFile)).isEqualTo(parse(rawFile));
      // Compact files differ by the line break at the end. Yasson indents by four blanks, the
      // plugin by two.
      double most = layout == Layout.COMPACT ? 0.002 : 0.15;
      assertThat((double) ourFile.length / rawFile.length).isBetween(1 - most, 1 + most);
    }
  }

  @Test
  void everyWayToARedisServerReadsWhatItHasWritten() throws Exception {
    for (FilmsInRedis films :
        List.of(
            new OurRedis(),
            new RawRedis(),
            new SameCommands(),
            new LettuceFilms(),
            new RedissonFilms(),
            new SpringFilms(),
            new JnosqlFilms())) {
      films.keys = 50;
      films.open();
      try {
        films.write(7, Films.film(1_007));
        films.writeMany(new int[] {8, 9}, new Film[] {Films.film(1_008), Films.film(1_009)});

        assertThat(films.read(7)).as("%s", films).isEqualTo(Films.film(1_007));
        assertThat(films.readMany(new int[] {6, 7, 9}))
            .as("%s", films)
            .isEqualTo(
                Map.of(
                    Films.key(6), Films.film(6),
                    Films.key(7), Films.film(1_007),
                    Films.key(9), Films.film(1_009)));
      } finally {
        films.close();
      }
    }
  }

  @Test
  void whatIsSentByHandIsWhatThePluginReads() throws Exception {
    SameCommands same = new SameCommands();
    same.keys = 50;
    same.open();
    try (FilmStorage storage = FilmStorage.with(Map.of("type", "redis", "uri", same.uri()))) {
      same.write(7, Films.film(1_007));
      assertThat(storage.films().get(Films.key(7))).contains(Films.film(1_007));
      storage.films().set(Films.key(8), Films.film(1_008));
      assertThat(same.read(8)).isEqualTo(Films.film(1_008));
      assertThat(storage.films().size()).isEqualTo(50);
    } finally {
      same.close();
    }
  }

  @Test
  void aFilmIsAboutAKilobyteOfJson() throws Exception {
    try (RawJson json = new RawJson(Layout.COMPACT)) {
      for (int i = 0; i < 1_000; i++) {
        assertThat(json.encode(Films.film(i)).length).as("film %s", i).isBetween(850, 1_250);
      }
    }
  }

  @Test
  void aroundsOfTheComparisonAreReallyCalled() {
    int[] calls = {0};
    try (FilmStorage storage =
        FilmStorage.inMemory(
            (call, next) -> {
              calls[0]++;
              return next.proceed(call);
            })) {
      Storage<Film> films = storage.films();
      assertThat(films.has("nobody")).isFalse();
    }
    assertThat(calls[0]).isPositive();
  }

  private static JsonObject parse(byte[] json) {
    try (JsonReader reader = Json.createReader(new ByteArrayInputStream(json))) {
      return reader.readObject();
    }
  }
}
