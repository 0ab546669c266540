package io.undercroft.testkit;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Commit;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.Operation;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.TransactionalStorage;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Searches by fulltext indexes: one meaning of a word, whoever keeps the index. */
interface FulltextContract extends Contract {
  /** The words of one field. */
  IndexDefinition WORDS = IndexDefinition.fulltext("words", "text");

  private IndexStage stage() {
    IndexStage stage = IndexStage.of(subject());
    stage.create(WORDS);
    return stage;
  }

  private static Condition search(String words) {
    return field("text").search(words);
  }

  private static Map<String, Object> text(Object text) {
    return Map.of("text", text);
  }

  @Test
  default void aSearchFindsWordsTheBestFirst() {
    IndexStage stage = stage();
    stage.storage().set("a", text("the whale and the sea"));
    stage.storage().set("b", text("whale, whale! a whale"));
    stage.storage().set("c", text("a WHALE of a time"));
    stage.storage().set("d", text("a shark"));
    List<QueryResult<Map<String, Object>>> found = stage.results(Query.where(search("whale")));
    assertThat(found).extracting(QueryResult::key).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(found.get(0).key()).isEqualTo("b");
    assertThat(found)
        .extracting(result -> result.score().orElseThrow())
        .isSortedAccordingTo((left, right) -> Double.compare(right, left));
    assertThat(stage.count(search("whale"))).isEqualTo(3);
    assertThat(stage.keys(Query.where(search("whale")).orderBy(Order.desc("text")).limit(2)))
        .containsExactly("b", "a");
    assertThat(stage.keys(Query.where(search("whale")).limit(1))).containsExactly("b");
    assertThat(stage.results(Query.where(search("sea")).select("title")).get(0).value()).isEmpty();
  }

