package io.undercroft.plugin.jdbc;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.plugin.jdbc.Given.Store;
import io.undercroft.runtime.query.Candidates;
import io.undercroft.runtime.query.CompleteQueries;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.Queries;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Pipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups that the engine makes, beside those that the runtime makes of all entries. */
class GroupsTest {
  private static final List<String> PLAIN =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "1.0",
          "-3",
          "0.5",
          "7.25",
          "9007199254740993",
          "9223372036854775807",
          "-9223372036854775808",
          "\"\"",
          "\"a\"",
          "\"B\"",
          "\"\uE000\"",
          "\"\uD83D\uDE00\"",
          '"' + "long ".repeat(40) + '"');
  private static final List<String> ODD = List.of("[1,\"a\"]", "{\"a\":1}", "[]", "1e400", "-0.0");
  private static final List<String> FIELDS = List.of("g", "v", "n.g", "none");

  final Given given = new Given();
  private final Random random = new Random(20_261_127);
  @TempDir Path temp;

  static Stream<QueriesTest.Engine> engines() {
    return QueriesTest.engines();
  }

  Store open(QueriesTest.Engine engine) {
    return engine == QueriesTest.Engine.SQLITE
        ? given.open(new SqlitePlugin(), "database", temp.resolve("data.db").toString())
        : given.open(
            new JdbcPlugin(), "url", PostgresServer.get().freshDatabase(temp), "user", "postgres");
  }

  private <E> E any(List<E> some) {
    return some.get(random.nextInt(some.size()));
  }

  private String value(boolean odd) {
    return any(odd && random.nextInt(10) == 0 ? ODD : PLAIN);
  }

  private String document(boolean odd) {
    List<String> members = new ArrayList<>();
    if (random.nextInt(5) > 0) {
      members.add("\"g\":" + value(odd));
    }
    if (random.nextInt(5) > 0) {
      members.add("\"v\":" + (random.nextInt(4) == 0 ? value(odd) : "" + random.nextInt(100)));
    }
    if (random.nextInt(5) > 0) {
      members.add("\"n\":{\"g\":" + value(odd) + "}");
    }
    return "{" + String.join(",", members) + "}";
  }

  private Pipeline pipeline() {
    Pipeline pipeline = Pipeline.start();
    while (random.nextInt(3) == 0) {
      pipeline = pipeline.then(new Pipeline.Match(condition()));
    }
    if (random.nextInt(6) == 0) {
      return pipeline.then(new Pipeline.Count("many"));
    }
    pipeline = pipeline.then(new Pipeline.Group(by(), accumulators()));
    if (random.nextInt(3) == 0) {
      pipeline =
          pipeline
              .then(
                  new Pipeline.Sort(
                      List.of(random.nextBoolean() ? Order.asc("r0") : Order.desc("r0"))))
              .then(new Pipeline.Limit(3));
    }
    return pipeline;
  }

  private Condition condition() {
    return switch (random.nextInt(4)) {
      case 0 -> field(any(FIELDS)).eq(1);
      case 1 -> field(any(FIELDS)).gt(0);
      case 2 -> field(any(FIELDS)).in("a", "B", true);
      default -> random.nextBoolean() ? field(any(FIELDS)).exists() : field(any(FIELDS)).isNull();
    };
  }

  private Pipeline.Grouping by() {
    return switch (random.nextInt(4)) {
      case 0 -> new Pipeline.Together();
      case 1 -> new Pipeline.ByFields(Map.of("x", "g", "y", "n.g"));
      default -> new Pipeline.ByField(any(FIELDS));
    };
  }

  private Map<String, Pipeline.Accumulator> accumulators() {
    Map<String, Pipeline.Accumulator> all = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      Pipeline.Function function =
          any(
              List.of(
                  Pipeline.Function.COUNT,
                  Pipeline.Function.SUM,
                  Pipeline.Function.AVG,
                  Pipeline.Function.MIN,
                  Pipeline.Function.MAX));
      Optional<String> of =
          function == Pipeline.Function.COUNT ? Optional.empty() : Optional.of(any(FIELDS));
      all.put("r" + i, new Pipeline.Accumulator(function, of));
    }
    return all;
  }

  @AfterEach
  void close() {
    given.close();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theEngineGroupsAsTheRuntimeDoes(QueriesTest.Engine engine) {
    Store store = open(engine);
    KeyValue entries = store.backend().facets().require(KeyValue.class);
    Queries there = store.backend().facets().require(Queries.class);
    int itself = 0;
    int asked = 0;
    for (int round = 0; round < 10; round++) {
      entries.clear();
      for (int i = 0; i < 60; i++) {
        store.put("k" + i, document(round % 3 == 2));
      }
      if (round == 6) {
        store
            .backend()
            .facets()
            .require(Indexes.class)
            .create(IndexDefinition.ordered("by-g", Order.asc("g")));
      }
      for (int i = 0; i < 60; i++) {
        Pipeline pipeline = pipeline();
        asked++;
        itself += there.aggregate(pipeline).isPresent() ? 1 : 0;
        assertThat(complete(entries, Candidates.of(there)).aggregate(pipeline))
            .as("%s", pipeline)
            .isEqualTo(complete(entries, Candidates.NONE).aggregate(pipeline));
      }
    }
    System.out.printf("%s makes %d of %d groups itself%n", engine, itself, asked);
    assertThat(itself).isGreaterThan(asked / 4);
  }

  private Queries complete(KeyValue entries, Candidates candidates) {
    return new CompleteQueries(entries, candidates, Given.DOCUMENTS, given.clock());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void onlyTheGroupsLeaveTheEngine(QueriesTest.Engine engine) {
    Store store = open(engine);
    for (int i = 0; i < 1_000; i++) {
      store.put("k" + i, "{\"g\":\"g" + i % 7 + "\",\"v\":" + i + "}");
    }
    Pipeline pipeline =
        Pipeline.start()
            .then(new Pipeline.Match(field("v").lt(700)))
            .then(
                new Pipeline.Group(
                    Optional.of("g"),
                    Map.of(
                        "sum", new Pipeline.Accumulator(Pipeline.Function.SUM, Optional.of("v")))))
            .then(new Pipeline.Limit(1));
    Queries.Aggregated gathered =
        store.backend().facets().require(Queries.class).aggregate(pipeline).orElseThrow();
    assertThat(gathered.stages()).isEqualTo(2);
    assertThat(gathered.documents()).hasSize(7);
    assertThat(gathered.documents().get(0)).isEqualTo(Map.of("_id", "g0", "sum", 34_650L));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatIsPastItsDeadlineIsInNoGroup(QueriesTest.Engine engine) {
    Store store = open(engine);
    store.put("a", "{\"v\":1}");
    store.keyValue().put("b", given.brief("{\"v\":2}"), Precondition.NONE);
    Pipeline pipeline =
        Pipeline.start()
            .then(
                new Pipeline.Group(
                    Optional.empty(),
                    Map.of(
                        "sum", new Pipeline.Accumulator(Pipeline.Function.SUM, Optional.of("v")))));
    Queries queries = store.backend().facets().require(Queries.class);
    assertThat(queries.aggregate(pipeline).orElseThrow().documents().get(0))
        .containsEntry("sum", 3L);
    given.clock().advance(Duration.ofSeconds(61));
    assertThat(queries.aggregate(pipeline).orElseThrow().documents().get(0))
        .containsEntry("sum", 1L);
  }
}
