package io.undercroft.runtime.query;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Operator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A condition, compiled once: what it needs of a document, and whether it holds.
 *
 * <p>The meanings are those of {@link Operator}. An array at the end of a path counts as itself and
 * as each of its elements, but no deeper; a path into an array leads to where it leads in its
 * elements that are objects, and nowhere (not even to a missing field) in its other elements.
 *
 * <p><b>Threads:</b> immutable.
 */
final class Matching {
  private static final int LARGEST_PROGRAM = 2_000;
  private static final String TOO_LARGE = "its repetitions make it too large";
  private static final Matching ALL = new Matching(document -> true);

  private final Predicate<@Nullable Object> predicate;

  private Matching(Predicate<@Nullable Object> predicate) {
    this.predicate = predicate;
  }

  /** Returns what holds for every document and looks at none. */
  static Matching everything() {
    return ALL;
  }

  /**
   * Compiles.
   *
   * @param wanted gets the paths that the condition looks at
   * @throws StorageException INVALID_QUERY for a pattern that RE2 does not take; UNSUPPORTED for an
   *     operator that needs an index
   */
  static Matching of(Condition condition, Wanted wanted) {
    return of(condition, wanted, field -> false);
  }

  /**
   * Compiles.
   *
   * @param spatial whether a field has a spatial index, so that it may be asked for areas
   */
  static Matching of(Condition condition, Wanted wanted, Predicate<String> spatial) {
    List<Path> paths = new ArrayList<>();
    Matching matching = new Matching(compile(condition, paths, spatial));
    paths.forEach(wanted::addDeciding);
    return matching;
  }

  boolean matches(@Nullable Object document) {
    return predicate.test(document);
  }

  private static Predicate<@Nullable Object> compile(
      Condition condition, List<Path> paths, Predicate<String> spatial) {
    if (condition instanceof Condition.All all) {
      List<Predicate<@Nullable Object>> parts = compileAll(all.conditions(), paths, spatial);
      return document -> {
        for (Predicate<@Nullable Object> part : parts) {
          if (!part.test(document)) {
            return false;
          }
        }
        return true;
      };
    }
    if (condition instanceof Condition.Any any) {
      List<Predicate<@Nullable Object>> parts = compileAll(any.conditions(), paths, spatial);
      return document -> {
        for (Predicate<@Nullable Object> part : parts) {
          if (part.test(document)) {
            return true;
          }
        }
        return false;
      };
    }
    if (condition instanceof Condition.Not not) {
      return compile(not.inner(), paths, spatial).negate();
    }
    if (condition instanceof Condition.Nested nested) {
      Path path = Path.of(nested.field());
      paths.add(path);
      Predicate<@Nullable Object> inner =
          compile(
              nested.inner(),
              new ArrayList<>(),
              field -> spatial.test(nested.field() + "." + field));
      return document -> path.leadsTo(document, false, found -> holdsInside(found, inner));
    }
    Condition.Comparison comparison = (Condition.Comparison) condition;
    Path path = Path.of(comparison.field());
    paths.add(path);
    return compare(comparison, path, spatial);
  }

  private static List<Predicate<@Nullable Object>> compileAll(
      List<Condition> conditions, List<Path> paths, Predicate<String> spatial) {
    return conditions.stream().map(condition -> compile(condition, paths, spatial)).toList();
  }

  private static boolean holdsInside(
      @Nullable Object found, Predicate<@Nullable Object> condition) {
    if (found instanceof Map) {
      return condition.test(found);
    }
    if (found instanceof List<?> array) {
      for (Object element : array) {
        if ((element instanceof Map || element instanceof List) && condition.test(element)) {
          return true;
        }
      }
    }
    return false;
  }

  private static Predicate<@Nullable Object> compare(
      Condition.Comparison comparison, Path path, Predicate<String> spatial) {
    Object value = Values.ofCondition(comparison.value().orElse(null));
    return switch (comparison.operator()) {
      case EQ -> at(path, equalTo(value));
      case NE -> at(path, equalTo(value)).negate();
      case GT, GTE, LT, LTE -> at(path, comparedTo(comparison.operator(), value));
      case IN -> at(path, oneOf(value));
      case NIN -> at(path, oneOf(value)).negate();
      case REGEX -> at(path, found(value, path.text()));
      case EXISTS -> {
        Predicate<@Nullable Object> there =
            document -> path.leadsTo(document, false, found -> found != Values.MISSING);
        yield Boolean.TRUE.equals(value) ? there : there.negate();
      }
      case SEARCH -> throw needsIndex(comparison, "fulltext");
      case NEAR, WITHIN -> {
        if (!spatial.test(comparison.field())) {
          throw needsIndex(comparison, "spatial");
        }
        yield at(path, liesIn(Area.of(comparison)));
      }
    };
  }