  @Test
  default void whatScoresTheSameComesByKeyAndPagesFitTogether() {
    IndexStage stage = stage();
    Map<String, Map<String, Object>> all = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      all.put("k" + (1_000 + i), text(i % 3 == 0 ? "whale whale" : "a whale"));
    }
    stage.storage().setMany(all);
    Query query = Query.where(search("whale"));
    List<String> keys = stage.keys(query);
    assertThat(keys).hasSize(300).doesNotHaveDuplicates();
    assertThat(keys.subList(0, 100))
        .isSorted()
        .allMatch(key -> Integer.parseInt(key.substring(1)) % 3 == 1);
    assertThat(keys.subList(100, 300)).isSorted();
    assertThat(stage.keys(query.limit(10).offset(95))).isEqualTo(keys.subList(95, 105));
    assertThat(stage.paged(query.limit(41))).isEqualTo(keys);
    assertThat(stage.keys(Query.where(search("whale").and(field("text").ne("a whale")))))
        .isEqualTo(keys.subList(0, 100));
  }

  @Test
  default void theSignsOfASearchMeanWhatPeopleExpect() {
    IndexStage stage = stage();
    stage.storage().set("1", text("The red house by the sea"));
    stage.storage().set("2", text("A house, red and old"));
    stage.storage().set("3", text("Houses of the holy"));
    stage.storage().set("4", text("wi-fi for the Größe of a café"));
    assertThat(stage.keys(search("red house"))).containsExactlyInAnyOrder("1", "2");
    assertThat(stage.keys(search("HOUSE Red"))).containsExactlyInAnyOrder("1", "2");
    assertThat(stage.keys(search("\"red house\""))).containsExactly("1");
    assertThat(stage.keys(search("\"red house"))).as("not closed").containsExactly("1");
    assertThat(stage.keys(search("house -sea"))).containsExactly("2");
    assertThat(stage.keys(search("house -\"red and\""))).containsExactly("1");
    assertThat(stage.keys(search("hous*"))).containsExactlyInAnyOrder("1", "2", "3");
    assertThat(stage.keys(search("house"))).as("no stems").containsExactlyInAnyOrder("1", "2");
    assertThat(stage.keys(search("hous* -house"))).containsExactly("3");
    assertThat(stage.keys(search("the -hou*"))).containsExactly("4");
    assertThat(stage.keys(search("wi-fi"))).containsExactly("4");
    assertThat(stage.keys(search("fi-wi"))).isEmpty();
    assertThat(stage.keys(search("wi-f*"))).containsExactly("4");
    assertThat(stage.keys(search("the \"the holy\""))).containsExactly("3");
    for (String nothing :
        List.of("", "  ", "-", "*", "\"\"", "-red", "-\"red house\"", "!?", "\"", "\u0000")) {
      assertThat(stage.keys(search(nothing))).as(nothing).isEmpty();
      assertThat(stage.count(search(nothing))).as(nothing).isZero();
    }
  }

  @Test
  default void aWordIsOneInEveryLanguage() {
    IndexStage stage = stage();
    stage.storage().set("apostrophe", text("Don't panic, it's O'Brien's"));
    stage.storage().set("number", text("\u03c0 is 3.14, or 22/7; 1,000 times"));
    stage.storage().set("han", text("\u6771\u4eac\u90fd\u306b\u884c\u304f"));
    stage.storage().set("kana", text("\u30b3\u30f3\u30d4\u30e5\u30fc\u30bf"));
    stage.storage().set("accents", text("\u00c4pfel und Caf\u00e9, Gr\u00f6\u00dfe"));
    stage.storage().set("compatible", text("\ufb01ne \uff37\uff29\uff24\uff25 \u2460"));
    stage.storage().set("thai", text("\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35"));
    stage.storage().set("greek", text("\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c2"));
    stage.storage().set("quotes", text("'; DROP TABLE t; -- \"x\" %s \\ $1 ?"));
    assertThat(stage.keys(search("don't"))).containsExactly("apostrophe");
    assertThat(stage.keys(search("don"))).isEmpty();
    assertThat(stage.keys(search("o'brien's"))).containsExactly("apostrophe");
    assertThat(stage.keys(search("3.14"))).containsExactly("number");
    assertThat(stage.keys(search("14"))).isEmpty();
    assertThat(stage.keys(search("3"))).isEmpty();
    assertThat(stage.keys(search("3*"))).containsExactly("number");
    assertThat(stage.keys(search("22/7"))).containsExactly("number");
    assertThat(stage.keys(search("1,000"))).containsExactly("number");
    assertThat(stage.keys(search("\u03a0"))).containsExactly("number");
    assertThat(stage.keys(search("\u6771\u4eac"))).containsExactly("han");
    assertThat(stage.keys(search("\u4eac\u6771"))).isEmpty();
    assertThat(stage.keys(search("\u90fd"))).containsExactly("han");
    assertThat(stage.keys(search("\u30b3\u30f3*"))).containsExactly("kana");
    assertThat(stage.keys(search("\u00e4PFEL"))).containsExactly("accents");
    assertThat(stage.keys(search("A\u0308pfel"))).as("two code points").containsExactly("accents");
    assertThat(stage.keys(search("apfel"))).as("accents matter").isEmpty();
    assertThat(stage.keys(search("gr\u00f6sse"))).as("\u00df is a letter of its own").isEmpty();
    assertThat(stage.keys(search("caf\u00e9"))).containsExactly("accents");
    assertThat(stage.keys(search("caf*"))).containsExactly("accents");
    assertThat(stage.keys(search("fine wide 1"))).containsExactly("compatible");
    assertThat(stage.keys(search("\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35"))).containsExactly("thai");
    assertThat(stage.keys(search("\u039f\u0394\u03a5*"))).containsExactly("greek");
    assertThat(stage.keys(search("drop table"))).containsExactly("quotes");
    assertThat(stage.keys(search("'; DROP TABLE t; --"))).containsExactly("quotes");
  }

  @Test
  default void arraysNestedFieldsAndOtherTypes() {
    IndexStage stage = IndexStage.of(subject());
    stage.create(IndexDefinition.fulltext("words", "text", "notes.by"));
    stage
        .storage()
        .set("array", text(List.of("red house", 7, "blue sea", List.of("deep"), "red red")));
    stage
        .storage()
        .set(
            "notes",
            Map.of("notes", List.of(Map.of("by", "Ann"), Map.of("by", "Bob")), "text", "sea"));
    stage.storage().set("number", text(7));
    stage.storage().set("object", text(Map.of("deep", "sea")));
    stage.storage().set("none", Map.of("other", "red sea"));
    assertThat(stage.keys(search("red sea"))).containsExactly("array");
    assertThat(stage.keys(search("\"house blue\""))).as("over the gap").isEmpty();
    assertThat(stage.keys(search("\"red red\""))).containsExactly("array");
    assertThat(stage.keys(search("7"))).isEmpty();
    assertThat(stage.keys(search("deep"))).isEmpty();
    assertThat(stage.keys(field("notes.by").search("bob"))).containsExactly("notes");
    assertThat(stage.keys(field("notes.by").search("sea"))).as("another field").isEmpty();
    assertThat(stage.keys(search("bob"))).as("another field").isEmpty();
    assertThat(stage.keys(field("notes.by").search("bob").and(search("sea"))))
        .containsExactly("notes");
    assertThat(stage.keys(field("notes.by").search("bob").or(search("red"))))
        .containsExactlyInAnyOrder("notes", "array");
    assertThat(stage.keys(field("notes.by").search("bob").or(search("-red"))))
        .containsExactly("notes");
    assertThat(stage.keys(field("notes.by").search("bob").and(search("!")))).isEmpty();
    assertThat(stage.storage().listIndexes().get(0).entries())
        .as("entries that have text")
        .isEqualTo(2);
  }

  @Test
  default void wordsFollowEveryWrite() {
    IndexStage stage = IndexStage.of(subject());
    IndexedStorage<Map<String, Object>> storage = stage.storage();
    Map<String, Object> whale = text("a whale");
    Map<String, Object> shark = text("a shark");
    storage.set("before", whale);
    stage.create(WORDS);
    List<IndexStage.Written> steps =
        List.of(
            new IndexStage.Written(() -> storage.set("a", whale), "a", "before"),
            new IndexStage.Written(() -> storage.delete("before"), "a"),
            new IndexStage.Written(() -> storage.setMany(Map.of("b", whale, "c", shark)), "a", "b"),
            new IndexStage.Written(() -> storage.set("a", shark), "b"),
            new IndexStage.Written(() -> storage.set("c", whale), "b", "c"),
            new IndexStage.Written(() -> storage.deleteMany(List.of("b")), "c"),
            new IndexStage.Written(() -> storage.update("a", now -> Optional.of(whale)), "a", "c"),
            new IndexStage.Written(() -> storage.delete("c"), "a"),
            new IndexStage.Written(
                () -> storage.set("e", whale, SetOptions.expiresIn(Duration.ofSeconds(10))),
                "a",
                "e"),
            new IndexStage.Written(() -> subject().clock().advance(Duration.ofSeconds(10)), "a"),
            new IndexStage.Written(storage::clear),
            new IndexStage.Written(() -> storage.set("d", whale), "d"));
    for (IndexStage.Written step : steps) {
      stage.after(step, search("whale"));
    }
    storage.set("d", text(1));
    assertThat(stage.keys(search("whale"))).isEmpty();
  }

  @Test
  default void wordsFollowAnAtomicBatchAndOneThatFails() {
    Assumptions.assumeTrue(subject().pluginOffers(Commit.class), "the plugin has no Commit");
    IndexStage stage = stage();
    stage.create(IndexDefinition.ordered("one-n", Order.asc("n")).asUnique().asSparse());
    Map<String, Object> one = Map.of("text", "a whale", "n", 1);
    stage.storage().batch(List.of(Operation.set("a", one), Operation.delete("b")));
    assertThat(stage.keys(search("whale"))).containsExactly("a");
    Expect.failure(
        ErrorCode.DUPLICATE_KEY,
        () ->
            stage
                .storage()
                .batch(
                    List.of(
                        Operation.delete("a"), Operation.set("b", one), Operation.set("c", one))));
    assertThat(stage.keys(search("whale"))).containsExactly("a");
    stage.storage().batch(List.of(Operation.delete("a"), Operation.set("b", one)));
    assertThat(stage.keys(search("whale"))).containsExactly("b");
  }

  @Test
  default void aTransactionFindsWhatItWroteOrRefusesToSearch() {
    IndexStage stage = stage();
    Assumptions.assumeTrue(
        stage.storage().supports(TransactionalStorage.class), "there are no transactions");
    TransactionalStorage<Map<String, Object>> storage = stage.storage().transactional();
    storage.set("a", text("whale"));
    storage.set("b", text("whale"));
    Query whales = Query.where(search("whale"));
    try (Transaction<Map<String, Object>> transaction = storage.beginTransaction()) {
      QueryableStorage<Map<String, Object>> inside = transaction.queryable();
      List<String> before = List.of("a", "b");
      assertThat(IndexStage.keysUnlessRefused(inside, whales, before)).isEqualTo(before);
      transaction.set("a", text("shark"));
      transaction.delete("b");
      transaction.set("c", text("whale whale"));
      transaction.set("d", text("a whale"));
      List<String> own = List.of("c", "d");
      assertThat(IndexStage.keysUnlessRefused(inside, whales, own))
          .containsExactlyInAnyOrderElementsOf(own);
      assertThat(IndexStage.keysUnlessRefused(inside, whales.limit(2), own))
          .containsExactlyInAnyOrderElementsOf(own);
      assertThat(IndexStage.keysUnlessRefused(inside, Query.where(search("shark")), List.of("a")))
          .containsExactly("a");
      transaction.rollback();
    }
    assertThat(stage.keys(whales)).containsExactly("a", "b");
    assertThat(stage.keys(search("shark"))).isEmpty();
    storage.transaction(
        transaction -> {
          transaction.set("a", text("shark"));
          transaction.set("c", text("whale"));
          return true;
        });
    assertThat(stage.keys(whales)).containsExactly("b", "c");
    assertThat(stage.keys(search("shark"))).containsExactly("a");
    try (Transaction<Map<String, Object>> reading =
        storage.beginTransaction(TransactionOptions.defaults().asReadOnly())) {
      assertThat(IndexStage.keysUnlessRefused(reading.queryable(), whales, List.of("b", "c")))
          .containsExactly("b", "c");
    }
  }

  @Test
  default void explainSaysWhatTheIndexFindsAndWhatIsLeft() {
    IndexStage stage = stage();
    for (int i = 0; i < 50; i++) {
      stage.storage().set("k" + i, Map.of("n", i, "text", "number " + i));
    }
    Condition small = field("n").lt(3);
    Explanation explained = stage.storage().explain(Query.where(search("number").and(small)));
    assertThat(explained.indexes()).containsExactly("words");
    assertThat(explained.pushedDown()).contains(search("number"));
    assertThat(explained.residual()).contains(small);
    assertThat(explained.orderPushedDown()).isTrue();
    assertThat(
            stage
                .storage()
                .explain(Query.where(search("7")).orderBy(Order.asc("n")))
                .orderPushedDown())
        .isFalse();
    assertThat(stage.keys(search("number").and(small))).containsExactlyInAnyOrder("k0", "k1", "k2");
    assertThat(stage.count(search("number").and(small))).isEqualTo(3);
    assertThat(stage.storage().listIndexes().get(0).hits()).isPositive();
    assertThat(stage.storage().listIndexes().get(0).entries()).isEqualTo(50);
  }

  @Test
  default void whereNoOneIndexKnowsAllThatIsSearchedItIsRefused() {
    IndexStage stage = stage();
    stage.create(IndexDefinition.fulltext("titles", "title"));
    stage.storage().set("a", Map.of("text", "x", "title", "y"));
    assertThat(stage.refused(ErrorCode.UNSUPPORTED, field("other").search("x")))
        .hasMessageContaining("'other'")
        .hasMessageContaining("IndexDefinition.fulltext(")
        .hasMessageContaining("undercroft index create");
    for (Condition asked :
        List.of(
            search("x").not(),
            search("x").or(field("n").eq(1)),
            field("o").matches(search("x")),
            search("x").and(field("title").search("y")))) {
      stage.refused(ErrorCode.UNSUPPORTED, asked);
    }
    assertThat(stage.storage().dropIndex("titles")).isTrue();
    stage.refused(ErrorCode.UNSUPPORTED, field("title").search("x"));
    stage.create(IndexDefinition.fulltext("both", "title", "text"));
    assertThat(stage.keys(search("x").and(field("title").search("y")))).containsExactly("a");
  }

  @Test
  default void whatMakesNoSenseIsRefusedByNameWhenTheFulltextIndexIsCreated() {
    IndexStage stage = stage();
    stage.storage().dropIndex("words");
    assertThat(
            Expect.failure(
                ErrorCode.INVALID_QUERY, () -> stage.storage().createIndex(WORDS.asUnique())))
        .hasMessageContaining("'words'")
        .hasMessageContaining("FULLTEXT")
        .hasMessageContaining("unique");
    IndexDefinition descending =
        new IndexDefinition(
            "words", IndexDefinition.Type.FULLTEXT, List.of(Order.desc("text")), false, false);
    assertThat(
            Expect.failure(ErrorCode.INVALID_QUERY, () -> stage.storage().createIndex(descending)))
        .hasMessageContaining("descending");
    Expect.failure(
        ErrorCode.INVALID_QUERY,
        () -> stage.storage().createIndex(IndexDefinition.fulltext("twice", "text", "text")));
    stage.create(WORDS.asSparse());
    assertThat(stage.storage().listIndexes()).hasSize(1);
  }

  @Test
  default void whatAsksForTooMuchIsRefusedAndWhatAPersonTypesIsNot() {
    IndexStage stage = stage();
    stage.storage().set("1", text("The red house by the sea"));
    assertThat(stage.refused(ErrorCode.INVALID_QUERY, search("a".repeat(1_001))))
        .hasMessageContaining("1,000");
    stage.refused(ErrorCode.INVALID_QUERY, search("a ".repeat(51)));
    Condition tooMany = search("word");
    for (int i = 0; i < 60; i++) {
      tooMany = tooMany.or(search("word" + i));
    }
    stage.refused(ErrorCode.INVALID_QUERY, tooMany);
    Seed.run(
        random -> {
          String signs = "ab \"*-+~:()[]{}^\\/?!&|<>=@#'%_;$\t\u00e4\ud83d\ude00\ud83d\u0000\u202e";
          for (int i = 0; i < subject().scaled(2_000); i++) {
            StringBuilder typed = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
              typed.append(signs.charAt(random.nextInt(signs.length())));
            }
            Condition asked = search(typed.toString());
            assertThat(stage.count(asked)).as("%s", asked).isEqualTo(stage.keys(asked).size());
          }
        });
    for (String most : List.of("w* ".repeat(50), "\"" + "word ".repeat(50) + "\"")) {
      assertThat(stage.keys(search(most))).isEmpty();
    }
  }

  @Test
  default void aSearchFindsWhatLookingAtEveryWordWouldFind() {
    IndexStage stage = stage();
    Seed.run(
        random -> {
          Map<String, List<String>> texts = new HashMap<>();
          for (int i = 0; i < subject().scaled(900); i++) {
            String key = "k" + random.nextInt(100);
            if (random.nextInt(5) == 0) {
              stage.storage().delete(key);
              texts.remove(key);
            } else {
              String words = Asked.someWords(random, 1 + random.nextInt(12));
              stage.storage().set(key, text(words));
              texts.put(key, Arrays.asList(words.split(" ")));
            }
            if (i % 3 == 0) {
              compare(stage, texts, random);
            }
          }
          stage.storage().clear();
        });
  }

  private static void compare(IndexStage stage, Map<String, List<String>> texts, Random random) {
    List<Asked> asked =
        IntStream.rangeClosed(0, random.nextInt(3)).mapToObj(n -> Asked.any(random)).toList();
    List<String> expected = new ArrayList<>();
    texts.forEach(
        (key, text) -> {
          if (asked.stream().anyMatch(one -> !one.not())
              && asked.stream().allMatch(one -> one.isIn(text) != one.not())) {
            expected.add(key);
          }
        });
    String typed = String.join(" ", asked.stream().map(Asked::typed).toList());
    assertThat(stage.keys(search(typed))).as(typed).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(stage.count(search(typed))).as(typed).isEqualTo(expected.size());
  }

  /** A word, some in a row, or the beginning of one. */
  record Asked(List<String> words, boolean prefix, boolean not) {
    static String someWords(Random random, int count) {
      return String.join(
          " ", IntStream.range(0, count).mapToObj(i -> "word" + random.nextInt(25)).toList());
    }

    static Asked any(Random random) {
      int kind = random.nextInt(4);
      return new Asked(
          Arrays.asList(someWords(random, kind == 0 ? 2 : 1).split(" ")),
          kind == 1,
          random.nextInt(4) == 0);
    }

    boolean isIn(List<String> text) {
      for (int at = 0; at + words.size() <= text.size(); at++) {
        if (prefix
            ? text.get(at).startsWith(words.get(0))
            : text.subList(at, at + words.size()).equals(words)) {
          return true;
        }
      }
      return false;
    }

    String typed() {
      String text = String.join(" ", words);
      return (not ? "-" : "")
          + (words.size() > 1 ? "\"" + text + "\"" : prefix ? text + "*" : text);
    }
  }

  @Test
  default void longTextsAndLongArraysAreSearchedToTheirEnd() {
    IndexStage stage = stage();
    String many = "word ".repeat(20_000);
    stage.storage().set("text", text(many + "red house"));
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      parts.add("part " + i);
    }
    parts.add("red barn");
    stage.storage().set("array", text(parts));
    stage.storage().set("other", text("red and house"));
    assertThat(stage.keys(search("\"red house\""))).containsExactly("text");
    assertThat(stage.keys(search("\"red barn\""))).containsExactly("array");
    assertThat(stage.keys(search("\"1999 red\""))).isEmpty();
    assertThat(stage.keys(search("\"part 1234\""))).containsExactly("array");
    assertThat(stage.keys(search("red"))).containsExactlyInAnyOrder("text", "array", "other");
    assertThat(stage.keys(search("red -\"word red\""))).containsExactlyInAnyOrder("array", "other");
    String long1 = "x".repeat(10_000);
    stage.storage().set("long", text(long1));
    assertThat(stage.keys(search("x".repeat(200) + "*"))).containsExactly("long");
  }

  @Test
  default void whatIsFoundHasWhatIsSearchedWhateverIsBeingWritten() {
    IndexStage stage = stage();
    Map<String, Map<String, Object>> all = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      all.put("k" + i, text("even"));
    }
    stage.storage().setMany(all);
    AtomicBoolean over = new AtomicBoolean();
    int rounds = subject().scaled(200);
    Race.run(
        2,
        runner -> {
          if (runner == 0) {
            for (int i = 0; i == 0 || !over.get(); i++) {
              stage.storage().set("k" + i % 20, text(i / 20 % 2 == 0 ? "odd" : "even"));
              stage.storage().set("own", text("mine" + i));
              assertThat(stage.keys(search("mine" + i))).containsExactly("own");
            }
            return;
          }
          try {
            for (int round = 0; round < rounds; round++) {
              String word = round % 2 == 0 ? "odd" : "even";
              Query query = Query.where(search(word));
              assertThat(stage.results(round % 3 == 0 ? query : query.limit(5)))
                  .extracting(QueryResult::value)
                  .allMatch(value -> word.equals(value.get("text")));
            }
          } finally {
            over.set(true);
          }
        });
  }

  @Test
  default void aSearchFindsWhatIsThereAfterReopening() {
    subject().needsPersistence();
    IndexStage stage = stage();
    stage.storage().set("a", text("whale"));
    subject().reopen();
    IndexStage again = IndexStage.of(subject());
    assertThat(again.keys(search("whale"))).containsExactly("a");
    again.storage().set("b", text("whale"));
    assertThat(again.keys(search("whale"))).containsExactly("a", "b");
    again.storage().clear();
    assertThat(again.keys(search("whale"))).isEmpty();
  }

  @Test
  default void aSearchFindsWhatOtherProcessesWrite() {
    subject().needsConcurrentProcesses();
    IndexStage stage = stage();
    stage.storage().set("a", text("whale"));
    IndexStage other =
        IndexStage.of(
            subject().start(same -> same).storage(Subject.NAME, IndexStage.DOCUMENT), subject());
    assertThat(other.keys(search("whale"))).containsExactly("a");
    other.storage().set("b", text("whale"));
    assertThat(stage.keys(search("whale"))).containsExactly("a", "b");
    stage.storage().delete("a");
    assertThat(other.keys(search("whale"))).containsExactly("b");
  }
}
