package io.undercroft.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.CodecSettings;
import io.undercroft.runtime.codec.Codecs;
import io.undercroft.spi.Codec;
import io.undercroft.storage.query.Condition;
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
      for (String document : documents) {
        boolean expected = Naive.holds(condition, document);
        held += expected ? 1 : 0;
        assertThat(Given.matches(condition, document))
            .as("seed %d: %s on %s", seed, condition, document)
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