  private static Predicate<@Nullable Object> liesIn(Area area) {
    return found -> {
      Point point = Point.of(found);
      return point != null && area.contains(point);
    };
  }

  private static StorageException needsIndex(Condition.Comparison comparison, String kind) {
    String field = StorageException.quote(comparison.field());
    return StorageException.of(
        ErrorCode.UNSUPPORTED,
        "'%s' on %s needs a %s index on that field, and there is none that can be used here; create one: createIndex(IndexDefinition.%s(\"a-name\", %s)), or 'undercroft index create a-name %s --type %s'%s"
            .formatted(
                comparison.operator().wireName(),
                field,
                kind,
                kind,
                field.replace('\'', '"'),
                field,
                kind,
                comparison.operator() == Operator.SEARCH
                    ? ". All that one query searches must be in one index; it cannot be searched inside 'not' and 'nested', and 'or' joins searches with searches only"
                    : ""));
  }

  private static Predicate<@Nullable Object> at(Path path, Predicate<@Nullable Object> test) {
    return document -> path.leadsTo(document, true, test);
  }

  private static Predicate<@Nullable Object> equalTo(@Nullable Object value) {
    if (value == null) {
      return found -> found == null || found == Values.MISSING;
    }
    if (value instanceof String text) {
      return text::equals;
    }
    if (value instanceof Number number) {
      return found -> found instanceof Number other && Values.compareNumbers(other, number) == 0;
    }
    return found -> found != null && Values.equal(found, value);
  }

  private static Predicate<@Nullable Object> comparedTo(Operator operator, @Nullable Object value) {
    int rank = Values.rank(value);
    return switch (operator) {
      case GT -> found -> Values.rank(found) == rank && Values.compare(found, value) > 0;
      case GTE -> found -> Values.rank(found) == rank && Values.compare(found, value) >= 0;
      case LT -> found -> Values.rank(found) == rank && Values.compare(found, value) < 0;
      default -> found -> Values.rank(found) == rank && Values.compare(found, value) <= 0;
    };
  }

  /** A set of what is single, by its one form; and a sorted one of objects and arrays. */
  private static Predicate<@Nullable Object> oneOf(@Nullable Object list) {
    if (!(list instanceof List<?> values)) {
      throw new IllegalStateException("a list was checked when the condition was built");
    }
    Set<Object> singles = new HashSet<>();
    Set<Object> others = new TreeSet<>(Values::compare);
    boolean orNull = false;
    for (Object value : values) {
      if (value == null) {
        orNull = true;
      } else if (value instanceof Number number) {
        singles.add(Values.canonical(number));
      } else if (value instanceof String || value instanceof Boolean) {
        singles.add(value);
      } else {
        others.add(value);
      }
    }
    boolean nothingToo = orNull;
    return found -> {
      if (found == null || found == Values.MISSING) {
        return nothingToo;
      } else if (found instanceof Number number) {
        return singles.contains(Values.canonical(number));
      } else if (found instanceof String || found instanceof Boolean) {
        return singles.contains(found);
      }
      return !others.isEmpty() && others.contains(found);
    };
  }

  private static Predicate<@Nullable Object> found(@Nullable Object text, String field) {
    if (!(text instanceof String pattern)) {
      throw new IllegalStateException("a text was checked when the condition was built");
    }
    if (PatternSize.of(pattern) > LARGEST_PROGRAM) {
      throw invalidPattern(pattern, field, TOO_LARGE);
    }
    Pattern compiled;
    try {
      compiled = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw invalidPattern(pattern, field, e.getDescription());
    }
    if (compiled.programSize() > LARGEST_PROGRAM) {
      throw invalidPattern(pattern, field, TOO_LARGE);
    }
    return value -> value instanceof String found && compiled.matcher(found).find();
  }

  private static StorageException invalidPattern(String pattern, String field, String why) {
    return StorageException.of(
        ErrorCode.INVALID_QUERY,
        "pattern "
            + StorageException.quote(pattern)
            + " for "
            + StorageException.quote(field)
            + " is not valid: "
            + why
            + "; patterns are RE2's, without backreferences and look-around");
  }
}
