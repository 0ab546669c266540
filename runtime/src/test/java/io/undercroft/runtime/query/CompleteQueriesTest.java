package io.undercroft.runtime.query;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Queries.Answer;
import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers finished over a scan, and over whatever an engine leaves. */
class CompleteQueriesTest {
  private final Shelf shelf = new Shelf();

  @AfterEach
  void noCursorIsLeftOpen() {
    assertThat(shelf.open()).isZero();
  }

  private static List<Found> drain(Cursor<Found> cursor) {
    List<Found> all = new ArrayList<>();
    try (cursor) {
      for (List<Found> page = cursor.next(); !page.isEmpty(); page = cursor.next()) {
        all.addAll(page);
      }
    }
    return all;
  }

  private static List<String> keys(Queries queries, Query query) {
    Answer answer = queries.query(query);
    assertThat(answer.limited() && answer.ordered() && answer.residual().isEmpty()).isTrue();
    return drain(answer.entries()).stream().map(Found::key).toList();
  }

  private void numbers(int count) {
    for (int i = 0; i < count; i++) {
      shelf.put("k" + i, "{\"n\":" + i + ",\"even\":" + (i % 2 == 0) + "}");
    }
  }

  @Test
  void aStreamHandsOutWhileItScans() {
    numbers(5_000);
    Answer answer = shelf.queries(Bounds.DEFAULT).query(Query.where(field("even").eq(true)));
    try (Cursor<Found> cursor = answer.entries()) {
      assertThat(cursor.next()).isNotEmpty();
      assertThat(shelf.handedOut()).isLessThan(1_000);
    }
    assertThat(answer.entries().next()).isEmpty();
  }

  @Test
  void aLimitHoldsNoMoreThanItAsksFor() {
    numbers(5_000);
    CompleteQueries few = shelf.queries(new Bounds(10, 1 << 20));
    assertThat(keys(few, Query.all().orderBy(Order.desc("n")).offset(2).limit(3)))
        .containsExactly("k4997", "k4996", "k4995");
    assertThatThrownBy(() -> keys(few, Query.all().orderBy(Order.desc("n")).limit(11)))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("INVALID_QUERY")
        .hasMessageContainingAll("more than 10 entries", "give a limit");
    assertThatThrownBy(() -> keys(few, Query.all().orderBy(Order.desc("n"))))
        .hasMessageContaining("more than 10 entries");
    assertThatThrownBy(
            () ->
                keys(
                    shelf.queries(new Bounds(1_000_000, 10_000)),
                    Query.all().orderBy(Order.asc("n"))))
        .hasMessageContaining("10,000 bytes");
  }

