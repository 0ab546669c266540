package io.undercroft.runtime.layers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.lifecycle.CodecDocuments;
import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.runtime.query.Candidates;
import io.undercroft.runtime.query.CompleteQueries;
import io.undercroft.runtime.query.RandomQueries;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.Queries;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Queries with indexes against the same queries by scan: random documents, indexes and queries,
 * with writes in between. A failure names its seed; {@code -Dundercroft.query.seed=N} runs it
 * again, {@code -Dundercroft.query.rounds=N} runs more.
 */
class IndexedDifferentialTest {
  private static final int DOCUMENTS = 250;
  private static final int QUERIES = 400;

  private final ManualClock clock = new ManualClock();
  private final CodecDocuments documents =
      new CodecDocuments(new StoredDocuments(CodecLimits.DEFAULT));

  private Random random = new Random();
  private RandomQueries queries = new RandomQueries(random);
  private Facets facets = Facets.none();
  private List<IndexDefinition> indexes = List.of();
  private int used;
  private int ordered;
  private int counted;
  private int joined;

  @Test
  void anIndexChangesNoAnswer() {
    long first = Long.getLong("undercroft.query.seed", System.nanoTime());
    int rounds = Integer.getInteger("undercroft.query.rounds", 5);
    for (int round = 0; round < rounds; round++) {
      round(first + round);
    }
    assertThat(used).as("seed %d: queries by index", first).isGreaterThan(100 * rounds);
    assertThat(ordered).as("seed %d: orders by index", first).isGreaterThan(10 * rounds);
    assertThat(counted).as("seed %d: counts", first).isPositive();
    assertThat(joined).as("seed %d: several ways", first).isGreaterThan(rounds);
  }

  private void round(long seed) {
    random = new Random(seed);
    queries = new RandomQueries(random);
    try (Stack stack =
        Stack.over(Memory.facets(clock), new TestContext(clock)).documents(documents).compose()) {
      facets = stack.facets();
      for (int i = 0; i < DOCUMENTS; i++) {
        if (i == DOCUMENTS / 2) {
          createIndexes();
        }
        write();
      }
      Queries scan =
          new CompleteQueries(facets.require(KeyValue.class), Candidates.NONE, documents, clock);
      for (int i = 0; i < QUERIES; i++) {
        write();
        compare(query(), scan, "seed " + seed + ", query " + i);
      }
    }
  }

  private void createIndexes() {
    List<IndexDefinition> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(index("i" + i));
    }
    indexes = all;
    all.forEach(facets.require(Indexes.class)::create);
  }

  private IndexDefinition index(String name) {
    boolean sparse = random.nextInt(3) == 0;
    if (random.nextInt(4) == 0) {
      IndexDefinition hash = IndexDefinition.hash(name, queries.path());
      return sparse ? hash.asSparse() : hash;
    }
    List<Order> fields = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    while (fields.size() < count) {
      String path = queries.path();
      if (fields.stream().noneMatch(field -> field.field().equals(path))) {
        fields.add(new Order(path, random.nextBoolean()));
      }
    }
    return new IndexDefinition(name, IndexDefinition.Type.ORDERED, fields, false, sparse);
  }

  private NewEntry document() {
    Optional<java.time.Instant> until =
        random.nextInt(20) == 0
            ? Optional.of(clock.instant().plusSeconds(random.nextInt(30)))
            : Optional.empty();
    String text = random.nextInt(3) == 0 ? queries.document() : flat();
    return new NewEntry(text.getBytes(UTF_8), "application/json", until, Map.of());
  }

  /** A document without arrays, so that an order may be had from an index. */
  private String flat() {
    String text = queries.document();
    while (text.contains("[")) {
      text = queries.document();
    }
    return text;
  }

  private String key() {
    return (random.nextBoolean() ? "k" : "\uD83D\uDE00") + random.nextInt(200);
  }

  private void write() {
    KeyValue kv = facets.require(KeyValue.class);
    switch (random.nextInt(12)) {
      case 0 -> kv.delete(key(), Precondition.NONE);
      case 1 ->
          facets
              .require(Batch.class)
              .putMany(Map.of("x" + random.nextInt(20), document(), key(), document()));
      case 2 -> facets.require(Batch.class).deleteMany(List.of(key(), key()));
      case 3 ->
          facets
              .require(Commit.class)
              .commit(
                  List.of(),
                  List.of(
                      new Mutation.Put("p" + random.nextInt(20), document()),
                      new Mutation.Remove("x" + random.nextInt(20))));
      case 4 -> clock.advance(Duration.ofSeconds(random.nextInt(3)));
      case 5 -> kv.put(key(), document(), Precondition.ABSENT);
      default -> kv.put(key(), document(), Precondition.NONE);
    }
    if (random.nextInt(500) == 0) {
      kv.clear();
    }
  }

  private Query query() {
    IndexDefinition index = indexes.get(random.nextInt(indexes.size()));
    List<Condition> parts = new ArrayList<>();
    int bound = random.nextInt(index.fields().size() + 1);
    for (Order field : index.fields().subList(0, bound)) {
      parts.add(queries.comparison(field.field()));
    }
    if (random.nextInt(4) == 0) {
      parts.add(queries.condition(2));
    }
    if (random.nextInt(4) == 0) {
      parts.add(
          new Condition.Any(
              List.of(
                  queries.comparison(indexes.get(0).fields().get(0).field()),
                  queries.comparison(index.fields().get(0).field()))));
    }
    List<Order> order = new ArrayList<>();
    boolean against = random.nextBoolean();
    for (Order field : index.fields()) {
      if (random.nextInt(3) != 0) {
        order.add(new Order(field.field(), field.descending() != against));
      }
    }
    if (random.nextInt(3) == 0) {
      order.clear();
    }
    return new Query(
        parts.isEmpty() ? Optional.empty() : Optional.of(new Condition.All(parts)),
        order,
        random.nextInt(4) == 0 ? OptionalLong.empty() : OptionalLong.of(random.nextInt(12)),
        random.nextInt(4) == 0 ? random.nextInt(5) : 0,
        List.of(),
        Optional.empty());
  }

  private void compare(Query query, Queries scan, String where) {
    Queries indexed = facets.require(Queries.class);
    var explained = indexed.explain(query);
    joined += explained.plan().stream().anyMatch(line -> line.startsWith("one of ")) ? 1 : 0;
    used += explained.indexes().isEmpty() ? 0 : 1;
    ordered += explained.orderPushedDown() ? 1 : 0;
    List<String> expected = keys(scan.query(query));
    List<String> found = keys(indexed.query(query));
    String what = "%s: %s by %s with %s".formatted(where, query, explained.plan(), indexes);
    if (query.order().isEmpty() && query.limit().isEmpty() && query.offset() == 0) {
      assertThat(found).as(what).containsExactlyInAnyOrderElementsOf(expected);
    } else {
      assertThat(found).as(what).isEqualTo(expected);
    }
    OptionalLong count = indexed.count(query.where());
    assertThat(count).as("count, %s", what).isEqualTo(scan.count(query.where()));
    counted += count.isPresent() ? 1 : 0;
  }

  private static List<String> keys(Queries.Answer answer) {
    return Memory.drain(answer.entries()).stream()
        .map(found -> found.key() + "@" + found.entry().meta().version())
        .toList();
  }
}
