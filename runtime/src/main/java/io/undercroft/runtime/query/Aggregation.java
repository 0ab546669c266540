package io.undercroft.runtime.query;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Pipeline;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline, compiled once for one run: every document goes through its stages as it comes; only
 * sorts, groups and the results are held.
 *
 * <p><b>Threads:</b> for one at a time.
 */
final class Aggregation {
  private static final int OVERHEAD = 64;
  private static final String NARROW = "narrow the condition, or group by less";

  private final Optional<Condition> where;
  private final Wanted wanted;
  private final Results results;
  private final Stage first;

  private Aggregation(Optional<Condition> where, List<Pipeline.Stage> stages, Bounds bounds) {
    this.where = where;
    this.wanted = wanted(stages);
    this.results = new Results(bounds);
    Stage next = results;
    for (int i = stages.size() - 1; i >= 0; i--) {
      next = stage(stages, i, next, bounds);
    }
    this.first = next;
  }

  /** A document on its way, with the key of the entry that it comes from. */
  record Document(Map<?, ?> fields, String key, long arrival, List<@Nullable Object> values)
      implements Place {
    Document(Map<?, ?> fields, String key, long arrival) {
      this(fields, key, arrival, List.of());
    }

    Document with(Map<?, ?> other) {
      return new Document(other, key, arrival);
    }

    long size() {
      return Aggregation.size(fields) + OVERHEAD;
    }
  }

  /** Takes documents. */
  private interface Stage {
    /** Takes one; returns whether more are wanted. */
    boolean take(Document document);

    /** There are no more. */
    void end();
  }

  static Aggregation of(Pipeline pipeline, Bounds bounds) {
    List<Pipeline.Stage> stages = pipeline.stages();
    int begin = 0;
    List<Condition> leading = new ArrayList<>();
    while (begin < stages.size() && stages.get(begin) instanceof Pipeline.Match match) {
      leading.add(match.condition());
      begin++;
    }
    Optional<Condition> where =
        leading.isEmpty()
            ? Optional.empty()
            : Optional.of(leading.size() == 1 ? leading.get(0) : new Condition.All(leading));
    return new Aggregation(where, stages.subList(begin, stages.size()), bounds);
  }

  /** Returns the run of the stages from one on. */
  static Aggregation ofRest(Pipeline pipeline, int begin, Bounds bounds) {
    List<Pipeline.Stage> stages = pipeline.stages();
    return new Aggregation(Optional.empty(), stages.subList(begin, stages.size()), bounds);
  }

  /** Returns what the stages look at until one of them makes new documents. */
  private static Wanted wanted(List<Pipeline.Stage> stages) {
    Wanted wanted = Wanted.nothing();
    for (Pipeline.Stage stage : stages) {
      if (stage instanceof Pipeline.Match match) {
        Matching.of(match.condition(), wanted);
      } else if (stage instanceof Pipeline.Unwind unwind) {
        wanted.add(Path.of(unwind.field()));
      } else if (stage instanceof Pipeline.Sort sort) {
        Ordering.of(sort.order()).addTo(wanted);
      } else if (stage instanceof Pipeline.Project project) {
        project.fields().forEach(field -> wanted.add(Path.of(field)));
        return wanted;
      } else if (stage instanceof Pipeline.Group group) {
        if (group.by() instanceof Pipeline.ByField by) {
          wanted.add(Path.of(by.field()));
        } else if (group.by() instanceof Pipeline.ByFields by) {
          by.fields().values().forEach(field -> wanted.add(Path.of(field)));
        }
        group
            .accumulators()
            .values()
            .forEach(what -> what.field().ifPresent(field -> wanted.add(Path.of(field))));
        return wanted;
      } else if (stage instanceof Pipeline.Count) {
        return wanted;
      }
    }
    return Wanted.everything();
  }

