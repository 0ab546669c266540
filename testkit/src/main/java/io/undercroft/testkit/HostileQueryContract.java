package io.undercroft.testkit;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Queries made to do harm: answered or refused, soon, while the storage serves others. */
interface HostileQueryContract extends Contract {
  /** What the documents are. */
  TypeRef<Map<String, Object>> DOCUMENTS = new TypeRef<>() {};

  /** Generous: what is asked for is a quarter of a second, but machines that test are busy. */
  Duration SOON = Duration.ofSeconds(10);

  /** Names that mean something to somebody who splices them into a language of his own. */
  List<String> NAMES =
      List.of(
          "' OR 1=1 --",
          "'; DROP TABLE subject; --",
          "\"); DELETE FROM entries; --",
          "a'||pg_sleep(10)||'",
          "a\"b\"]",
          "$['a']",
          "a[0]",
          "[*]",
          "$where",
          "{$gt: 0}",
          "@a == 1)]",
          "a` = `b",
          "%' UNION SELECT *",
          "\\",
          "\\u0041",
          "#{7*7}",
          "${jndi:ldap}",
          "a\nb",
          "\uD83D\uDE00",
          ":name ?1 ? {}");

  @Test
  default void namesFullOfQuotesBracketsAndSqlAreNames() {
    Map<String, Map<String, Object>> documents = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.size(); i++) {
      documents.put("one " + i, Map.of(NAMES.get(i), i, "o", Map.of(NAMES.get(i), "in " + i)));
    }
    QueryableStorage<Map<String, Object>> storage = holding(documents);
    assertNamesAreFound(storage);
    if (storage.supports(IndexedStorage.class)) {
      for (int i = 0; i < NAMES.size(); i++) {
        storage
            .indexed()
            .createIndex(
                i % 2 == 0
                    ? IndexDefinition.hash("i" + i, NAMES.get(i))
                    : IndexDefinition.ordered(
                        "i" + i, Order.desc(NAMES.get(i)), Order.asc("o." + NAMES.get(i))));
      }
      assertNamesAreFound(storage);
    }
    assertThat(storage.size()).isEqualTo(NAMES.size());
  }

  private static void assertNamesAreFound(QueryableStorage<Map<String, Object>> storage) {
    for (int i = 0; i < NAMES.size(); i++) {
      String name = NAMES.get(i);
      assertThat(keys(storage, Query.where(field(name).eq(i))))
          .as(name)
          .containsExactly("one " + i);
      assertThat(keys(storage, Query.where(field(name).exists()))).containsExactly("one " + i);
      assertThat(storage.count(Query.where(field(name).eq(name)))).as(name).isZero();
      assertThat(storage.count(Query.where(field("o." + name).eq("in " + i)))).isOne();
      assertThat(storage.count(Query.where(field("o").matches(field(name).gt(""))))).isOne();
      assertThat(keys(storage, Query.all().orderBy(Order.desc(name)).limit(1)))
          .as(name)
          .containsExactly("one " + i);
      assertThat(storage.findMany(Query.where(field(name).gte(i)).select(name)))
          .as(name)
          .singleElement()
          .satisfies(found -> assertThat(found).containsOnlyKeys(name));
    }
  }

  @Test
  default void pathsThatAreNoneAreRefused() {
    QueryableStorage<Map<String, Object>> storage = holding(Map.of("a", Map.of("a", 1)));
    for (String path : List.of("", ".", "a.", ".a", "a..b", "a\0b", "a".repeat(1_025))) {
      assertRefused(() -> storage.count(Query.where(field(path).exists())));
      assertRefused(() -> storage.count(Query.where(field(path).matches(field("a").eq(1)))));
      assertRefused(() -> storage.findMany(Query.all().orderBy(Order.asc(path))));
      assertRefused(() -> storage.findMany(Query.all().select(path)));
    }
  }

  /** Before any storage is asked, so that the message names none. */
  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_QUERY));
  }

  @Test
  default void aHostileQueryIsAnsweredOrRefusedSoonAndOthersAreServedMeanwhile() {
    QueryableStorage<Map<String, Object>> storage =
        holding(
            Map.of("a", Map.of("a", "a".repeat(5_000) + "!"), "b", Map.of("a", List.of(1, "b"))));
    List<Supplier<Condition>> hostile =
        List.of(
            () -> nested(10_000),
            () -> not(10_000),
            () -> new Condition.All(List.of(doubled(60), doubled(60))),
            () -> field("a").in(IntStream.range(0, 1_000_000).boxed().toList()),
            () -> field("a").in(IntStream.range(0, 100_000).boxed().toList()),
            () -> field("a").regex("(a+)+\\1$"),
            () -> field("a").regex("(a+)+$"),
            () -> field("a").regex("(.*a){20}"),
            () -> field("a").regex("((a{100}){100}){100}"),
            () -> field("a").regex("(?:a{500}|b{500}){500}"),
            () -> field("a").regex("(x+x+)+y"),
            () -> field("a").regex("a".repeat(1_001)),
            () -> field(String.join(".", Collections.nCopies(512, "a"))).missing());
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong served = new AtomicLong();
    AtomicLong slowest = new AtomicLong();
    Race.run(
        2,
        runner -> {
          if (runner == 0) {
            try {
              hostile.forEach(query -> assertAnsweredOrRefusedSoon(storage, query));
            } finally {
              over.set(true);
            }
          } else {
            do {
              long start = System.nanoTime();
              storage.set("other", Map.of("n", served.get()));
              assertThat(storage.get("other")).isPresent();
              slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
              served.incrementAndGet();
            } while (!over.get());
          }
        });
    assertThat(served.get()).isGreaterThan(1);
    assertThat(Duration.ofNanos(slowest.get())).isLessThan(SOON);
  }

  private static void assertAnsweredOrRefusedSoon(
      QueryableStorage<Map<String, Object>> storage, Supplier<Condition> hostile) {
    long start = System.nanoTime();
    try {
      assertThat(storage.count(Query.where(hostile.get()))).isBetween(0L, 3L);
    } catch (StorageException e) {
      assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.INVALID_QUERY);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
  }

  private static Condition nested(int depth) {
    Condition condition = field("a").eq(1);
    for (int i = 0; i < depth; i++) {
      condition = field("a").matches(condition);
    }
    return condition;
  }

  private static Condition not(int depth) {
    Condition condition = field("a").eq(1);
    for (int i = 0; i < depth; i++) {
      condition = condition.not();
    }
    return condition;
  }

  /** Two of the same inside each other: as many as 2 to the power of the depth. */
  private static Condition doubled(int depth) {
    Condition condition = field("a").eq(1);
    for (int i = 0; i < depth; i++) {
      condition = new Condition.Any(List.of(condition, condition));
    }
    return condition;
  }

  private QueryableStorage<Map<String, Object>> holding(
      Map<String, Map<String, Object>> documents) {
    Storage<Map<String, Object>> storage = subject().storage(DOCUMENTS);
    Assumptions.assumeTrue(
        storage.supports(QueryableStorage.class), () -> subject().id() + " has no queries");
    storage.batched().setMany(documents);
    return storage.queryable();
  }

  private static List<String> keys(QueryableStorage<Map<String, Object>> storage, Query query) {
    try (Stream<QueryResult<Map<String, Object>>> results = storage.query(query)) {
      return results.map(QueryResult::key).toList();
    }
  }
}
