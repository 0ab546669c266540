package io.undercroft.plugin.jdbc;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.testkit.Eventually;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * Gives marked texts to a storage wherever it takes a text, and looks whether each is taken for
 * nothing but a text: what it says is found again, and no statement holds it.
 *
 * @param settings of a storage in a database of its own
 */
record Injection(Map<String, String> settings) {
  private static final List<String> TEXTS = HostileTexts.marked();

  static Injection into(String... pairs) {
    Map<String, String> settings = new HashMap<>(Map.of("type", "jdbc"));
    for (int i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], pairs[i + 1]);
    }
    return new Injection(settings);
  }

  private String url() {
    return settings.getOrDefault("url", "");
  }

  private static Undercroft open(String storage, Map<String, String> settings) {
    return Undercroft.builder()
        .withoutAmbientConfig()
        .withoutClassPathPlugins()
        .plugin(new JdbcPlugin())
        .storage(storage, settings)
        .open();
  }

  /** Does it, and returns the statements that the driver was given. */
  Queue<String> run() {
    Queue<String> statements = RecordingDriver.record(url());
    try (Undercroft undercroft = open("rooms", settings)) {
      Storage<JsonObject> rooms = undercroft.storage("rooms", JsonObject.class);
      List<Subscription> watching = new ArrayList<>();
      Map<String, String> heard = new ConcurrentHashMap<>();
      for (String text : TEXTS) {
        watching.add(
            rooms
                .observable()
                .watch(glob(text), change -> heard.put("glob " + text, change.key())));
        Pattern pattern = Pattern.compile("^" + Pattern.quote(text) + "$");
        watching.add(
            rooms.observable().watch(pattern, change -> heard.put("re " + text, change.key())));
      }
      TEXTS.forEach(text -> asKeyAndValue(rooms, text));
      TEXTS.forEach(text -> inTransactions(rooms, text));
      Eventually.holds("every watch is told", () -> heard.size() == 2 * TEXTS.size());
      heard.forEach((watch, key) -> assertThat(watch).endsWith(" " + key));
      watching.forEach(Subscription::close);
      TEXTS.forEach(text -> inQueries(rooms, text));
      if (rooms.supports(IndexedStorage.class)) {
        TEXTS.forEach(text -> inIndexes(rooms.indexed(), text));
        TEXTS.forEach(text -> wordsAndPlaces(rooms.indexed(), text));
      }
      assertThat(rooms.size()).isEqualTo(TEXTS.size());
      assertThat(rooms.batched().deleteMany(TEXTS)).isEqualTo(TEXTS.size());
    }
    return statements;
  }

  private static String glob(String text) {
    return text.replaceAll("([*?\\[\\]\\\\])", "\\\\$1");
  }

  private static JsonObject value(String text) {
    return JsonTexts.JSON.createObjectBuilder().add(text, text).add("n", 1).build();
  }

  private static void asKeyAndValue(Storage<JsonObject> rooms, String text) {
    rooms.set(text, value("before"), SetOptions.ifAbsent().andMetadata("by", text));
    assertThat(rooms.entry(text).orElseThrow().metadata()).containsEntry("by", text);
    fails(
        text,
        ErrorCode.VERSION_CONFLICT,
        () -> rooms.set(text, value("other"), SetOptions.ifVersion(text)));
    assertThat(rooms.update(text, now -> now.map(before -> value(text)))).contains(value(text));
    assertThat(rooms.get(text)).contains(value(text));
    assertThat(rooms.has(text)).isTrue();
    assertThat(rooms.keys(text)).contains(text);
    assertThat(rooms.batched().getMany(List.of(text))).containsEntry(text, value(text));
    assertThat(rooms.delete(text)).isTrue();
    rooms.batched().setMany(Map.of(text, value(text)));
  }

  private static void inTransactions(Storage<JsonObject> rooms, String text) {
    try (Transaction<JsonObject> transaction = rooms.transactional().beginTransaction()) {
      transaction.set(text, value("other"));
      transaction.savepoint(text);
      transaction.delete(text);
      transaction.rollbackTo(text);
      transaction.set(text, value(text));
      transaction.commit();
    }
    assertThat(rooms.get(text)).contains(value(text));
  }

  private static void inQueries(Storage<JsonObject> rooms, String text) {
    List<Condition> all =
        List.of(
            field(text).eq(text),
            field(text).gte(text),
            field(text).in(text, "other"),
            field(text).regex("^" + Pattern.quote(text) + "$"),
            field(text).exists(),
            field("n").ne(text).and(field(text).ne("other")).and(field(text).exists()),
            field(text).eq(text).and(field("n").eq(Map.of(text, text)).not()));
    for (Condition condition : all) {
      Query query =
          Query.where(condition).orderBy(Order.asc(text), Order.desc("n")).select(text).limit(5);
      assertThat(rooms.queryable().query(query)).as("%s", condition).hasSize(1);
      assertThat(rooms.queryable().count(Query.where(condition))).isEqualTo(1);
    }
  }

  private static void inIndexes(IndexedStorage<JsonObject> rooms, String text) {
    String name = HostileTexts.MARK + "-" + TEXTS.indexOf(text);
    Query query = Query.where(field(text).eq(text)).orderBy(Order.desc("n")).limit(5);
    rooms.createIndex(IndexDefinition.ordered(name, Order.asc(text), Order.desc("n")));
    assertThat(rooms.findMany(query)).containsExactly(value(text));
    assertThat(rooms.explain(query).indexes()).containsExactly(name);
    assertThat(rooms.listIndexes()).hasSize(1);
    assertThat(rooms.dropIndex(name)).isTrue();
    rooms.createIndex(IndexDefinition.hash(name, text).asUnique().asSparse());
    fails(text, ErrorCode.DUPLICATE_KEY, () -> rooms.set(text + " too", value(text)));
    assertThat(rooms.dropIndex(name)).isTrue();
    fails(text, ErrorCode.INVALID_QUERY, () -> rooms.createIndex(IndexDefinition.hash(text, "n")));
    assertThat(rooms.dropIndex(text)).isFalse();
  }

  /** MariaDB keeps no such indexes, and refuses them by their names. */
  private void wordsAndPlaces(IndexedStorage<JsonObject> rooms, String text) {
    if (url().startsWith("jdbc:mariadb:")) {
      String name = HostileTexts.MARK + "-" + TEXTS.indexOf(text);
      fails(
          text,
          ErrorCode.UNSUPPORTED,
          () -> rooms.createIndex(IndexDefinition.fulltext(name, text)));
      fails(
          text,
          ErrorCode.UNSUPPORTED,
          () -> rooms.createIndex(IndexDefinition.spatial(name, text)));
    } else {
      inWordsAndPlaces(rooms, text);
    }
  }

  private static void inWordsAndPlaces(IndexedStorage<JsonObject> rooms, String text) {
    String name = HostileTexts.MARK + "-" + TEXTS.indexOf(text);
    rooms.createIndex(IndexDefinition.fulltext(name, text));
    assertThat(rooms.findMany(Query.where(field(text).search(HostileTexts.MARK + "*"))))
        .containsExactly(value(text));
    assertThat(rooms.findMany(Query.where(field(text).search(text))).size()).isLessThan(2);
    assertThat(rooms.dropIndex(name)).isTrue();
    rooms.createIndex(IndexDefinition.spatial(name, text));
    assertThat(rooms.findMany(Query.where(field(text).near(10, 50, 1_000)))).isEmpty();
    assertThat(rooms.dropIndex(name)).isTrue();
  }

  private static void fails(String text, ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .as(text)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  private static void use(String storage, Map<String, String> settings) {
    try (Undercroft undercroft = open(storage, settings)) {
      undercroft.storage(storage, JsonObject.class).size();
    }
  }

  /** Gives them as names of storages and tables; returns how many statements that has made. */
  int refusedNames() {
    Queue<String> statements = RecordingDriver.record(url());
    int before = statements.size();
    for (String text : TEXTS) {
      if (!text.contains("\"")) { // which quotes, in the name of a property
        fails(text, ErrorCode.INVALID_CONFIG, () -> use(text, settings));
      }
      Map<String, String> named = new HashMap<>(settings);
      named.put("table", text);
      fails(text, ErrorCode.INVALID_CONFIG, () -> use("rooms", named));
    }
    return statements.size() - before;
  }
}
