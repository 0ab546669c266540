package io.undercroft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.Storage;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** That the benchmarks run and do what they say; how fast is not asked here. */
final class BenchmarksTest {
  @Test
  void everyBenchmarkRunsAndItsResultsMakeATable(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("speed.json");
    var options =
        new OptionsBuilder()
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(10))
            .param("keys", "50")
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .resultFormat(ResultFormatType.JSON)
            .result(file.toString())
            .build();

    Collection<RunResult> results = new Runner(options).run();

    TreeSet<String> names = new TreeSet<>();
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark();
      names.add(name.substring(getClass().getPackageName().length() + 1));
      assertThat(result.getPrimaryResult().getScore()).as(name).isPositive();
    }
    assertThat(names)
        .containsExactly(
            "CachedGet.raw",
            "CachedGet.references",
            "CachedGet.shared",
            "CachedGet.undercroft",
            "FileGet.raw",
            "FileGet.rawBy8Threads",
            "FileGet.undercroft",
            "FileGet.undercroftBy8Threads",
            "FileSet.audited",
            "FileSet.raw",
            "FileSet.undercroft",
            "IndexedQuery.indexed",
            "IndexedQuery.indexedBytes",
            "IndexedQuery.loop",
            "IndexedQuery.loopOverJson",
            "IndexedQuery.scan",
            "IndexedQuery.sqlite",
            "IndexedQuery.sqliteBytes",
            "MemoryGet.raw",
            "MemoryGet.references",
            "MemoryGet.shared",
            "MemoryGet.undercroft",
            "MemorySet.raw",
            "MemorySet.undercroft",
            "MemoryTransaction.bytes",
            "MemoryTransaction.putWhileNoneRuns",
            "MemoryTransaction.putWhileOneRuns",
            "MemoryTransaction.putWithoutTransactions",
            "MemoryTransaction.typed",
            "PassingThrough.none",
            "PassingThrough.three",
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
            "TableGet.raw",
            "TableGet.undercroft",
            "TableNewest.raw",
            "TableNewest.undercroft",
            "TableSet.raw",
            "TableSet.rawWithIndex",
            "TableSet.undercroft",
            "TableSet.undercroftWithIndex",
            "TableSetMany.raw",
            "TableSetMany.rawWithIndex",
            "TableSetMany.undercroft",
            "TableSetMany.undercroftWithIndex");
    assertThat(Ratios.markdown(file))
        .contains(
            "| memory get | ConcurrentHashMap + Yasson | ",
            "| memory set | ConcurrentHashMap + Yasson | ",
            "| cached get | Caffeine of bytes + Yasson | ",
            "| cached get of records in which nothing can be changed | Caffeine of references, no JSON | ",
            "| memory get of records in which nothing can be changed | ConcurrentHashMap of references, no JSON | ",
            "| file get (compact JSON) | java.nio + Yasson | ",
            "| file get, 8 threads (compact JSON) | java.nio + Yasson | ",
            "| file set, durable (compact JSON) | java.nio, same recipe, + Yasson | ",
            "| table get (postgresql) | JDBC on HikariCP, two columns, + Yasson | ",
            "| table set, durable (sqlite) | JDBC on HikariCP, two columns, + Yasson | ",
            "| Redis get | Jedis on its pool, GET, + Yasson | ",
            "| Redis setMany, 1,000 | Jedis on its pool, a pipeline of SET only, + Yasson | ",
            "| Redis get | Jedis on its pool, the same MGET of two, + Yasson | ",
            "| Redis getMany, 1,000, by Jackson | Redisson's buckets, + Jackson | ",
            "| Redis set, by Jackson | a repository of Spring Data Redis, hashes | ",
            "| memory has, three pass-through arounds | ");
  }

  @Test
  void roundsAreComparedOneByOne(@TempDir Path folder) throws Exception {
    List<String> runs = new ArrayList<>();
    for (int slowness : new int[] {1, 7, 2}) {
      runs.add(run("MemoryGet.undercroft", 50 * slowness));
      runs.add(run("MemoryGet.raw", 100 * slowness));
      runs.add(run("PassingThrough.none", 100 * slowness));
      runs.add(run("PassingThrough.three", 100 * slowness + 25));
    }
    Path file = Files.writeString(folder.resolve("speed.json"), runs.toString());

    assertThat(Ratios.markdown(file))
        .contains("3 rounds of 1 fork")
        .contains("| 2.00 ± 0.00 | ≥ 0.9 | met |")
        .contains("| 25.0 ± 0.0 ns | < 40 ns | met |");
  }

  private static String run(String benchmark, double score) {
    return String.format(
        Locale.ROOT,
        """
        {"benchmark": "io.undercroft.benchmarks.%s", "vmName": "VM", "vmVersion": "17", "forks": 1,
         "warmupIterations": 1, "warmupTime": "1 s", "measurementIterations": 1,
         "measurementTime": "1 s", "primaryMetric": {"score": %f, "scoreError": "NaN"}}
        """,
        benchmark,
        score);
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
