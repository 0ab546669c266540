package io.undercroft.runtime.query;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Condition.Comparison;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryFormTest {
  private final QueryForm form = new QueryForm(Given.DOCUMENTS);

  @Test
  void theExampleOfTheDesignIsRead() {
    Query query =
        form.query(
            """
            {"where": {"operator": "and", "conditions": [
                        {"field": "author", "operator": "eq", "value": "Alice"},
                        {"field": "address", "nested":
                            {"field": "city", "operator": "in", "value": ["Bonn", "Köln"]}}]},
             "orderBy": [{"field": "createdAt", "direction": "desc"}], "limit": 10, "offset": 0,
             "select": ["title", "createdAt"]}\
            """);
    assertThat(query)
        .isEqualTo(
            Query.where(
                    field("author")
                        .eq("Alice")
                        .and(field("address").matches(field("city").in("Bonn", "Köln"))))
                .orderBy(Order.desc("createdAt"))
                .limit(10)
                .select("title", "createdAt"));
  }

  @Test
  void aQueryIsWrittenAndReadBack() {
    Query query =
        Query.where(
                field("a")
                    .eq(1L)
                    .or(field("b").missing().not())
                    .and(field("c").regex("^x"))
                    .and(new Comparison("d", Operator.IN, Optional.of(Arrays.asList(null, true))))
                    .and(field("e").isNull())
                    .and(field("f").eq(Map.of("g", List.of(1L, "h"))))
                    .and(new Condition.All(List.of())))
            .orderBy(Order.asc("a.b"), Order.desc("c"))
            .limit(0)
            .offset(7)
            .select("x")
            .after("cursor");
    assertThat(form.query(form.text(query))).isEqualTo(query);
    assertThat(form.query("{}")).isEqualTo(Query.all());
    assertThat(form.text(Query.all())).isEqualTo("{}");
  }

  @Test
  void anIndexIsWrittenAndReadBack() {
    IndexDefinition index =
        IndexDefinition.ordered("by-year", Order.asc("year"), Order.desc("a.b")).asUnique();
    assertThat(form.index(form.text(index))).isEqualTo(index);
    assertThat(
            form.index("{\"name\":\"t\",\"type\":\"fulltext\",\"fields\":[\"a\"],\"sparse\":true}"))
        .isEqualTo(IndexDefinition.fulltext("t", "a").asSparse());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"fields\":[\"a\"]} | 'name' is missing",
        "{\"name\":\"a b\",\"fields\":[\"a\"]} | index name 'a b' is not valid",
        "{\"name\":\"a\",\"fields\":[]} | index 'a' names no field",
        "{\"name\":\"a\",\"fields\":[\"a\",\"b..c\"]} | at fields[1]: field path 'b..c'",
        "{\"name\":\"a\",\"fields\":[{\"field\":\"a\",\"direction\":\"down\"}]}"
            + " | at fields[0].direction: 'down' is unknown",
        "{\"name\":\"a\",\"fields\":[\"a\"],\"type\":\"hsah\"} | at type: 'hsah' is unknown; did you mean 'hash'?",
        "{\"name\":\"a\",\"fields\":[\"a\"],\"unique\":1} | at unique: true or false was expected",
      })
  void aWrongIndexIsRefusedWithThePlace(String json, String says) {
    assertThatThrownBy(() -> form.index(json)).hasMessageContaining(says);
  }

  @Test
  void aPipelineIsWrittenAndReadBack() {
    Map<String, Pipeline.Accumulator> accumulators = new LinkedHashMap<>();
    for (Pipeline.Function function : Pipeline.Function.values()) {
      accumulators.put(
          "f" + accumulators.size(), new Pipeline.Accumulator(function, Optional.of("x")));
    }
    accumulators.put("n", new Pipeline.Accumulator(Pipeline.Function.COUNT, Optional.empty()));
    Pipeline pipeline =
        Pipeline.start()
            .then(new Pipeline.Match(field("a").gt(1L)))
            .then(new Pipeline.Unwind("tags"))
            .then(new Pipeline.Unwind("more", true))
            .then(new Pipeline.Group(Optional.of("tags"), accumulators))
            .then(new Pipeline.Group(new Pipeline.ByFields(Map.of("y", "b.c")), Map.of()))
            .then(new Pipeline.Group(new Pipeline.Together(), Map.of()))
            .then(new Pipeline.Project(List.of("a", "b.c")))
            .then(new Pipeline.Sort(List.of(Order.desc("n"))))
            .then(new Pipeline.Skip(1))
            .then(new Pipeline.Limit(2))
            .then(new Pipeline.Count("all"));
    assertThat(form.pipeline(form.text(pipeline))).isEqualTo(pipeline);
    assertThat(form.pipeline("[{\"unwind\":\"tags\"}]").stages())
        .containsExactly(new Pipeline.Unwind("tags"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'wheer':{}} | unknown member 'wheer'; did you mean 'where'?",
        "{'where':{'operator':'nad','conditions':[]}} | at where.operator: 'nad' is unknown; did"
            + " you mean 'and'?",
        "{'where':{'field':'a','operator':'eqq','value':1}} | at where.operator: 'eqq' is unknown;"
            + " did you mean 'eq'?",
        "{'where':{'field':'a','operator':'eq'}} | at where: 'value' is missing",
        "{'where':{'operator':'eq','value':1}} | at where: 'field' is missing",
        "{'where':{'field':'a','value':1}} | at where: 'operator' is missing",
        "{'where':{'operator':'and','conditions':[{'field':'a','operator':'exists'},{'field':'','operator':'eq','value':1}]}}"
            + " | at where.conditions[1]: field path '' is not valid",
        "{'where':{'field':'a','operator':'in','value':1}} | at where: 'in' on 'a' needs a list",
        "{'where':{'field':'a','nested':[]}} | at where.nested: an object was expected, not an"
            + " array",
        "{'where':{'operator':'not','conditions':[]}} | at where: unknown member 'conditions'; did"
            + " you mean 'condition'?",
        "{'where':7} | at where: an object was expected, not a number",
        "{'limit':-1} | at limit: a whole number of 0 or more was expected",
        "{'limit':1.5} | at limit: a whole number",
        "{'limit':'x'} | at limit: a whole number",
        "{'orderBy':[{'field':'a','direction':'down'}]} | at orderBy[0].direction: 'down' is"
            + " unknown; possible: asc, desc",
        "{'orderBy':{'field':'a'}} | at orderBy: an array was expected, not an object",
        "{'select':[1]} | at select[0]: a text was expected, not a number",
        "[] | an object was expected, not an array",
        "{} {} | the query cannot be read",
        "{'limit':1,'limit':2} | twice",
        "nonsense | the query cannot be read"
      })
  void aMistakeIsNamedWithItsPlace(String json, String expected) {
    assertThatThrownBy(() -> form.query(json.replace('\'', '"')))
        .hasMessageStartingWith("INVALID_QUERY")
        .hasMessageContaining(expected.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{} | an array was expected",
        "[{}] | at [0]: a stage has one member",
        "[{'limit':1,'skip':1}] | at [0]: a stage has one member",
        "[{'mtach':{}}] | at [0]: unknown member 'mtach'; did you mean 'match'?",
        "[{'count':'a.b'}] | at [0].count: the field 'a.b' of a result has a dot",
        "[{'group':{'by':'a'}}] | at [0].group: 'accumulators' is missing",
        "[{'group':{'accumulators':{'n':{'function':'sum'}}}}] | at [0].group.accumulators.n: SUM"
            + " needs a field",
        "[{'group':{'accumulators':{'n':{'function':'mean','field':'a'}}}}] | at"
            + " [0].group.accumulators.n.function: 'mean' is unknown",
        "[{'group':{'accumulators':{'_id':{'function':'count'}}}}] | at [0].group: '_id' holds"
      })
  void aMistakeInAPipelineIsNamedWithItsPlace(String json, String expected) {
    assertThatThrownBy(() -> form.pipeline(json.replace('\'', '"')))
        .hasMessageStartingWith("INVALID_QUERY")
        .hasMessageContaining(expected.strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a'b", "a\"b", "x'); DROP TABLE t; --", "$where", "a[0]", "{a}", "a b", "\u00e4"})
  void aPathMayHoldAnythingAndMeansOnlyItself(String path) {
    Condition condition = field(path).eq("v");
    assertThat(form.condition(form.text(condition))).isEqualTo(condition);
    String document = "{" + RandomQueries.quoted(path) + ":\"v\"}";
    assertThat(Given.matches(condition, document)).isTrue();
    assertThat(Given.matches(condition, "{\"a\":\"v\"}")).isEqualTo(path.equals("a"));
  }
}