  private static Stage stage(List<Pipeline.Stage> stages, int at, Stage next, Bounds bounds) {
    Pipeline.Stage stage = stages.get(at);
    if (stage instanceof Pipeline.Match match) {
      Matching matching = Matching.of(match.condition(), Wanted.nothing());
      return new Through(next) {
        @Override
        public boolean take(Document document) {
          return !matching.matches(document.fields()) || next.take(document);
        }
      };
    } else if (stage instanceof Pipeline.Unwind unwind) {
      return new Unwinding(next, Path.of(unwind.field()), unwind.preserveNullAndEmpty());
    } else if (stage instanceof Pipeline.Project project) {
      Selection selection = Selection.of(project.fields());
      return new Through(next) {
        @Override
        public boolean take(Document document) {
          return next.take(document.with(selection.of(document.fields())));
        }
      };
    } else if (stage instanceof Pipeline.Sort sort) {
      return new Sorting(next, Ordering.of(sort.order()), most(stages, at + 1), bounds);
    } else if (stage instanceof Pipeline.Skip skip) {
      return new Skipping(next, skip.count());
    } else if (stage instanceof Pipeline.Limit limit) {
      return new Limiting(next, limit.count());
    } else if (stage instanceof Pipeline.Count count) {
      return new Counting(next, count.as());
    }
    return new Grouping(next, (Pipeline.Group) stage, bounds);
  }

  /** Returns how many documents the stages from here on let through. */
  private static long most(List<Pipeline.Stage> stages, int from) {
    long skipped = 0;
    for (Pipeline.Stage stage : stages.subList(from, stages.size())) {
      if (stage instanceof Pipeline.Skip skip && skip.count() <= Long.MAX_VALUE - skipped) {
        skipped += skip.count();
      } else if (stage instanceof Pipeline.Limit limit
          && limit.count() <= Long.MAX_VALUE - skipped) {
        return skipped + limit.count();
      } else {
        break;
      }
    }
    return Long.MAX_VALUE;
  }

  /** Returns what the entries must match, to begin with. */
  Optional<Condition> where() {
    return where;
  }

  /** Returns what documents are read for. */
  Wanted wanted() {
    return wanted;
  }

  /** Takes the next document; returns whether more are wanted. */
  boolean take(Map<String, @Nullable Object> document, String key, long arrival) {
    return first.take(new Document(document, key, arrival));
  }

  /** Ends the run and returns what came out of it. */
  List<Map<String, Object>> end() {
    first.end();
    return Collections.unmodifiableList(results.all);
  }

  /** Returns about how many bytes a value holds. */
  static long size(@Nullable Object value) {
    long size = OVERHEAD;
    if (value instanceof String text) {
      size += text.length();
    } else if (value instanceof Map<?, ?> object) {
      for (Map.Entry<?, ?> member : object.entrySet()) {
        size += size(member.getValue()) + OVERHEAD;
      }
    } else if (value instanceof List<?> array) {
      for (Object element : array) {
        size += size(element);
      }
    }
    return size;
  }

  private abstract static class Through implements Stage {
    private final Stage following;

    Through(Stage following) {
      this.following = following;
    }

    @Override
    public void end() {
      following.end();
    }
  }

  private static final class Results implements Stage {
    private final List<Map<String, Object>> all = new ArrayList<>();
    private final Bounds.Held held;

    Results(Bounds bounds) {
      this.held = bounds.new Held("the result of the pipeline", NARROW);
    }

    @Override
    public boolean take(Document document) {
      held.add(document.size());
      Map<String, Object> result = new LinkedHashMap<>();
      document.fields().forEach((name, value) -> result.put((String) name, given(value)));
      all.add(result);
      return true;
    }

    /** Returns a value with its whole numbers as they are given out. */
    private static @Nullable Object given(@Nullable Object value) {
      if (value instanceof BigDecimal number) {
        return Values.canonical(number) instanceof Long whole ? whole : number;
      } else if (value instanceof List<?> array) {
        List<@Nullable Object> elements = new ArrayList<>(array.size());
        array.forEach(element -> elements.add(given(element)));
        return elements;
      } else if (value instanceof Map<?, ?> object) {
        Map<Object, @Nullable Object> members = new LinkedHashMap<>();
        object.forEach((name, member) -> members.put(name, given(member)));
        return members;
      }
      return value;
    }

    @Override
    public void end() {}
  }

  private static final class Skipping extends Through {
    private final Stage next;
    private long left;

    Skipping(Stage next, long count) {
      super(next);
      this.next = next;
      this.left = count;
    }

    @Override
    public boolean take(Document document) {
      if (left > 0) {
        left--;
        return true;
      }
      return next.take(document);
    }
  }

  private static final class Limiting extends Through {
    private final Stage next;
    private long left;

    Limiting(Stage next, long count) {
      super(next);
      this.next = next;
      this.left = count;
    }

    @Override
    public boolean take(Document document) {
      if (left == 0) {
        return false;
      }
      left--;
      return next.take(document) && left > 0;
    }
  }

