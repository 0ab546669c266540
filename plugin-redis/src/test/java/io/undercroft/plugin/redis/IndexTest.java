package io.undercroft.plugin.redis;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.Queries;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.testkit.Eventually;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol.Command;

/** Indexes: what lies in the server, whoever writes and whatever expires. */
class IndexTest {
  private static final IndexDefinition BY_CITY =
      IndexDefinition.ordered("by-city", Order.asc("city"), Order.desc("seats"));
  private static final Condition IN_BONN = field("city").eq("Bonn");

  private final RedisProcess server = RedisProcess.shared();

  private static Indexes indexes(Given.Store store) {
    return store.facets().require(Indexes.class);
  }

  private static Queries queries(Given.Store store) {
    return store.facets().require(Queries.class);
  }

  private static NewEntry room(String city, int seats) {
    return Given.entry("{\"city\":\"" + city + "\",\"seats\":" + seats + "}");
  }

  /** Returns the keys that are found and need not be looked at again. */
  private static List<String> sure(Given.Store store, Query query) {
    Queries.Answer answer = queries(store).query(query);
    assertThat(answer.residual()).isEmpty();
    List<String> keys = new ArrayList<>();
    try (Cursor<Queries.Found> found = answer.entries()) {
      for (List<Queries.Found> page = found.next(); !page.isEmpty(); page = found.next()) {
        page.stream().filter(one -> !one.unsure()).forEach(one -> keys.add(one.key()));
      }
    }
    return keys;
  }

