package io.undercroft.storage.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
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
 * <p>The first stage works on the values of all entries, in no order; a value that is no object is
 * an empty document. The value of a field is the one at its path; through an array that the path
 * does not index it is the array of what the elements have there.
 *
 * <p>What the pipeline gives has String, Boolean, List, Map, null for JSON's null, and as numbers
 * Long where they are whole and fit, BigDecimal otherwise.
 *
 * @param stages in order, at most 100
 */
public record Pipeline(List<Stage> stages) {
  private static final int MOST_STAGES = 100;

  /** Copies the list. */
  public Pipeline {
    stages = List.copyOf(stages);
    if (stages.size() > MOST_STAGES) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY, "a pipeline has " + stages.size() + " stages; 100 are possible");
    }
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

  /**
   * Gives one document for each element of the array at the path, with the element in its place. A
   * value that is no array is as an array of it alone.
   *
   * @param field the path, through objects only
   * @param preserveNullAndEmpty whether a document is kept, once, when the field is missing or null
   *     or an empty array, which is then left out
   */
  public record Unwind(String field, boolean preserveNullAndEmpty) implements Stage {
    /** Checks the path. */
    public Unwind {
      Field.requirePath(field);
    }

    /** Leaves out documents that have no element there. */
    public Unwind(String field) {
      this(field, false);
    }
  }

  /**
   * Gives one document for each group, in the ascending order of what they are grouped by. It has
   * that in the field {@code _id} and each accumulator's result in the field of its name.
   *
   * @param by what makes a group
   * @param accumulators what to compute for each group, by the name of the result's field, which
   *     has no dot and is not {@code _id}
   */
  public record Group(Grouping by, Map<String, Accumulator> accumulators) implements Stage {
    /** Checks the names and copies the map, order kept. */
    public Group {
      Objects.requireNonNull(by, "by");
      accumulators = Collections.unmodifiableMap(new LinkedHashMap<>(accumulators));
      accumulators.keySet().forEach(Pipeline::requireName);
      if (accumulators.containsKey(ID)) {
        throw StorageException.of(
            ErrorCode.INVALID_QUERY,
            "'_id' holds what the group is grouped by; give the accumulator another name");
      }
    }

    /** Groups by one field, or everything into one group. */
    public Group(Optional<String> by, Map<String, Accumulator> accumulators) {
      this(by.<Grouping>map(ByField::new).orElseGet(Together::new), accumulators);
    }
  }

  /** The field of a group's document that holds what it is grouped by. */
  public static final String ID = "_id";

  /** What makes a group. */
  public sealed interface Grouping {}

  /** Everything is one group; its {@code _id} is null. */
  public record Together() implements Grouping {}

  /** Equal values of a field, null for a missing one; the value is the {@code _id}. */
  public record ByField(String field) implements Grouping {
    /** Checks the path. */
    public ByField {
      Field.requirePath(field);
    }
  }

  /**
   * Equal values of several fields; the {@code _id} is an object of them.
   *
   * @param fields the paths, by the names that they have in the {@code _id}, without a dot
   */
  public record ByFields(Map<String, String> fields) implements Grouping {
    /** Checks the names and paths and copies the map, order kept. */
    public ByFields {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
      fields.keySet().forEach(Pipeline::requireName);
      fields.values().forEach(Field::requirePath);
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

  /**
   * Gives one document that holds the number of documents under this name, which has no dot; none
   * if there are none.
   */
  public record Count(String as) implements Stage {
    /** Checks the name. */
    public Count {
      requireName(as);
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
    /** The sum of the numbers, exactly; what is no number is not looked at; 0 if there is none. */
    SUM,
    /** The mean of the numbers, to 34 digits; null if there is none. */
    AVG,
    /** The smallest value but null, in the order of {@link Order}; null if there is none. */
    MIN,
    /** The greatest value, in the order of {@link Order}; null if there is none. */
    MAX,
    /** The value of the first document, null if it is missing there. */
    FIRST,
    /** The value of the last document, null if it is missing there. */
    LAST,
    /** All values, in order, without missing ones. */
    PUSH,
    /** All distinct values, ascending, without missing ones. */
    ADD_TO_SET
  }

  private static void requireName(String name) {
    Field.requirePath(name);
    if (name.indexOf('.') >= 0) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "the field " + StorageException.quote(name) + " of a result has a dot in its name");
    }
  }

  private static void requireNotNegative(String name, long count) {
    if (count < 0) {
      throw new IllegalArgumentException(name + " must be 0 or more, got " + count);
    }
  }
}
