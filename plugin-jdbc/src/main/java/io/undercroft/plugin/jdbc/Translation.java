package io.undercroft.plugin.jdbc;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A condition in the words of an engine, with exactly its meaning over the documents that the
 * engine sees; and what cannot be said so.
 *
 * <p>A field's path is followed as the evaluator of the runtime follows it: through objects to one
 * value or none, through an array to each of its elements that are objects, and, by an index, to
 * one element. At its end, the elements of an array are tried as well as the array.
 *
 * @param said what the engine is asked; empty if it is asked nothing
 * @param pushedDown the part of the condition that this is
 * @param residual the rest
 */
record Translation(
    Optional<Clause> said, Optional<Condition> pushedDown, Optional<Condition> residual) {
  /** Every step of a path through an array doubles the text; beyond this it is not worth it. */
  private static final int LONGEST = 60_000;

  private static final int MOST_PARAMETERS = 5_000;
  private static final String ALWAYS = "1 = 1";
  private static final String NEVER = "1 = 0";

  /** What a condition's fields are looked for in. */
  private enum Context {
    /** The document or an object in it. */
    OBJECT,
    /** An element that is an array, inside {@code nested}: its indexes are its names. */
    ARRAY
  }

  /** Returns what the engine is asked; everything if it is asked nothing. */
  Clause clause() {
    return said.orElse(Clause.EVERYTHING);
  }

  /** Translates what can be: the whole, or those of several that must all hold. */
  static Translation of(Optional<Condition> where, Supplier<Notation> notations) {
    if (where.isEmpty()) {
      return new Translation(Optional.empty(), Optional.empty(), Optional.empty());
    }
    Condition whole = where.get();
    Optional<Clause> said = exactly(whole, notations);
    if (said.isPresent()) {
      return new Translation(said, where, Optional.empty());
    }
    List<Condition> pushed = new ArrayList<>();
    List<Condition> rest = new ArrayList<>();
    if (whole instanceof Condition.All all) {
      for (Condition each : all.conditions()) {
        (exactly(each, notations).isPresent() ? pushed : rest).add(each);
      }
    }
    Optional<Condition> some =
        pushed.isEmpty() ? Optional.empty() : Optional.of(new Condition.All(pushed));
    Optional<Clause> part = some.flatMap(each -> exactly(each, notations));
    return part.isEmpty()
        ? new Translation(Optional.empty(), Optional.empty(), where)
        : new Translation(part, some, Optional.of(new Condition.All(rest)));
  }

  /** Returns the whole condition in words, if that can be. */
  static Optional<Clause> exactly(Condition condition, Supplier<Notation> notations) {
    Notation notation = notations.get();
    try {
      String text = new Saying(notation).all(condition, notation.root(), Context.OBJECT);
      Clause clause = notation.binds.clause(text);
      return Optional.of(clause)
          .filter(said -> said.sql().length() <= LONGEST)
          .filter(said -> said.parameters().size() <= MOST_PARAMETERS);
    } catch (Notation.Unsayable e) {
      return Optional.empty();
    }
  }

  /** Says one condition. */
  private record Saying(Notation in) {
    String all(Condition condition, Notation.Node at, Context context) {
      String text = one(condition, at, context);
      if (text.length() > 4 * LONGEST) { // marks are longer than parameters
        throw new Notation.Unsayable();
      }
      return text;
    }

    private String one(Condition condition, Notation.Node at, Context context) {
      if (condition instanceof Condition.All all) {
        return joined(all.conditions(), " AND ", ALWAYS, at, context);
      } else if (condition instanceof Condition.Any any) {
        return joined(any.conditions(), " OR ", NEVER, at, context);
      } else if (condition instanceof Condition.Not not) {
        return not(all(not.inner(), at, context));
      } else if (condition instanceof Condition.Nested nested) {
        return new Way(nested.field(), false, false, found -> inside(nested.inner(), found))
            .from(at, context);
      }
      return comparison((Condition.Comparison) condition, at, context);
    }

    private String joined(
        List<Condition> parts, String word, String none, Notation.Node at, Context context) {
      if (parts.isEmpty()) {
        return none;
      }
      List<String> said = new ArrayList<>();
      parts.forEach(part -> said.add(all(part, at, context)));
      return "(" + String.join(word, said) + ")";
    }

    private static String not(String test) {
      return "((" + test + ") IS NOT TRUE)";
    }

    private static String both(String left, String right) {
      return "(" + left + " AND " + right + ")";
    }

    private static String either(String left, String right) {
      return "(" + left + " OR " + right + ")";
    }

    private String inside(Condition inner, Notation.Node found) {
      String asObject = both(in.isObject(found), all(inner, found, Context.OBJECT));
      String asElement =
          in.any(
              found,
              element ->
                  either(
                      both(in.isObject(element), all(inner, element, Context.OBJECT)),
                      both(in.isArray(element), all(inner, element, Context.ARRAY))));
      return either(asObject, both(in.isArray(found), asElement));
    }

    private String comparison(Condition.Comparison comparison, Notation.Node at, Context context) {
      String field = comparison.field();
      @Nullable Object value = comparison.value().orElse(null);
      return switch (comparison.operator()) {
        case EQ -> equal(field, value).from(at, context);
        case NE -> not(equal(field, value).from(at, context));
        case IN -> oneOf(field, (List<?>) value).from(at, context);
        case NIN -> not(oneOf(field, (List<?>) value).from(at, context));
        case GT, GTE, LT, LTE -> compared(comparison.operator(), field, value, at, context);
        case REGEX ->
            new Way(field, true, false, found -> Pattern.of(String.valueOf(value)).in(in, found))
                .from(at, context);
        case EXISTS -> {
          String there = new Way(field, false, false, in::isThere).from(at, context);
          yield Boolean.TRUE.equals(value) ? there : not(there);
        }
        case SEARCH, NEAR, WITHIN -> throw new Notation.Unsayable();
      };
    }

    private Way equal(String field, @Nullable Object value) {
      return value == null
          ? new Way(field, true, true, this::isNullOrMissing)
          : new Way(field, true, false, found -> in.isEqual(found, value));
    }

    private String isNullOrMissing(Notation.Node found) {
      return "(" + found.type() + " IS NULL OR " + in.isNull(found) + ")";
    }

    private Way oneOf(String field, @Nullable List<?> values) {
      List<Object> others = new ArrayList<>();
      boolean orNull = false;
      for (Object value : values == null ? List.of() : values) {
        if (value == null) {
          orNull = true;
        } else {
          others.add(value);
        }
      }
      if (others.isEmpty()) {
        return orNull ? equal(field, null) : new Way(field, true, false, found -> NEVER);
      }
      return orNull
          ? new Way(
              field, true, true, found -> either(isNullOrMissing(found), in.isOneOf(found, others)))
          : new Way(field, true, false, found -> in.isOneOf(found, others));
    }

    private String compared(
        Operator operator,
        String field,
        @Nullable Object value,
        Notation.Node at,
        Context context) {
      Notation.Comparison how =
          switch (operator) {
            case GT -> Notation.Comparison.GREATER;
            case GTE -> Notation.Comparison.AT_LEAST;
            case LT -> Notation.Comparison.LESS;
            default -> Notation.Comparison.AT_MOST;
          };
      if (value == null) {
        return how.allowsEqual() ? equal(field, null).from(at, context) : NEVER;
      }
      Function<Notation.Node, String> test;
      if (value instanceof Number number) {
        test = found -> in.compares(found, how, Notation.decimal(number));
      } else if (value instanceof String text && Notation.isPlain(text)) {
        test = found -> in.compares(found, how, text);
      } else if (value instanceof Boolean truth) {
        test = found -> comparesTruth(found, how, truth);
      } else if (Notation.isPlainValue(value)) {
        test = found -> new Whole(in).compares(found, how, value);
      } else {
        throw new Notation.Unsayable();
      }
      return new Way(field, true, false, test).from(at, context);
    }

    private String comparesTruth(Notation.Node found, Notation.Comparison how, boolean truth) {
      String other = in.isEqual(found, how.isGreater());
      String otherOnly = truth == how.isGreater() ? NEVER : other;
      return how.allowsEqual() ? either(otherOnly, in.isEqual(found, truth)) : otherOnly;
    }

    /** A field's path, and what is asked of that to which it leads. */
    private final class Way {
      private final String[] steps;
      private final boolean elements;
      private final boolean missing;
      private final Function<Notation.Node, String> test;

      /**
       * Takes the parts.
       *
       * @param elements whether the elements of an array at its end are tried as well
       * @param missing whether the test holds for what is missing
       * @param test is unknown or false for what is missing, or else true
       */
      Way(String field, boolean elements, boolean missing, Function<Notation.Node, String> test) {
        this.steps = field.split("\\.", -1);
        this.elements = elements;
        this.missing = missing;
        this.test = test;
        for (String step : steps) {
          if (!Notation.isPlain(step)) {
            throw new Notation.Unsayable();
          }
        }
      }

      String from(Notation.Node at, Context context) {
        if (context == Context.OBJECT) {
          return fromObject(at, 0);
        }
        int index = index(steps[0]);
        if (index < 0) {
          return missing ? ALWAYS : NEVER;
        }
        return from(in.element(at, index), 1);
      }

      private String fromObject(Notation.Node at, int step) {
        return from(in.member(at, steps[step]), step + 1);
      }

      private String from(Notation.Node at, int step) {
        if (step == steps.length) {
          String itself = test.apply(at);
          return elements ? either(itself, both(in.isArray(at), in.any(at, test))) : itself;
        }
        String straight = fromObject(at, step);
        String through =
            in.any(at, element -> both(in.isObject(element), fromObject(element, step)));
        int index = index(steps[step]);
        if (index >= 0) {
          Notation.Node element = in.element(at, index);
          String one = from(element, step + 1);
          through = either(through, missing ? both(in.isThere(element), one) : one);
        }
        if (through.length() > 4 * LONGEST) {
          throw new Notation.Unsayable();
        }
        return either(
            missing ? both(in.isNotArray(at), straight) : straight, both(in.isArray(at), through));
      }
    }
  }

  /** Returns the index that a step is as well; -1 if it is none. */
  static int index(String step) {
    if (step.length() > 9 || (step.length() > 1 && step.charAt(0) == '0')) {
      return -1;
    }
    for (int i = 0; i < step.length(); i++) {
      if (step.charAt(i) < '0' || step.charAt(i) > '9') {
        return -1;
      }
    }
    return Integer.parseInt(step);
  }
}