  private static StorageException failure(ThrowingCallable call) {
    StorageException e = catchThrowableOfType(StorageException.class, call);
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void whoDoesNotKnowAnIndexKeepsItNevertheless() {
    try (Given given = new Given(server)) {
      Given.Store one = given.open();
      Given.Store other = given.open();
      other.put("a", room("Bonn", 1));
      indexes(one).create(BY_CITY);
      other.put("b", room("Bonn", 2));
      other.batch().putMany(Map.of("c", room("Bonn", 3), "d", room("Köln", 4)));
      other.commit().commit(List.of(), List.of(new Mutation.Put("e", room("Bonn", 5))));
      Query query = Query.where(IN_BONN).orderBy(Order.desc("seats")).limit(10);
      assertThat(sure(one, query)).containsExactly("e", "c", "b", "a");
      assertThat(queries(one).count(Optional.of(IN_BONN))).isEqualTo(OptionalLong.of(4));
      indexes(one).create(IndexDefinition.hash("by-seats", "seats"));
      other.batch().deleteMany(List.of("c", "d"));
      assertThat(sure(one, query)).containsExactly("e", "b", "a");
      assertThat(sure(one, Query.where(field("seats").eq(3)))).isEmpty();
      assertThat(indexes(one).drop("by-city")).isTrue();
      other.put("f", room("Bonn", 6));
      assertThat(sure(other, Query.where(field("seats").eq(6)))).containsExactly("f");
      assertThat(indexes(other).list())
          .extracting(info -> info.definition().name())
          .containsExactly("by-seats");
    }
  }

  @Test
  void nothingOfAnIndexStaysOfWhatIsGone() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open("changes.kept", "0");
      indexes(rooms).create(BY_CITY);
      Instant deadline = given.clock().instant().plus(Duration.ofMinutes(5));
      Map<String, NewEntry> many = new HashMap<>();
      for (int i = 0; i < 300; i++) {
        NewEntry room = room("Bonn", i);
        many.put(
            "going-" + i,
            new NewEntry(room.value(), room.contentType(), Optional.of(deadline), Map.of()));
      }
      rooms.batch().putMany(many);
      rooms.put("odd", Given.entry("{\"city\":[\"Bonn\"]}", deadline));
      rooms.put("stays", room("Bonn", 1_000));
      assertThat(indexes(rooms).list()).extracting(IndexInfo::entries).containsExactly(302L);
      rooms.close();
      given.clock().set(deadline);
      // The server drops what it drops while nobody is there.
      given.say(Command.DEL, given.name("value:going-7"), given.name("entry:going-7"));
      Given.Store again = given.open("changes.kept", "0", "sweep-interval", "1h");
      assertThat(sure(again, Query.where(IN_BONN))).containsExactly("stays");
      assertThat(queries(again).count(Optional.of(IN_BONN)))
          .isIn(OptionalLong.empty(), OptionalLong.of(1));
      Eventually.passes(() -> assertThat(indexes(again).list().get(0).entries()).isEqualTo(1));
      assertThat(given.say(Command.HLEN, given.name("places"))).isEqualTo(1L);
      again.keyValue().clear();
      assertThat(given.names()).containsExactly("indexes", "layout");
      assertThat(indexes(again).drop("by-city")).isTrue();
    }
  }

  @Test
  void whereEverythingEndsSoDoTheIndexes() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open("changes.kept", "0");
      indexes(rooms).create(BY_CITY);
      Instant deadline = given.clock().instant().plus(Duration.ofMinutes(5));
      rooms.put("a", Given.entry("{\"city\":\"Bonn\"}", deadline));
      rooms.batch().putMany(Map.of("b", Given.entry("{\"city\":\"Bonn\"}", deadline)));
      for (String name : List.of("places", "index:by-city")) {
        assertThat((Long) given.say(Command.PTTL, given.name(name))).as(name).isPositive();
      }
      rooms.put("c", room("Bonn", 1));
      for (String name : List.of("places", "index:by-city")) {
        assertThat(given.say(Command.PTTL, given.name(name))).as(name).isEqualTo(-1L);
      }
    }
  }

  @Test
  void aUniqueValueIsFreeAgainOnceItsEntryHasExpired() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open("sweep-interval", "1h");
      indexes(rooms).create(IndexDefinition.hash("one-city", "city").asUnique());
      Instant deadline = given.clock().instant().plus(Duration.ofMinutes(5));
      rooms.put("a", Given.entry("{\"city\":\"Bonn\"}", deadline));
      StorageException e = failure(() -> rooms.put("b", room("Bonn", 1)));
      assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_KEY);
      assertThat(e.getMessage()).contains("'b'", "'a'", "'one-city'");
      assertThat(rooms.get("b")).isEmpty();
      given.clock().set(deadline);
      rooms.put("b", room("Bonn", 1));
      assertThat(failure(() -> rooms.put("a", room("Bonn", 2))).code())
          .isEqualTo(ErrorCode.DUPLICATE_KEY);
      assertThat(failure(() -> rooms.put("c", "{\"city\":[\"Bonn\",\"Ulm\"]}")))
          .hasMessageContaining("'one-city'")
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.INVALID_VALUE);
    }
  }

  @Test
  void anIndexIsBuiltWhileOthersWrite() throws InterruptedException {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open();
      KeyValue writer = given.open().keyValue();
      Map<String, NewEntry> many = new HashMap<>();
      for (int i = 0; i < 3_000; i++) {
        many.put("key-" + i, room("Bonn", i));
      }
      rooms.batch().putMany(many);
      AtomicBoolean over = new AtomicBoolean();
      CountDownLatch ended = new CountDownLatch(1);
      Map<String, Boolean> moved = new HashMap<>();
      given
          .context()
          .executor()
          .execute(
              () -> {
                for (int i = 0; i < 3_000 && !over.get(); i++) {
                  String key = "key-" + i * 7 % 3_000;
                  if (i % 3 == 0) {
                    writer.delete(key, Precondition.NONE);
                  } else {
                    writer.put(key, room("Ulm", i), Precondition.NONE);
                  }
                  moved.put(key, i % 3 != 0);
                }
                ended.countDown();
              });
      indexes(rooms).create(BY_CITY);
      over.set(true);
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
      long inUlm = moved.values().stream().filter(there -> there).count();
      assertThat(queries(rooms).count(Optional.of(field("city").eq("Ulm"))))
          .isEqualTo(OptionalLong.of(inUlm));
      assertThat(queries(rooms).count(Optional.of(IN_BONN)))
          .isEqualTo(OptionalLong.of(3_000 - moved.size()));
    }
  }

  @Test
  void aDescendingFieldHasItsEmptyTextsToo() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open();
      indexes(rooms).create(IndexDefinition.ordered("down", Order.desc("city")));
      rooms.put("empty", "{\"city\":\"\"}");
      rooms.put("zero", "{\"city\":\"\\u0000\"}");
      rooms.put("a", "{\"city\":\"a\"}");
      rooms.put("b", "{\"city\":\"b\"}");
      rooms.put("number", "{\"city\":1}");
      rooms.put("none", "{}");
      assertThat(sure(rooms, Query.where(field("city").lt("b"))))
          .containsExactly("a", "zero", "empty");
      assertThat(sure(rooms, Query.where(field("city").lte("\0"))))
          .containsExactly("zero", "empty");
      assertThat(sure(rooms, Query.where(field("city").gte("")))).hasSize(4);
      assertThat(sure(rooms, Query.where(field("city").gt(0)))).containsExactly("number");
      assertThat(sure(rooms, Query.all().orderBy(Order.desc("city")).limit(10)))
          .containsExactly("b", "a", "zero", "empty", "number", "none");
    }
  }

  @Test
  void cellsStandInTheOrderOfTheirValues() {
    List<@Nullable Object> ordered = new ArrayList<>();
    ordered.add(null);
    for (String number :
        List.of(
            "-1e1000000",
            "-12345678901234567890.5",
            "-2",
            "-1.50",
            "-1.49",
            "-1e-9",
            "0",
            "1e-9",
            "0.1",
            "1",
            "1.0000000000000000000000000001",
            "9",
            "10",
            "9007199254740993",
            "1e300")) {
      ordered.add(new BigDecimal(number));
    }
    ordered.addAll(
        List.of("", "\0", "\0a", "a", "a\0", "a\0b", "aa", "b", "\uffff", "\ud83d\ude00"));
    ordered.addAll(List.of(false, true));
    for (int i = 0; i < ordered.size(); i++) {
      for (int j = 0; j < ordered.size(); j++) {
        int up =
            Arrays.compareUnsigned(Cell.of(ordered.get(i), false), Cell.of(ordered.get(j), false));
        int down =
            Arrays.compareUnsigned(Cell.of(ordered.get(i), true), Cell.of(ordered.get(j), true));
        assertThat(Integer.signum(up)).as(i + " and " + j).isEqualTo(Integer.compare(i, j));
        assertThat(Integer.signum(down)).isEqualTo(Integer.compare(j, i));
      }
    }
    assertThat(Cell.of(new BigDecimal("-0.00"), false)).isEqualTo(Cell.of(0, false));
    assertThat(Cell.of(new BigDecimal("1e3"), false)).isEqualTo(Cell.of(1_000L, false));
    assertThat(Cell.of(0.1, false)).isEqualTo(Cell.of(new BigDecimal("0.10"), false));
  }
}