  private static final class Counting implements Stage {
    private final Stage next;
    private final String as;
    private long count;

    Counting(Stage next, String as) {
      this.next = next;
      this.as = as;
    }

    @Override
    public boolean take(Document document) {
      count++;
      return true;
    }

    @Override
    public void end() {
      if (count > 0) {
        next.take(new Document(Map.of(as, count), "", 0));
      }
      next.end();
    }
  }

  private static final class Unwinding extends Through {
    private final Stage next;
    private final Path path;
    private final boolean preserve;

    Unwinding(Stage next, Path path, boolean preserve) {
      super(next);
      this.next = next;
      this.path = path;
      this.preserve = preserve;
    }

    @Override
    public boolean take(Document document) {
      Object value = path.memberOf(document.fields());
      if (value == null || value == Values.MISSING) {
        return !preserve || next.take(document);
      }
      if (!(value instanceof List<?> array)) {
        return next.take(document);
      }
      if (array.isEmpty()) {
        return !preserve
            || next.take(document.with(path.replaced(document.fields(), Values.MISSING)));
      }
      for (Object element : array) {
        if (!next.take(document.with(path.replaced(document.fields(), element)))) {
          return false;
        }
      }
      return true;
    }
  }

  private static final class Sorting implements Stage {
    private final Stage next;
    private final Ordering ordering;
    private final Best<Document> best;
    private long arrivals;

    Sorting(Stage next, Ordering ordering, long most, Bounds bounds) {
      this.next = next;
      this.ordering = ordering;
      Comparator<Document> order =
          (left, right) -> {
            int compared = ordering.comparator.compare(left, right);
            return compared != 0 ? compared : Long.compare(left.arrival(), right.arrival());
          };
      this.best = new Best<>(order, most, Document::size, bounds);
    }

    @Override
    public boolean take(Document document) {
      best.offer(
          new Document(
              document.fields(),
              document.key(),
              arrivals++,
              ordering.values(document.fields(), OptionalDouble.empty())));
      return true;
    }

    @Override
    public void end() {
      for (Document document : best.inOrder()) {
        if (!next.take(document)) {
          break;
        }
      }
      next.end();
    }
  }

  private static final class Grouping implements Stage {
    private final Stage next;
    private final Pipeline.Group group;
    private final List<String> names = new ArrayList<>();
    private final List<Path> by = new ArrayList<>();
    private final boolean compound;
    private final Map<Object, List<Accumulating>> groups = new TreeMap<>(Values::compare);
    private final Bounds.Held held;

    Grouping(Stage next, Pipeline.Group group, Bounds bounds) {
      this.next = next;
      this.group = group;
      this.compound = group.by() instanceof Pipeline.ByFields;
      if (group.by() instanceof Pipeline.ByField field) {
        by.add(Path.of(field.field()));
      } else if (group.by() instanceof Pipeline.ByFields fields) {
        fields
            .fields()
            .forEach(
                (name, path) -> {
                  names.add(name);
                  by.add(Path.of(path));
                });
      }
      this.held = bounds.new Held("grouping", NARROW);
    }

    @Override
    public boolean take(Document document) {
      List<@Nullable Object> values = new ArrayList<>(by.size());
      for (Path path : by) {
        Object value = path.valueIn(document.fields());
        values.add(value == Values.MISSING ? null : Values.representative(value));
      }
      List<Accumulating> accumulating = groups.get(values);
      if (accumulating == null) {
        accumulating =
            group.accumulators().values().stream()
                .map(what -> Accumulating.of(what, held))
                .toList();
        groups.put(values, accumulating);
        held.add(Aggregation.size(values) + (long) OVERHEAD * accumulating.size());
      }
      for (Accumulating one : accumulating) {
        one.take(document.fields());
      }
      return true;
    }

    @Override
    public void end() {
      for (Map.Entry<Object, List<Accumulating>> one : groups.entrySet()) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put(Pipeline.ID, id((List<?>) one.getKey()));
        int at = 0;
        for (String name : group.accumulators().keySet()) {
          result.put(name, one.getValue().get(at++).result());
        }
        if (!next.take(new Document(result, "", 0))) {
          break;
        }
      }
      next.end();
    }

    private @Nullable Object id(List<?> values) {
      if (!compound) {
        return values.isEmpty() ? null : values.get(0);
      }
      Map<String, @Nullable Object> id = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        id.put(names.get(i), values.get(i));
      }
      return id;
    }
  }
}
