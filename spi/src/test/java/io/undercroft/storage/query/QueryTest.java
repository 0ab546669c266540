package io.undercroft.storage.query;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
  @Test
  void aQueryIsBuiltStepByStep() {
    Condition condition = field("author").eq("Alice");
    Query query =
        Query.where(condition)
            .orderBy(Order.desc("createdAt"), Order.asc("title"))
            .limit(10)
            .offset(20)
            .select("title")
            .after("cursor");
    assertThat(query.where()).contains(condition);
    assertThat(query.order()).containsExactly(Order.desc("createdAt"), Order.asc("title"));
    assertThat(query.limit()).hasValue(10);
    assertThat(query.offset()).isEqualTo(20);
    assertThat(query.select()).containsExactly("title");
    assertThat(query.after()).contains("cursor");
    assertThat(Query.all().where()).isEmpty();
    assertThat(Query.all().limit()).isEmpty();
  }

  @Test
  void noNumberIsNegative() {
    assertThat(Query.all().limit(0).limit()).hasValue(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Query.all().limit(-1))
        .withMessageContaining("limit must be 0 or more, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Query.all().offset(-1))
        .withMessageContaining("offset must be 0 or more, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pipeline.Skip(-1))
        .withMessageContaining("skip");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pipeline.Limit(-1))
        .withMessageContaining("limit");
  }

  @Test
  void aPipelineGrowsWithoutChangingTheOld() {
    Pipeline one = Pipeline.start().then(new Pipeline.Match(field("a").exists()));
    Pipeline two = one.then(new Pipeline.Limit(3));
    assertThat(Pipeline.start().stages()).isEmpty();
    assertThat(one.stages()).hasSize(1);
    assertThat(two.stages()).hasSize(2);
  }

  @Test
  void aGroupKeepsTheOrderOfItsAccumulators() {
    Map<String, Pipeline.Accumulator> accumulators = new LinkedHashMap<>();
    accumulators.put("z", new Pipeline.Accumulator(Pipeline.Function.COUNT, Optional.empty()));
    accumulators.put("a", new Pipeline.Accumulator(Pipeline.Function.SUM, Optional.of("n")));
    Pipeline.Group group = new Pipeline.Group(Optional.of("year"), accumulators);
    accumulators.clear();
    assertThat(group.accumulators().keySet()).containsExactly("z", "a");
  }

  @Test
  void onlyACountNeedsNoField() {
    for (Pipeline.Function function : Pipeline.Function.values()) {
      assertThat(new Pipeline.Accumulator(function, Optional.of("n")).function())
          .isEqualTo(function);
      if (function != Pipeline.Function.COUNT) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new Pipeline.Accumulator(function, Optional.empty()))
            .withMessageContaining("needs a field");
      }
    }
  }

  @Test
  void anIndexIsDefinedByItsKind() {
    assertThat(IndexDefinition.ordered("by-year", Order.desc("year"), Order.asc("title")).fields())
        .containsExactly(Order.desc("year"), Order.asc("title"));
    assertThat(IndexDefinition.hash("h", "a").type()).isEqualTo(IndexDefinition.Type.HASH);
    assertThat(IndexDefinition.fulltext("f", "a", "b").fields()).hasSize(2);
    assertThat(IndexDefinition.spatial("s", "a").type()).isEqualTo(IndexDefinition.Type.SPATIAL);
    IndexDefinition both = IndexDefinition.hash("h", "a").asUnique().asSparse();
    assertThat(both.unique() && both.sparse()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a.b", "\u00e4", "a;drop", "a'b", "a\"b"})
  void anIndexNameIsLettersDigitsUnderscoreAndHyphen(String name) {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> IndexDefinition.hash(name, "a"))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_QUERY);
              assertThat(e.getMessage()).contains("index name '" + name + "'");
            });
  }

  @Test
  void anIndexHasAShortNameAndAtLeastOneField() {
    assertThat(IndexDefinition.hash("a".repeat(64), "a").name()).hasSize(64);
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> IndexDefinition.hash("a".repeat(65), "a"));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> IndexDefinition.ordered("empty"))
        .withMessageContaining("names no field");
  }

  @Test
  void whatIsGivenAsAListIsCopied() {
    List<Order> order = new ArrayList<>(List.of(Order.asc("a")));
    IndexDefinition index =
        new IndexDefinition("i", IndexDefinition.Type.ORDERED, order, false, false);
    order.clear();
    assertThat(index.fields()).hasSize(1);
  }
}