  @Test
  void aBrokenValueFailsTheQueryAndIsNamed() {
    numbers(3);
    shelf.put("broken", "{\"m\":1,");
    shelf.put("late", "{\"n\":1,\"m\":2]");
    CompleteQueries queries = shelf.queries(Bounds.DEFAULT);
    for (Query query :
        List.of(
            Query.where(field("n").eq(99)),
            Query.all().orderBy(Order.asc("n")),
            Query.all().select("n"))) {
      assertThatThrownBy(() -> keys(queries, query))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> {
                assertThat(e.getMessage()).startsWith("SERIALIZATION_FAILED").contains("'broken'");
                assertThat(e.details()).containsEntry("key", "broken");
              });
    }
    shelf.put("broken", "{}");
    assertThatThrownBy(() -> queries.count(Optional.of(field("x").missing())))
        .hasMessageStartingWith("SERIALIZATION_FAILED")
        .hasMessageContaining("'late'");
    assertThat(queries.count(Optional.of(field("n").eq(1)))).hasValue(2);
    assertThat(keys(queries, Query.all())).hasSize(5);
    assertThat(queries.count(Optional.empty())).hasValue(5);
  }

  @Test
  void aFormThatHasNoDocumentsIsRefusedByName() {
    shelf.put("p", new byte[] {1, 2}, "application/x-protobuf");
    CompleteQueries queries = shelf.queries(Bounds.DEFAULT);
    assertThatThrownBy(() -> keys(queries, Query.where(field("n").eq(1))))
        .hasMessageStartingWith("UNSUPPORTED")
        .hasMessageContainingAll("'p'", "application/x-protobuf");
    assertThat(keys(queries, Query.all().limit(5))).containsExactly("p");
  }

  @Test
  void aScanIsExplained() {
    numbers(7);
    Condition where = field("n").gt(3);
    Explanation explanation =
        shelf.queries(Bounds.DEFAULT).explain(Query.where(where).orderBy(Order.asc("n")).limit(2));
    assertThat(explanation.support()).isEqualTo(Support.EMULATED);
    assertThat(explanation.indexes()).isEmpty();
    assertThat(explanation.pushedDown()).isEmpty();
    assertThat(explanation.residual()).contains(where);
    assertThat(explanation.orderPushedDown()).isFalse();
    assertThat(explanation.examined()).hasValue(7);
    assertThat(explanation.plan().get(0)).isEqualTo("scan of 7 entries");
  }

  /** An engine that can do some of it, as it is told to. */
  private static final class Engine implements Queries {
    private final List<Query> asked = new ArrayList<>();
    private final Function<Query, Answer> answering;

    Engine(Function<Query, Answer> answering) {
      this.answering = answering;
    }

    @Override
    public Answer query(Query query) {
      asked.add(query);
      return answering.apply(query);
    }

    @Override
    public OptionalLong count(Optional<Condition> where) {
      return OptionalLong.empty();
    }

    @Override
    public Optional<Queries.Aggregated> aggregate(Pipeline pipeline) {
      return Optional.empty();
    }

    @Override
    public Explanation explain(Query query) {
      return new Explanation(
          Support.NATIVE,
          List.of("i"),
          query.where(),
          Optional.empty(),
          true,
          OptionalLong.of(1),
          List.of("engine"));
    }
  }

  private static Cursor<Found> cursor(List<Found> all) {
    return new Cursor<>() {
      private int at;

      @Override
      public List<Found> next() {
        int end = Math.min(all.size(), at + 3);
        List<Found> page = all.subList(at, end);
        at = end;
        return page;
      }

      @Override
      public void close() {
        at = all.size();
      }
    };
  }

  private List<Found> all() {
    List<Found> all = new ArrayList<>();
    try (Cursor<KeyedEntry> scan = shelf.scan("", 100)) {
      for (List<KeyedEntry> page = scan.next(); !page.isEmpty(); page = scan.next()) {
        page.forEach(
            found -> all.add(new Found(found.key(), found.entry(), OptionalDouble.empty())));
      }
    }
    return all;
  }

  @Test
  void whateverAnEngineLeavesOverIsFinished() {
    numbers(50);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    CompleteQueries oracle = shelf.queries(Bounds.DEFAULT);
    Condition even = field("even").eq(true);
    Condition large = field("n").gte(10);
    List<Found> evens =
        all().stream()
            .filter(found -> Integer.parseInt(found.key().substring(1)) % 2 == 0)
            .sorted(
                Comparator.comparingInt((Found found) -> Integer.parseInt(found.key().substring(1)))
                    .reversed())
            .toList();
    Engine nothing = new Engine(q -> new Answer(cursor(all()), q.where(), false, false));
    Engine filters = new Engine(q -> new Answer(cursor(evens), Optional.of(large), false, false));
    Engine orders = new Engine(q -> new Answer(cursor(evens), Optional.of(large), true, false));
    for (int i = 0; i < 100; i++) {
      Query query = Query.where(even.and(large)).orderBy(Order.desc("n"));
      query = random.nextBoolean() ? query.limit(random.nextInt(12)) : query;
      query = random.nextBoolean() ? query.offset(random.nextInt(12)) : query;
      if (random.nextBoolean()) {
        List<Found> results =
            drain(oracle.query(Query.where(even.and(large)).orderBy(Order.desc("n"))).entries());
        query = query.after(results.get(random.nextInt(results.size())).cursor());
      }
      List<String> expected = keys(oracle, query);
      for (Engine engine : List.of(nothing, filters, orders)) {
        assertThat(keys(shelf.queries(Candidates.of(engine), Bounds.DEFAULT), query))
            .as("seed %d: %s", seed, query)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void anEngineThatDoesEverythingIsBelieved() {
    numbers(50);
    Engine engine =
        new Engine(
            q ->
                new Answer(
                    cursor(all().subList(0, (int) q.limit().orElse(50))),
                    Optional.empty(),
                    true,
                    true));
    CompleteQueries queries = shelf.queries(Candidates.of(engine), Bounds.DEFAULT);
    Query query =
        Query.where(field("even").eq(true)).orderBy(Order.asc("n")).limit(2).offset(3).select("n");
    List<Found> found = drain(queries.query(query).entries());
    assertThat(engine.asked).containsExactly(query.select(new String[0]));
    assertThat(found).extracting(Found::key).containsExactly("k0", "k1");
    assertThat(new String(found.get(1).entry().value(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("{\"n\":1}");
    Query next = query.after(found.get(1).cursor());
    keys(queries, next);
    assertThat(engine.asked.get(1))
        .isEqualTo(Query.where(field("even").eq(true)).orderBy(Order.asc("n")));
    assertThat(queries.explain(query).plan()).containsExactly("engine");
  }

  @Test
  void anEntryOfWhichAnEngineIsUnsureMustMeetTheWholeCondition() {
    numbers(6);
    Condition even = field("even").eq(true);
    Condition small = field("n").lt(4);
    List<Found> found =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    new Found(
                        "k" + i,
                        shelf.get("k" + i).orElseThrow(),
                        OptionalDouble.empty(),
                        "",
                        i < 3))
            .toList();
    // What it is sure of is believed; what is left over holds for everything.
    for (Optional<Condition> residual : List.of(Optional.<Condition>empty(), Optional.of(small))) {
      Engine engine = new Engine(q -> new Answer(cursor(found), residual, true, false));
      CompleteQueries queries = shelf.queries(Candidates.of(engine), Bounds.DEFAULT);
      Query query = Query.where(even.and(small));
      assertThat(keys(queries, query))
          .containsExactlyElementsOf(
              residual.isEmpty()
                  ? List.of("k0", "k2", "k3", "k4", "k5")
                  : List.of("k0", "k2", "k3"));
      assertThat(keys(queries, query.limit(2).offset(1))).containsExactly("k2", "k3");
      assertThat(queries.count(query.where())).hasValue(residual.isEmpty() ? 5 : 3);
    }
  }

  @Test
  void aSearchIsOrderedByScore() {
    numbers(6);
    Condition search = field("text").search("word");
    List<Found> scored =
        IntStream.range(0, 6)
            .mapToObj(
                i -> new Found("k" + i, shelf.get("k" + i).orElseThrow(), OptionalDouble.of(i % 3)))
            .toList();
    Engine engine = new Engine(q -> new Answer(cursor(scored), Optional.empty(), false, false));
    CompleteQueries queries = shelf.queries(Candidates.of(engine), Bounds.DEFAULT);
    assertThat(keys(queries, Query.where(search)))
        .containsExactly("k2", "k5", "k1", "k4", "k0", "k3");
    List<Found> firsts = drain(queries.query(Query.where(search).limit(3)).entries());
    assertThat(keys(queries, Query.where(search).limit(2).after(firsts.get(2).cursor())))
        .containsExactly("k4", "k0");
  }

  @Test
  void aQueryThatCannotBeFinishedClosesWhatTheEngineGave() {
    boolean[] closed = new boolean[1];
    Engine engine =
        new Engine(
            q ->
                new Answer(
                    new Cursor<>() {
                      @Override
                      public List<Found> next() {
                        return List.of();
                      }

                      @Override
                      public void close() {
                        closed[0] = true;
                      }
                    },
                    q.where(),
                    false,
                    false));
    CompleteQueries queries = shelf.queries(Candidates.of(engine), Bounds.DEFAULT);
    assertThatThrownBy(() -> queries.query(Query.where(field("a").regex("("))))
        .hasMessageStartingWith("INVALID_QUERY")
        .hasMessageContaining("pattern '('");
    assertThat(closed[0]).isTrue();
  }
}
