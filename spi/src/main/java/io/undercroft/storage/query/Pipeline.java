package io.undercroft.storage.query;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The stages of an aggregation, each working on what the one before gives out, with the meanings
 * that MongoDB documents for the stage of the same name.
 *
 * @param stages in order
 */
public record Pipeline(List<Stage> stages) {
  /** Copies the list. */
  public Pipeline {
    stages = List.copyOf(stages);
  }

  /** Returns a pipeline without a stage: every value. */
  public static Pipeline start() {
    return new Pipeline(List.of());
  }

  /** Returns this pipeline with one more stage. */
  public Pipeline then(Stage stage) {
    List<Stage> more = new ArrayList<>(stages);
    more.add(stage);
    return new Pipeline(more);
  }

  /** One stage. */
  public sealed interface Stage {}

  /** Keeps the documents for which the condition holds. */
  public record Match(Condition condition) implements Stage {
    /** Checks that nothing is {@code null}. */
    public Match {
      Objects.requireNonNull(condition, "condition");
    }
  }

  /** Gives one document for each element of the array at the path. */
  public record Unwind(String field) implements Stage {
    /** Checks the path. */
    public Unwind {
      Field.requirePath(field);
    }
  }

  /**
   * Gives one document for each distinct value of a field.
   *
   * @param by the path to group by; empty for one group of all
   * @param accumulators what to compute for each group, by the name of the result's field
   */
  public record Group(Optional<String> by, Map<String, Accumulator> accumulators) implements Stage {
    /** Checks the path and copies the map, order kept. */
    public Group {
      by.ifPresent(Field::requirePath);
      accumulators = Collections.unmodifiableMap(new LinkedHashMap<>(accumulators));
    }
  }

  /** Keeps only these fields. */
  public record Project(List<String> fields) implements Stage {
    /** Checks the paths and copies the list. */
    public Project {
      fields = List.copyOf(fields);
      fields.forEach(Field::requirePath);
    }
  }

  /** Orders the documents. */
  public record Sort(List<Order> order) implements Stage {
    /** Copies the list. */
    public Sort {
      order = List.copyOf(order);
    }
  }

  /** Leaves out the first documents. */
  public record Skip(long count) implements Stage {
    /** Checks the range. */
    public Skip {
      requireNotNegative("skip", count);
    }
  }

  /** Keeps the first documents. */
  public record Limit(long count) implements Stage {
    /** Checks the range. */
    public Limit {
      requireNotNegative("limit", count);
    }
  }

  /** Gives one document that holds the number of documents under this name. */
  public record Count(String as) implements Stage {
    /** Checks the name. */
    public Count {
      Field.requirePath(as);
    }
  }

  /**
   * What a group computes.
   *
   * @param function the function
   * @param field the path that it works on; empty only for COUNT
   */
  public record Accumulator(Function function, Optional<String> field) {
    /** Checks that the field is there where one is needed. */
    public Accumulator {
      Objects.requireNonNull(function, "function");
      if (field.isEmpty() && function != Function.COUNT) {
        throw new IllegalArgumentException(function + " needs a field");
      }
      field.ifPresent(Field::requirePath);
    }
  }

  /** The functions of a group. */
  public enum Function {
    /** How many documents. */
    COUNT,
    /** The sum of the numbers. */
    SUM,
    /** The mean of the numbers. */
    AVG,
    /** The smallest value. */
    MIN,
    /** The greatest value. */
    MAX,
    /** The value of the first document. */
    FIRST,
    /** The value of the last document. */
    LAST,
    /** All values. */
    PUSH,
    /** All distinct values. */
    ADD_TO_SET
  }

  private static void requireNotNegative(String name, long count) {
    if (count < 0) {
      throw new IllegalArgumentException(name + " must be 0 or more, got " + count);
    }
  }
}
