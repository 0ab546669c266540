package io.undercroft.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.CodecSettings;
import io.undercroft.runtime.codec.Codecs;
import io.undercroft.spi.Codec;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Field;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The compiled condition against the naive evaluator, on random documents. A failure names its
 * seed; {@code -Dundercroft.query.seed=N} runs it again.
 */
class DifferentialTest {
  private static final int DOCUMENTS = 400;
  private static final int CONDITIONS = 400;

  private static long seed() {
    return Long.getLong("undercroft.query.seed", System.nanoTime());
  }

  @Test
  void bothEvaluatorsAgree() {
    long seed = seed();
    RandomQueries queries = new RandomQueries(new Random(seed));
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      documents.add(queries.document());
    }
    int held = 0;
    for (int i = 0; i < CONDITIONS; i++) {
      Condition condition = queries.condition(3);
      Wanted wanted = Wanted.nothing();
      Matching matching = Matching.of(condition, wanted);
      Reading scan = Reading.inTurn(Given.DOCUMENTS, wanted, matching);
      for (String document : documents) {
        boolean expected = Naive.holds(condition, document);
        held += expected ? 1 : 0;
        assertThat(Given.matches(condition, document))
            .as("seed %d: %s on %s", seed, condition, document)
            .isEqualTo(expected);
        assertThat(scan.matching(Given.found(Given.json(document), "application/json")) != null)
            .as("seed %d: %s on %s, in turn", seed, condition, document)
            .isEqualTo(expected);
      }
    }
    assertThat(held).as("seed %d: conditions that hold", seed).isBetween(1_000, 159_000);
  }

  @Test
  @SuppressWarnings("unchecked")
  void messagePackHasTheSameMeaning() {
    long seed = seed();
    RandomQueries queries = new RandomQueries(new Random(seed));
    Codec<JsonValue> codec =
        (Codec<JsonValue>)
            Codecs.of(List.of(), getClass().getClassLoader())
                .codecFor(
                    JsonValue.class,
                    new CodecSettings("jsonb", "msgpack", "none", CodecLimits.DEFAULT));
    for (int i = 0; i < 200; i++) {
      String document = queries.document();
      byte[] packed = codec.encode(Naive.parse(document));
      for (int k = 0; k < 50; k++) {
        Condition condition = queries.condition(2);
        assertThat(Given.matches(condition, packed, codec.contentType()))
            .as("seed %d: %s on %s", seed, condition, document)
            .isEqualTo(Naive.holds(condition, document));
      }
    }
  }

  @Test
  void bothOrdersAgreeAndAreTotal() {
    long seed = seed();
    RandomQueries queries = new RandomQueries(new Random(seed));
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      documents.add(queries.document());
    }
    List<Object> values = documents.stream().map(Given::value).toList();
    for (int i = 0; i < values.size(); i++) {
      for (int k = 0; k < values.size(); k++) {
        int compared = Integer.signum(Values.compare(values.get(i), values.get(k)));
        assertThat(compared)
            .as("seed %d: %s with %s", seed, documents.get(i), documents.get(k))
            .isEqualTo(
                Integer.signum(
                    Naive.compare(Naive.parse(documents.get(i)), Naive.parse(documents.get(k)))));
        assertThat(compared == 0).isEqualTo(Values.equal(values.get(i), values.get(k)));
      }
    }
  }

  @Test
  void thePartThatIsReadIsEnough() {
    long seed = seed();
    RandomQueries queries = new RandomQueries(new Random(seed));
    for (int i = 0; i < 5_000; i++) {
      String document = queries.document();
      List<String> paths = List.of(queries.path(), queries.path());
      Wanted wanted = Selection.wanted(paths);
      Map<String, ?> part =
          Given.DOCUMENTS.read(Given.json(document), "application/json", wanted::read);
      Object whole = Given.value(document);
      Map<?, ?> all = whole instanceof Map<?, ?> object ? object : Map.of();
      for (String text : paths) {
        Path path = Path.of(text);
        assertThat(path.valueIn(part))
            .as("seed %d: %s in %s", seed, text, document)
            .isEqualTo(path.valueIn(all));
      }
      assertThat(Selection.of(paths).of(part))
          .as("seed %d: %s of %s", seed, paths, document)
          .isEqualTo(Selection.of(paths).of(all));
    }
  }

  @Test
  void whatMatchesIsReadAsFarAsTheOrderNeeds() {
    long seed = seed();
    RandomQueries queries = new RandomQueries(new Random(seed));
    int matched = 0;
    for (int i = 0; i < 300; i++) {
      Condition condition = queries.condition(2);
      List<Path> order = List.of(Path.of(queries.path()), Path.of(queries.path()));
      Wanted wanted = Wanted.nothing();
      Matching matching = Matching.of(condition, wanted);
      order.forEach(wanted::add);
      Reading scan = Reading.inTurn(Given.DOCUMENTS, wanted, matching);
      for (int k = 0; k < 30; k++) {
        String document = queries.document();
        Map<String, ?> part = scan.matching(Given.found(Given.json(document), "application/json"));
        assertThat(part != null)
            .as("seed %d: %s on %s", seed, condition, document)
            .isEqualTo(Given.matches(condition, document));
        if (part != null) {
          matched++;
          Object whole = Given.value(document);
          Map<?, ?> all = whole instanceof Map<?, ?> object ? object : Map.of();
          for (Path path : order) {
            assertThat(path.valueIn(part))
                .as("seed %d: %s of %s, if %s", seed, path.text(), document, condition)
                .isEqualTo(path.valueIn(all));
          }
        }
      }
    }
    assertThat(matched).as("seed %d: documents that match", seed).isBetween(500, 8_500);
  }

  @Test
  void whatDoesNotMatchIsReadNoFurtherThanItTakesToTell() {
    Wanted wanted = Wanted.nothing();
    Matching matching = Matching.of(Field.field("a").eq(1), wanted);
    wanted.add(Path.of("b"));
    Reading scan = Reading.inTurn(Given.DOCUMENTS, wanted, matching);
    assertThat(scan.matching(Given.found(Given.json("{\"a\":2,\"b"), "application/json"))).isNull();
    assertThatThrownBy(
            () -> scan.matching(Given.found(Given.json("{\"a\":1,\"b"), "application/json")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("within a string");
  }

  @Test
  void theWireFormKeepsTheMeaning() {
    long seed = seed();
    RandomQueries queries = new RandomQueries(new Random(seed));
    QueryForm form = new QueryForm(Given.DOCUMENTS);
    for (int i = 0; i < 300; i++) {
      Condition condition = queries.condition(3);
      Condition back = form.condition(form.text(condition));
      assertThat(form.text(back)).isEqualTo(form.text(condition));
      for (int k = 0; k < 30; k++) {
        String document = queries.document();
        assertThat(Given.matches(back, document))
            .as("seed %d: %s on %s", seed, condition, document)
            .isEqualTo(Given.matches(condition, document));
      }
    }
  }
}
