package io.undercroft.testkit;

import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import io.undercroft.testkit.QueryTarget.Answers;
import io.undercroft.testkit.QueryTarget.Way;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One question to one set of documents, which can be asked again and made smaller.
 *
 * @param documents what is there, by key
 * @param indexes the indexes over it
 * @param indexesFirst whether they were there before the documents
 * @param uncommitted what the transaction writes before it asks; only for {@link Way#TRANSACTION}
 * @param query the query
 * @param way how it is asked
 * @param page how many a page has; only for {@link Way#PAGES}
 */
record QueryCase(
    Map<String, Object> documents,
    List<IndexDefinition> indexes,
    boolean indexesFirst,
    Map<String, Optional<Object>> uncommitted,
    Query query,
    Way way,
    int page) {
  /** Makes the target hold what the case says, and asks it. */
  Optional<String> replay(QueryTarget target) {
    Map<String, Optional<Object>> all = new LinkedHashMap<>();
    documents.forEach((key, document) -> all.put(key, Optional.of(document)));
    target.clear();
    if (indexesFirst) {
      target.index(indexes);
    }
    target.write(all);
    if (!indexesFirst) {
      target.index(indexes);
    }
    return ask(target);
  }

  /** Asks a target that holds what the case says; returns how the answer differs, if it does. */
  Optional<String> ask(QueryTarget target) {
    return ask(target, QueryMeaning.inOrder(query, visible()));
  }

  /**
   * As {@link #ask(QueryTarget)}.
   *
   * @param all the keys of everything that matches, in the query's order
   */
  Optional<String> ask(QueryTarget target, List<String> all) {
    try {
      if (way == Way.TRANSACTION) {
        List<Optional<String>> differences = new ArrayList<>();
        target.inTransaction(uncommitted, answers -> differences.add(compare(answers, query, all)));
        return differences.get(0);
      }
      return compare(target.answers(), way == Way.TEXT ? target.throughText(query) : query, all);
    } catch (StorageException e) {
      return Optional.of("an answer was expected, and it fails: " + e);
    }
  }

  /** Returns the documents that the query sees. */
  Map<String, Object> visible() {
    if (uncommitted.isEmpty()) {
      return documents;
    }
    Map<String, Object> visible = new LinkedHashMap<>(documents);
    uncommitted.forEach(
        (key, document) ->
            document.ifPresentOrElse(value -> visible.put(key, value), () -> visible.remove(key)));
    return visible;
  }

  /**
   * A result, or only the value of one.
   *
   * @param key the key; empty where only the value is asked for
   */
  private record Told(String key, @Nullable Object value) implements Comparable<Told> {
    static Told of(QueryResult<Object> result) {
      return new Told(result.key(), result.value());
    }

    @Override
    public int compareTo(Told other) {
      int compared = key.compareTo(other.key);
      return compared != 0 ? compared : QueryMeaning.compare(value, other.value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Told told
          && key.equals(told.key)
          && QueryMeaning.same(value, told.value);
    }

    @Override
    public int hashCode() {
      return key.hashCode();
    }

    @Override
    public String toString() {
      return (key.isEmpty() ? "" : key + "=") + Json.write(value);
    }
  }

  private Optional<String> compare(Answers answers, Query asked, List<String> all) {
    Map<String, Object> visible = visible();
    List<String> cut = QueryMeaning.cut(query, all);
    boolean ordered = !query.order().isEmpty() || query.limit().isPresent() || query.offset() > 0;
    return switch (way) {
      case QUERY, TEXT, TRANSACTION ->
          difference(
              results(cut, visible), answers.query(asked).stream().map(Told::of).toList(), ordered);
      case PAGES -> difference(results(all, visible), pages(answers, all.size()), true);
      case VALUES ->
          difference(
              valuesOnly(results(cut, visible)),
              answers.values(asked).stream().map(value -> new Told("", value)).toList(),
              ordered);
      case COUNT ->
          difference(
              List.of(new Told("", all.size())), List.of(new Told("", answers.count(asked))), true);
      case FIRST -> {
        List<String> first = ordered ? cut.subList(0, Math.min(1, cut.size())) : cut;
        List<Told> possible = valuesOnly(results(first, visible));
        List<Told> found = answers.first(asked).map(value -> new Told("", value)).stream().toList();
        yield found.isEmpty() == possible.isEmpty() && possible.containsAll(found)
            ? Optional.empty()
            : Optional.of("expected one of " + possible + ", found " + found);
      }
    };
  }

  private List<Told> results(List<String> keys, Map<String, Object> visible) {
    return keys.stream()
        .map(key -> new Told(key, QueryMeaning.selected(query, visible.get(key))))
        .toList();
  }

  private static List<Told> valuesOnly(List<Told> results) {
    return results.stream().map(result -> new Told("", result.value())).toList();
  }

  private List<Told> pages(Answers answers, int most) {
    List<Told> all = new ArrayList<>();
    Query next =
        new Query(
            query.where(),
            query.order(),
            OptionalLong.of(page),
            0,
            query.select(),
            Optional.empty());
    while (all.size() <= most) {
      List<QueryResult<Object>> results = answers.query(next);
      if (results.isEmpty()) {
        return all;
      }
      results.forEach(result -> all.add(Told.of(result)));
      next = next.after(results.get(results.size() - 1).cursor());
    }
    return all;
  }

  private static Optional<String> difference(
      List<Told> expected, List<Told> found, boolean ordered) {
    boolean equal =
        ordered
            ? expected.equals(found)
            : expected.stream().sorted().toList().equals(found.stream().sorted().toList());
    return equal ? Optional.empty() : Optional.of("expected " + expected + ", found " + found);
  }

  /**
   * Makes it smaller as long as it still fails: fewer documents, a simpler query, simpler values.
   *
   * @param fails asks it again
   * @param goesOn is asked before each try
   */
  QueryCase shrunk(Predicate<QueryCase> fails, Predicate<QueryCase> goesOn) {
    QueryCase smallest = this;
    while (goesOn.test(smallest)) {
      long weight = smallest.weight();
      Optional<QueryCase> smaller =
          smallest
              .simpler()
              .takeWhile(goesOn)
              .filter(one -> one.weight() < weight && fails.test(one))
              .findFirst();
      if (smaller.isEmpty()) {
        break;
      }
      smallest = smaller.get();
    }
    return smallest;
  }

  private long weight() {
    long weight =
        (way == Way.QUERY ? 0 : 1) + query.toString().length() + 10L * indexes.size() + page;
    for (Map.Entry<String, Object> entry : documents.entrySet()) {
      weight += 10 + new Told(entry.getKey(), entry.getValue()).toString().length();
    }
    for (Map.Entry<String, Optional<Object>> entry : uncommitted.entrySet()) {
      weight += 10 + new Told(entry.getKey(), entry.getValue().orElse("")).toString().length();
    }
    return weight;
  }

  private Stream<QueryCase> simpler() {
    List<String> keys = List.copyOf(documents.keySet());
    Stream<QueryCase> fewer =
        Stream.iterate((keys.size() + 1) / 2, size -> size > 0, size -> size / 2)
            .flatMap(
                size ->
                    IntStream.iterate(0, from -> from < keys.size(), from -> from + size)
                        .mapToObj(from -> keys.subList(from, Math.min(keys.size(), from + size))))
            .map(
                gone -> {
                  Map<String, Object> left = new LinkedHashMap<>(documents);
                  left.keySet().removeAll(Set.copyOf(gone));
                  return of(left, indexes, uncommitted, query, way);
                });
    Stream<QueryCase> plainer =
        way == Way.QUERY
            ? Stream.empty()
            : Stream.of(of(documents, indexes, Map.of(), query, Way.QUERY));
    Stream<QueryCase> unindexed =
        without(indexes).map(left -> of(documents, left, uncommitted, query, way));
    Stream<QueryCase> unwritten =
        uncommitted.keySet().stream()
            .map(
                key -> {
                  Map<String, Optional<Object>> left = new LinkedHashMap<>(uncommitted);
                  left.remove(key);
                  return of(documents, indexes, left, query, way);
                });
    Stream<QueryCase> asked =
        simpler(query).map(simple -> of(documents, indexes, uncommitted, simple, way));
    Stream<QueryCase> written =
        documents.size() > 20
            ? Stream.empty()
            : keys.stream()
                .flatMap(
                    key ->
                        simpler(documents.get(key))
                            .filter(value -> value.value() != null)
                            .map(
                                value -> {
                                  Map<String, Object> changed = new LinkedHashMap<>(documents);
                                  changed.put(key, value.required());
                                  return of(changed, indexes, uncommitted, query, way);
                                }));
    return Stream.of(fewer, plainer, unindexed, unwritten, asked, written)
        .flatMap(Function.identity());
  }

  private QueryCase of(
      Map<String, Object> left,
      List<IndexDefinition> with,
      Map<String, Optional<Object>> writes,
      Query asked,
      Way how) {
    return new QueryCase(left, with, indexesFirst, writes, asked, how, page);
  }

  private static Stream<Query> simpler(Query query) {
    Query everything =
        new Query(
            Optional.empty(),
            query.order(),
            query.limit(),
            query.offset(),
            query.select(),
            query.after());
    Query endless =
        new Query(
            query.where(),
            query.order(),
            OptionalLong.empty(),
            query.offset(),
            query.select(),
            query.after());
    Stream<Query> parts =
        Stream.of(
            query.orderBy(), endless, query.offset(0), query.select(new String[0]), everything);
    Stream<Query> orders =
        without(query.order()).map(left -> query.orderBy(left.toArray(new Order[0])));
    Stream<Query> selects =
        without(query.select()).map(left -> query.select(left.toArray(new String[0])));
    Stream<Query> conditions =
        query.where().stream().flatMap(QueryCase::simpler).map(where -> where(where, query));
    return Stream.of(parts, orders, selects, conditions).flatMap(Function.identity());
  }

  private static Query where(Condition condition, Query query) {
    return new Query(
        Optional.of(condition),
        query.order(),
        query.limit(),
        query.offset(),
        query.select(),
        query.after());
  }

  private static Stream<Condition> simpler(Condition condition) {
    if (condition instanceof Condition.All all) {
      return simpler(all.conditions(), Condition.All::new);
    } else if (condition instanceof Condition.Any any) {
      return simpler(any.conditions(), Condition.Any::new);
    } else if (condition instanceof Condition.Not not) {
      return Stream.concat(Stream.of(not.inner()), simpler(not.inner()).map(Condition.Not::new));
    } else if (condition instanceof Condition.Nested nested) {
      return Stream.of(
              Stream.of(nested.inner()),
              simpler(nested.inner()).map(inner -> new Condition.Nested(nested.field(), inner)),
              shorter(nested.field()).map(path -> new Condition.Nested(path, nested.inner())))
          .flatMap(Function.identity());
    }
    Condition.Comparison comparison = (Condition.Comparison) condition;
    BiFunction<String, Optional<Object>, Condition> same =
        (path, value) -> new Condition.Comparison(path, comparison.operator(), value);
    Stream<Condition> paths =
        shorter(comparison.field()).map(path -> same.apply(path, comparison.value()));
    if (comparison.operator() == Operator.REGEX || comparison.operator() == Operator.EXISTS) {
      return paths;
    }
    boolean list = comparison.operator() == Operator.IN || comparison.operator() == Operator.NIN;
    return Stream.concat(
        paths,
        simpler(comparison.value().orElse(null))
            .filter(value -> !list || value.value() instanceof List)
            .map(value -> same.apply(comparison.field(), Optional.ofNullable(value.value()))));
  }

  private static Stream<Condition> simpler(
      List<Condition> parts, Function<List<Condition>, Condition> joined) {
    Stream<Condition> replaced =
        IntStream.range(0, parts.size())
            .boxed()
            .flatMap(
                i ->
                    simpler(parts.get(i))
                        .map(
                            part -> {
                              List<Condition> changed = new ArrayList<>(parts);
                              changed.set(i, part);
                              return joined.apply(changed);
                            }));
    return Stream.of(parts.stream(), without(parts).map(joined), replaced)
        .flatMap(Function.identity());
  }

  private static Stream<String> shorter(String path) {
    List<String> steps = List.of(path.split("\\.", -1));
    return steps.size() == 1 ? Stream.empty() : without(steps).map(left -> String.join(".", left));
  }

  /** A value that may be JSON's null. */
  private record Simple(@Nullable Object value) {
    Object required() {
      Object there = value;
      if (there == null) {
        throw new IllegalStateException("a document is never null");
      }
      return there;
    }
  }

  private static Stream<Simple> simpler(@Nullable Object value) {
    if (value == null) {
      return Stream.empty();
    } else if (value instanceof List<?> list) {
      Stream<Simple> replaced =
          IntStream.range(0, list.size())
              .boxed()
              .flatMap(
                  i ->
                      simpler(list.get(i))
                          .map(
                              element -> {
                                List<@Nullable Object> changed = new ArrayList<>(list);
                                changed.set(i, element.value());
                                return new Simple(Collections.unmodifiableList(changed));
                              }));
      return Stream.of(
              Stream.of(new Simple(null)),
              without(list).map(Simple::new),
              list.stream().map(Simple::new),
              replaced)
          .flatMap(Function.identity());
    } else if (value instanceof Map<?, ?> map) {
      return Stream.concat(
          Stream.of(new Simple(null)),
          map.keySet().stream()
              .flatMap(
                  name ->
                      Stream.concat(
                          Stream.of(new Simple(changed(map, name, Optional.empty()))),
                          simpler(map.get(name))
                              .map(part -> new Simple(changed(map, name, Optional.of(part)))))));
    } else if (value instanceof Number) {
      return Stream.of(0, 1).map(Simple::new);
    } else if (value instanceof String) {
      return Stream.of("", "x").map(Simple::new);
    }
    return Stream.empty();
  }

  private static Map<Object, @Nullable Object> changed(
      Map<?, ?> map, Object name, Optional<Simple> part) {
    Map<Object, @Nullable Object> changed = new LinkedHashMap<>(map);
    part.ifPresentOrElse(simple -> changed.put(name, simple.value()), () -> changed.remove(name));
    return changed;
  }

  private static <T extends @Nullable Object> Stream<List<T>> without(List<T> list) {
    return IntStream.range(0, list.size())
        .mapToObj(
            i -> {
              List<T> left = new ArrayList<>(list);
              left.remove(i);
              return left;
            });
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    documents.forEach((key, value) -> text.append("\n  ").append(new Told(key, value)));
    uncommitted.forEach(
        (key, value) ->
            text.append("\n  in the transaction: ")
                .append(
                    value.map(there -> new Told(key, there).toString()).orElse(key + " deleted")));
    indexes.forEach(
        index -> text.append(indexesFirst ? "\n  before: " : "\n  behind: ").append(index));
    return text.append("\n  ")
        .append(way)
        .append(way == Way.PAGES ? " of " + page : "")
        .append(": ")
        .append(query)
        .toString();
  }
}
