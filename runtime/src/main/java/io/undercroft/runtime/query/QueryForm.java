package io.undercroft.runtime.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import jakarta.json.stream.JsonGenerator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Queries, conditions, pipelines and index definitions as JSON, both ways.
 *
 * <pre>
 * query     = { "where": condition, "orderBy": [ order … ], "limit": n, "offset": n,
 *               "select": [ path … ], "after": cursor }                            all optional
 * condition = { "operator": "and" | "or", "conditions": [ condition … ] }
 *           | { "operator": "not", "condition": condition }
 *           | { "field": path, "nested": condition }
 *           | { "field": path, "operator": "eq" …, "value": any }       exists needs no value
 * order     = { "field": path, "direction": "asc" | "desc" }            asc is the default
 * pipeline  = [ stage … ]
 * stage     = { "match": condition } | { "sort": [ order … ] } | { "project": [ path … ] }
 *           | { "skip": n } | { "limit": n } | { "count": name }
 *           | { "unwind": path } | { "unwind": { "field": path, "preserveNullAndEmpty": boolean } }
 *           | { "group": { "by": path | { name: path … } | null, "accumulators": { name: accumulator … } } }
 * accumulator = { "function": "count" | "sum" | "avg" | "min" | "max" | "first" | "last" | "push"
 *               | "addToSet", "field": path }                           count needs no field
 * index     = { "name": name, "fields": [ path | order … ], "type": "ordered" | "hash" | "fulltext" | "spatial",
 *               "unique": boolean, "sparse": boolean }                  "ordered", false and false are the defaults
 * </pre>
 *
 * <p><b>Errors:</b> INVALID_QUERY, which names the place in the document, and for an unknown word
 * the one that was probably meant. Texts have at most 8 MiB; the other limits are those of {@link
 * Condition} and {@link Pipeline}.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public final class QueryForm {
  private static final int LONGEST_TEXT = 8 << 20;
  private static final int DEEPEST = 100;
  private static final String AND = "and";
  private static final String OR = "or";
  private static final String NOT = "not";
  private static final String FIELD = "field";
  private static final String OPERATOR = "operator";
  private static final String VALUE = "value";
  private static final String NESTED = "nested";
  private static final String CONDITION = "condition";
  private static final String CONDITIONS = "conditions";

  private final Documents documents;

  /** Takes what reads and writes JSON. */
  public QueryForm(Documents documents) {
    this.documents = Objects.requireNonNull(documents, "documents");
  }

  /** Reads a query. */
  public Query query(String json) {
    return query(parse(json));
  }

  /** Reads a condition. */
  public Condition condition(String json) {
    return condition(parse(json), 1);
  }

  /** Reads a pipeline. */
  public Pipeline pipeline(String json) {
    Part whole = parse(json);
    List<Pipeline.Stage> stages = whole.elements(QueryForm::stage);
    return whole.made(() -> new Pipeline(stages));
  }

  /** Reads the definition of an index. */
  public IndexDefinition index(String json) {
    Part whole = parse(json);
    whole.object("name", "type", "fields", "unique", "sparse");
    Part name = whole.need("name");
    IndexDefinition.Type type =
        whole.member("type").map(QueryForm::indexType).orElse(IndexDefinition.Type.ORDERED);
    List<Order> fields = whole.need("fields").elements(QueryForm::indexField);
    boolean unique = whole.member("unique").map(Part::truth).orElse(false);
    boolean sparse = whole.member("sparse").map(Part::truth).orElse(false);
    return whole.made(() -> new IndexDefinition(name.text(), type, fields, unique, sparse));
  }

  /** Returns a query as JSON, on one line. */
  public String text(Query query) {
    return written(to -> write(query, to));
  }

  /** Returns a condition as JSON, on one line. */
  public String text(Condition condition) {
    return written(to -> write(condition, to));
  }

  /** Returns a pipeline as JSON, on one line. */
  public String text(Pipeline pipeline) {
    return written(
        to -> {
          to.writeStartArray();
          pipeline.stages().forEach(stage -> write(stage, to));
          to.writeEnd();
        });
  }

  /** Returns the definition of an index as JSON, on one line. */
  public String text(IndexDefinition index) {
    return written(
        to -> {
          to.writeStartObject();
          to.write("name", index.name());
          to.write("type", name(index.type()));
          to.writeKey("fields");
          write(index.fields(), to);
          to.write("unique", index.unique());
          to.write("sparse", index.sparse());
          to.writeEnd();
        });
  }

  private String written(java.util.function.Consumer<JsonGenerator> writing) {
    return new String(documents.write(writing), StandardCharsets.UTF_8);
  }

  private Part parse(String json) {
    if (json.length() > LONGEST_TEXT) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "the query has " + json.length() + " characters; 8 MiB are possible");
    }
    try {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      return documents.readWhole(bytes, Documents.WRITTEN, Part::read);
    } catch (StorageException e) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY, "the query cannot be read: " + e.reason(), e);
    }
  }

  // reading

  private static Query query(Part part) {
    part.object("where", "orderBy", "limit", "offset", "select", "after");
    Optional<Condition> where = part.member("where").map(inner -> condition(inner, 1));
    List<Order> order =
        part.member("orderBy").map(inner -> inner.elements(QueryForm::order)).orElse(List.of());
    Optional<Long> limit = part.member("limit").map(Part::count);
    long offset = part.member("offset").map(Part::count).orElse(0L);
    List<String> select =
        part.member("select").map(inner -> inner.elements(QueryForm::path)).orElse(List.of());
    Optional<String> after = part.member("after").map(Part::text);
    return part.made(
        () ->
            new Query(
                where,
                order,
                limit.map(OptionalLong::of).orElse(OptionalLong.empty()),
                offset,
                select,
                after));
  }

  private static String path(Part part) {
    return part.made(() -> io.undercroft.storage.query.Field.field(part.text()).path());
  }

  private static Order order(Part part) {
    part.object(FIELD, "direction");
    Part field = part.need(FIELD);
    boolean descending =
        part.member("direction")
            .map(direction -> direction.word(List.of("asc", "desc")).equals("desc"))
            .orElse(false);
    return field.made(() -> new Order(field.text(), descending));
  }

  private static Order indexField(Part part) {
    return part.value() instanceof String ? Order.asc(path(part)) : order(part);
  }

  private static IndexDefinition.Type indexType(Part part) {
    Map<String, IndexDefinition.Type> types = new LinkedHashMap<>();
    for (IndexDefinition.Type type : IndexDefinition.Type.values()) {
      types.put(name(type), type);
    }
    return Objects.requireNonNull(types.get(part.word(types.keySet())));
  }

  private static String name(IndexDefinition.Type type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static Condition condition(Part part, int depth) {
    if (depth > DEEPEST) {
      throw part.refused("conditions nest more than 100 deep; put them side by side");
    }
    if (part.member(FIELD).isPresent()) {
      return part.member(NESTED).isPresent() ? nested(part, depth) : comparison(part);
    }
    Part operator = part.need(OPERATOR);
    switch (operator.text()) {
      case AND -> {
        return part.made(() -> new Condition.All(conditions(part, depth)));
      }
      case OR -> {
        return part.made(() -> new Condition.Any(conditions(part, depth)));
      }
      case NOT -> {
        part.object(OPERATOR, CONDITION);
        Condition inner = condition(part.need(CONDITION), depth + 1);
        return part.made(() -> new Condition.Not(inner));
      }
      default -> {
        if (Operator.ofWireName(operator.text()).isPresent()) {
          throw part.refused("'field' is missing");
        }
        operator.word(List.of(AND, OR, NOT));
        throw new IllegalStateException("an unknown operator was taken");
      }
    }
  }

  private static List<Condition> conditions(Part part, int depth) {
    part.object(OPERATOR, CONDITIONS);
    return part.need(CONDITIONS).elements(inner -> condition(inner, depth + 1));
  }

  private static Condition nested(Part part, int depth) {
    part.object(FIELD, NESTED);
    Part field = part.need(FIELD);
    Condition inner = condition(part.need(NESTED), depth + 1);
    return part.made(() -> new Condition.Nested(field.text(), inner));
  }

  private static Condition comparison(Part part) {
    part.object(FIELD, OPERATOR, VALUE, NESTED);
    Part field = part.need(FIELD);
    List<String> words = Arrays.stream(Operator.values()).map(Operator::wireName).toList();
    Operator operator = Operator.ofWireName(part.need(OPERATOR).word(words)).orElseThrow();
    Part value =
        operator == Operator.EXISTS
            ? part.member(VALUE).orElse(new Part(true, part.place()))
            : part.need(VALUE);
    return part.made(
        () -> new Condition.Comparison(field.text(), operator, Optional.ofNullable(value.value())));
  }

  private static Pipeline.Stage stage(Part part) {
    List<String> names =
        List.of("match", "unwind", "group", "project", "sort", "skip", "limit", "count");
    Map<?, ?> object = part.object(names.toArray(String[]::new));
    if (object.size() != 1) {
      throw part.refused("a stage has one member, one of " + String.join(", ", names));
    }
    String name = (String) object.keySet().iterator().next();
    Part what = part.need(name);
    return switch (name) {
      case "match" -> new Pipeline.Match(condition(what, 1));
      case "unwind" -> unwind(what);
      case "group" -> group(what);
      case "project" -> new Pipeline.Project(what.elements(QueryForm::path));
      case "sort" -> new Pipeline.Sort(what.elements(QueryForm::order));
      case "skip" -> new Pipeline.Skip(what.count());
      case "limit" -> new Pipeline.Limit(what.count());
      default -> what.made(() -> new Pipeline.Count(what.text()));
    };
  }

  private static Pipeline.Unwind unwind(Part part) {
    if (part.value() instanceof String field) {
      return part.made(() -> new Pipeline.Unwind(field));
    }
    part.object(FIELD, "preserveNullAndEmpty");
    Part field = part.need(FIELD);
    boolean preserve = part.member("preserveNullAndEmpty").map(Part::truth).orElse(false);
    return field.made(() -> new Pipeline.Unwind(field.text(), preserve));
  }

  private static Pipeline.Group group(Part part) {
    part.object("by", "accumulators");
    Map<String, Pipeline.Accumulator> accumulators = new LinkedHashMap<>();
    Part named = part.need("accumulators");
    for (Object name : named.object().keySet()) {
      accumulators.put((String) name, accumulator(named.need((String) name)));
    }
    Pipeline.Grouping by =
        part.member("by").map(QueryForm::grouping).orElseGet(Pipeline.Together::new);
    return part.made(() -> new Pipeline.Group(by, accumulators));
  }

  private static Pipeline.Grouping grouping(Part part) {
    if (part.value() == null) {
      return new Pipeline.Together();
    }
    if (part.value() instanceof String field) {
      return part.made(() -> new Pipeline.ByField(field));
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (Object name : part.object().keySet()) {
      fields.put((String) name, path(part.need((String) name)));
    }
    return part.made(() -> new Pipeline.ByFields(fields));
  }

  private static Pipeline.Accumulator accumulator(Part part) {
    part.object("function", FIELD);
    Map<String, Pipeline.Function> functions =
        Arrays.stream(Pipeline.Function.values())
            .collect(
                Collectors.toMap(
                    QueryForm::name, function -> function, (a, b) -> a, LinkedHashMap::new));
    Pipeline.Function function =
        Objects.requireNonNull(
            functions.get(part.need("function").word(new ArrayList<>(functions.keySet()))));
    Optional<String> field = part.member(FIELD).map(QueryForm::path);
    return part.made(() -> new Pipeline.Accumulator(function, field));
  }

  /** Returns the name of a function: {@code addToSet}. */
  private static String name(Pipeline.Function function) {
    return function == Pipeline.Function.ADD_TO_SET
        ? "addToSet"
        : function.name().toLowerCase(Locale.ROOT);
  }

  // writing

  private static void write(Query query, JsonGenerator to) {
    to.writeStartObject();
    query
        .where()
        .ifPresent(
            where -> {
              to.writeKey("where");
              write(where, to);
            });
    if (!query.order().isEmpty()) {
      to.writeKey("orderBy");
      write(query.order(), to);
    }
    query.limit().ifPresent(limit -> to.write("limit", limit));
    if (query.offset() > 0) {
      to.write("offset", query.offset());
    }
    if (!query.select().isEmpty()) {
      to.writeKey("select");
      Cursors.write(to, query.select());
    }
    query.after().ifPresent(after -> to.write("after", after));
    to.writeEnd();
  }

  private static void write(List<Order> order, JsonGenerator to) {
    to.writeStartArray();
    for (Order step : order) {
      to.writeStartObject();
      to.write(FIELD, step.field());
      to.write("direction", step.descending() ? "desc" : "asc");
      to.writeEnd();
    }
    to.writeEnd();
  }

  private static void write(Condition condition, JsonGenerator to) {
    to.writeStartObject();
    if (condition instanceof Condition.All all) {
      write(AND, all.conditions(), to);
    } else if (condition instanceof Condition.Any any) {
      write(OR, any.conditions(), to);
    } else if (condition instanceof Condition.Not not) {
      to.write(OPERATOR, NOT);
      to.writeKey(CONDITION);
      write(not.inner(), to);
    } else if (condition instanceof Condition.Nested nested) {
      to.write(FIELD, nested.field());
      to.writeKey(NESTED);
      write(nested.inner(), to);
    } else if (condition instanceof Condition.Comparison comparison) {
      to.write(FIELD, comparison.field());
      to.write(OPERATOR, comparison.operator().wireName());
      to.writeKey(VALUE);
      Cursors.write(to, Values.ofCondition(comparison.value().orElse(null)));
    }
    to.writeEnd();
  }

  private static void write(String operator, List<Condition> conditions, JsonGenerator to) {
    to.write(OPERATOR, operator);
    to.writeStartArray(CONDITIONS);
    conditions.forEach(condition -> write(condition, to));
    to.writeEnd();
  }

  private static void write(Pipeline.Stage stage, JsonGenerator to) {
    to.writeStartObject();
    if (stage instanceof Pipeline.Match match) {
      to.writeKey("match");
      write(match.condition(), to);
    } else if (stage instanceof Pipeline.Unwind unwind) {
      to.writeStartObject("unwind");
      to.write(FIELD, unwind.field());
      to.write("preserveNullAndEmpty", unwind.preserveNullAndEmpty());
      to.writeEnd();
    } else if (stage instanceof Pipeline.Group group) {
      write(group, to);
    } else if (stage instanceof Pipeline.Project project) {
      to.writeKey("project");
      Cursors.write(to, project.fields());
    } else if (stage instanceof Pipeline.Sort sort) {
      to.writeKey("sort");
      write(sort.order(), to);
    } else if (stage instanceof Pipeline.Skip skip) {
      to.write("skip", skip.count());
    } else if (stage instanceof Pipeline.Limit limit) {
      to.write("limit", limit.count());
    } else if (stage instanceof Pipeline.Count count) {
      to.write("count", count.as());
    }
    to.writeEnd();
  }

  private static void write(Pipeline.Group group, JsonGenerator to) {
    to.writeStartObject("group");
    if (group.by() instanceof Pipeline.ByField by) {
      to.write("by", by.field());
    } else if (group.by() instanceof Pipeline.ByFields by) {
      to.writeKey("by");
      Cursors.write(to, by.fields());
    }
    to.writeStartObject("accumulators");
    group
        .accumulators()
        .forEach(
            (name, what) -> {
              to.writeStartObject(name);
              to.write("function", name(what.function()));
              what.field().ifPresent(field -> to.write(FIELD, field));
              to.writeEnd();
            });
    to.writeEnd();
    to.writeEnd();
  }
}
