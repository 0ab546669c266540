package io.undercroft.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The rows of those benchmarks whose side is a parameter {@code by}, with their goals. */
final class WorkComparisons {
  private static final Map<String, String> OPERATIONS = operations();

  private WorkComparisons() {}

  private static Map<String, String> operations() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("get", "get");
    words.put("getBy8Threads", "get, 8 threads");
    words.put("set", "set");
    words.put("getMany", "getMany of 1,000");
    words.put("setMany", "setMany of 1,000");
    words.put("iterate", "all values");
    words.put("mix", "nine gets and a set, each");
    words.put("mixBy8Threads", "nine gets and a set, each, 8 threads");
    words.put("encode", "encode");
    words.put("decode", "decode");
    return words;
  }

  static List<Comparison> all() {
    List<Comparison> all = new ArrayList<>();
    all.addAll(
        of(
            "memory",
            MemoryWork.class,
            InMemory.UNDERCROFT,
            InMemory.RAW,
            List.of(InMemory.values()),
            Map.of("get", 0.9, "set", 0.9)));
    all.addAll(
        of(
            "values in which nothing can be changed, in memory:",
            KeptWork.class,
            AsReferences.UNDERCROFT,
            AsReferences.RAW,
            AsReferences.WITH_ROOM,
            Map.of("get", 0.5)));
    all.addAll(
        of(
            "values in which nothing can be changed, in a warm cache:",
            KeptWork.class,
            AsReferences.CACHED,
            AsReferences.RAW,
            AsReferences.WITH_ROOM,
            Map.of("get", 0.5)));
    all.addAll(
        of(
            "values in which nothing can be changed, in a warm cache that is full:",
            KeptWork.class,
            AsReferences.CACHED_FULL,
            AsReferences.RAW,
            List.of(AsReferences.CAFFEINE_FULL),
            Map.of()));
    all.addAll(
        of(
            "files, durable:",
            FileWork.class,
            InFolder.UNDERCROFT,
            InFolder.RAW,
            List.of(InFolder.values()),
            Map.of("get", 0.9, "getBy8Threads", 0.9, "set", 0.95)));
    all.addAll(
        of(
            "table, durable:",
            TableWork.class,
            InTable.UNDERCROFT,
            InTable.RAW,
            List.of(InTable.values()),
            Map.of("get", 0.9, "set", 0.9, "setMany", 0.95)));
    for (Class<?> work : List.of(RedisMix.class, RedisAll.class)) {
      all.addAll(of("Redis", work, OnRedis.UNDERCROFT, OnRedis.RAW, List.of(), Map.of()));
      all.addAll(
          of(
              "Redis, by Jackson:",
              work,
              OnRedis.UNDERCROFT_BY_JACKSON,
              OnRedis.RAW,
              List.of(OnRedis.values()),
              Map.of()));
    }
    all.addAll(
        of(
            "values in which nothing can be changed, in a warm cache before Redis:",
            NearWork.class,
            Near.UNDERCROFT,
            Near.RAW,
            List.of(Near.values()),
            Map.of("get", 0.5)));
    for (JsonBy codec : List.of(JsonBy.UNDERCROFT_JSONB, JsonBy.UNDERCROFT_JACKSON)) {
      all.addAll(
          of(
              codec == JsonBy.UNDERCROFT_JSONB ? "JSON by jsonb:" : "JSON by jackson:",
              CodecWork.class,
              codec,
              JsonBy.RAW,
              List.of(JsonBy.values()),
              Map.of()));
    }
    return all;
  }

  /**
   * Returns a row for each operation; whoever has words for what it is, but the raw way, is a
   * library.
   */
  private static List<Comparison> of(
      String where,
      Class<?> work,
      Side ours,
      Side raw,
      List<? extends Side> all,
      Map<String, Double> goals) {
    List<Comparison> rows = new ArrayList<>();
    OPERATIONS.forEach(
        (operation, words) -> {
          String benchmark = work.getSimpleName() + "." + operation;
          rows.add(
              new Comparison(
                  where + " " + words,
                  of(benchmark, ours.name()),
                  new Comparison.Beside(of(benchmark, raw.name()), raw.is()),
                  goals.getOrDefault(operation, 0.0),
                  all.stream()
                      .filter(side -> side != raw && !side.is().isEmpty())
                      .map(side -> new Comparison.Beside(of(benchmark, side.name()), side.is()))
                      .toList(),
                  0));
        });
    return rows;
  }

  /** Returns the name of what a benchmark came to with this side. */
  static String of(String benchmark, String side) {
    return benchmark + "." + camel(side);
  }

  private static String camel(String constant) {
    StringBuilder name = new StringBuilder();
    Arrays.stream(constant.toLowerCase(Locale.ROOT).split("_", -1))
        .forEach(
            word ->
                name.append(
                    name.isEmpty()
                        ? word
                        : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1)));
    return name.toString();
  }
}
