package io.undercroft.runtime.index;

import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a query searches, and what else it asks.
 *
 * @param fields the paths that are searched
 * @param searches the parts of its condition that search, and do nothing else
 * @param rest what is left to be evaluated
 */
record Search(Set<String> fields, List<Condition> searches, List<Condition> rest) {
  /** Returns how a query searches; empty if it does not, or not in a way that an index can tell. */
  static Optional<Search> of(Optional<Condition> where) {
    Set<String> fields = new HashSet<>();
    List<Condition> searches = new ArrayList<>();
    List<Condition> rest = new ArrayList<>();
    for (Condition part : where.map(Wish::parts).orElse(List.of())) {
      Optional<Set<String>> searched = searched(part);
      searched.ifPresent(fields::addAll);
      (searched.isPresent() ? searches : rest).add(part);
    }
    return searches.isEmpty() ? Optional.empty() : Optional.of(new Search(fields, searches, rest));
  }

  /** Returns the fields that a part searches; empty if it does not, or does something else. */
  private static Optional<Set<String>> searched(Condition part) {
    if (part instanceof Condition.Comparison comparison) {
      return comparison.operator() == Operator.SEARCH
          ? Optional.of(Set.of(comparison.field()))
          : Optional.empty();
    }
    List<Condition> inner =
        part instanceof Condition.Any any
            ? any.conditions()
            : part instanceof Condition.All all ? all.conditions() : List.of();
    Set<String> fields = new HashSet<>();
    for (Condition one : inner) {
      Optional<Set<String>> searched = searched(one);
      if (searched.isEmpty()) {
        return Optional.empty();
      }
      fields.addAll(searched.get());
    }
    return inner.isEmpty() ? Optional.empty() : Optional.of(fields);
  }

  /** Returns the index that knows all that is searched: of several, that with the fewest fields. */
  @Nullable Kept chosen(List<Kept> indexes) {
    return indexes.stream()
        .filter(index -> index.shape.isFulltext() && names(index).containsAll(fields))
        .min(
            Comparator.comparingInt((Kept index) -> index.definition().fields().size())
                .thenComparing(Kept::name))
        .orElse(null);
  }

  private static Set<String> names(Kept index) {
    Set<String> names = new HashSet<>();
    index.definition().fields().forEach(field -> names.add(field.field()));
    return names;
  }

  Condition searched() {
    return searches.size() == 1 ? searches.get(0) : new Condition.All(searches);
  }

  /** Returns what is left to be evaluated, as one condition. */
  Optional<Condition> residual() {
    return rest.isEmpty()
        ? Optional.empty()
        : Optional.of(rest.size() == 1 ? rest.get(0) : new Condition.All(rest));
  }

  Explanation explanation(Kept index, Query query) {
    org.apache.lucene.search.Query wanted = Question.of(searched());
    long found;
    try (Words.Reading reading = index.words().read()) {
      found = reading.count(wanted);
    }
    boolean best = query.order().isEmpty();
    IndexDefinition definition = index.definition();
    return new Explanation(
        Support.EMULATED,
        List.of(index.name()),
        Optional.of(searched()),
        residual(),
        best,
        OptionalLong.of(found),
        List.of(
            "fulltext index '%s' (%s), kept by the runtime: %d of its %d entries found"
                .formatted(
                    index.name(),
                    String.join(
                        ", ", definition.fields().stream().map(field -> field.field()).toList()),
                    found,
                    index.state().entries()),
            best
                ? "the best first, by BM25, as many as are asked for"
                : "all of them looked at; the order is made afterwards"));
  }
}
