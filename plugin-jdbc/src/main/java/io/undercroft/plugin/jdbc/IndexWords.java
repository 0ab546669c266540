package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The expressions that an index is over. A statement that is to use the index has the very same, so
 * that names of fields stand in both: as numbers, never as they are written.
 *
 * <p>They are exact for rows that are not <em>odd</em>: whose document the engine sees, and in
 * which no field leads through an array, to an array or object, or to a text that is too long for
 * an index.
 */
abstract sealed class IndexWords {
  /** By field; of those that indexes have, which are few. */
  private final Map<String, OfField> known = new ConcurrentHashMap<>();

  /**
   * The words of one field.
   *
   * @param there what is NULL if it is missing
   * @param columns what an engine keeps of it, in its order of all types
   * @param odd tests whether a row is odd for it
   */
  record OfField(String there, List<String> columns, List<String> odd) {}

  private OfField of(String field) {
    return known.computeIfAbsent(field, name -> words(name.split("\\.", -1)));
  }

  abstract OfField words(String[] steps);

  /** Returns the same expressions for rows that are not read by an index: no text is too long. */
  abstract IndexWords ofLongRows();

  /** Returns what is NULL if the field is missing. */
  final String there(String field) {
    return of(field).there();
  }

  final List<String> columns(String field) {
    return of(field).columns();
  }

  /** Tests whether a row is odd, for these fields. */
  final String odd(List<String> fields) {
    List<String> tests = new ArrayList<>(List.of("document IS NULL"));
    for (String field : fields) {
      tests.addAll(of(field).odd());
    }
    return "(" + String.join(" OR ", tests) + ")";
  }

  /** Tests whether a row is not odd. What is not unique is an index of such rows only. */
  final String notOdd(List<String> fields) {
    return odd(fields) + " IS NOT TRUE";
  }

  /** Tests whether a row has any of these fields. */
  final String present(List<String> fields) {
    return "("
        + String.join(
            " OR ", fields.stream().map(field -> of(field).there() + " IS NOT NULL").toList())
        + ")";
  }

  /**
   * Tests a field of a row that is not odd.
   *
   * @param sign equal, less …, as in SQL
   * @param value a value of the condition that is single: null, a text, a number, a truth
   */
  abstract String test(String field, String sign, @Nullable Object value, Binds binds);

  /** Returns the statements that make an index. */
  abstract List<String> create(String table, String name, IndexDefinition index);

  /** Returns the statements that remove it. */
  final List<String> drop(String name) {
    return List.of(
        "DROP INDEX IF EXISTS \"" + name + "\"", "DROP INDEX IF EXISTS \"" + oddName(name) + "\"");
  }

  final String oddName(String name) {
    return name + "_odd";
  }

  /** Makes the index itself: of all documents if it is unique, otherwise of those not odd. */
  final String createMain(String table, String name, IndexDefinition index) {
    List<String> fields = fields(index);
    return "CREATE "
        + (index.unique() ? "UNIQUE " : "")
        + "INDEX \""
        + name
        + "\" ON "
        + table
        + " ("
        + ordered(index.fields())
        + (index.unique() ? "" : ", entry_key")
        + ") WHERE "
        + (index.unique() ? "document IS NOT NULL" : notOdd(fields))
        + (index.sparse() ? " AND " + present(fields) : "");
  }

  final String createOdd(String table, String name, IndexDefinition index) {
    return "CREATE INDEX \""
        + oddName(name)
        + "\" ON "
        + table
        + " (entry_key) WHERE "
        + odd(fields(index));
  }

  static List<String> fields(IndexDefinition index) {
    return index.fields().stream().map(field -> field.field()).toList();
  }

  /** Returns what an engine keeps of these fields, with their directions. */
  final String ordered(List<Order> order) {
    List<String> columns = new ArrayList<>();
    for (Order step : order) {
      for (String column : columns(step.field())) {
        columns.add(column + (step.descending() ? " DESC" : ""));
      }
    }
    return String.join(", ", columns);
  }

  /** Of PostgreSQL: a number that says the type as well, and a text. */
  static final class OfPostgres extends IndexWords {
    private static final int LONGEST = 100;

    private final boolean cuts;

    OfPostgres() {
      this(true);
    }

    private OfPostgres(boolean cuts) {
      this.cuts = cuts;
    }

    @Override
    IndexWords ofLongRows() {
      return new OfPostgres(false);
    }

    private static String literal(String name) {
      StringBuilder text = new StringBuilder("U&'");
      name.codePoints().forEach(point -> text.append(String.format("\\+%06x", point)));
      return text.append('\'').toString();
    }

    private static String at(String[] steps, int count) {
      StringBuilder expression = new StringBuilder(PostgresNotation.SEEN);
      for (int i = 0; i < count; i++) {
        expression.insert(0, '(').append(" -> ").append(literal(steps[i])).append(')');
      }
      return expression.toString();
    }

    @Override
    OfField words(String[] steps) {
      String there = at(steps, steps.length);
      return new OfField(there, List.of(number(there), text(there)), odd(steps));
    }

    private static String number(String x) {
      return "(CASE jsonb_typeof("
          + x
          + ") WHEN 'number' THEN CAST("
          + x
          + " AS numeric) WHEN 'string' THEN numeric 'Infinity' WHEN 'boolean' THEN numeric 'NaN'"
          + " WHEN 'object' THEN numeric 'NaN' WHEN 'array' THEN numeric 'NaN' ELSE numeric"
          + " '-Infinity' END)";
    }

    private String text(String x) {
      return "((CASE jsonb_typeof("
          + x
          + ") WHEN 'string' THEN "
          + cut("(" + x + " #>> '{}')")
          + " WHEN 'number' THEN '' WHEN 'null' THEN '' ELSE coalesce("
          + cut("CAST(" + x + " AS text)")
          + ", '') END) COLLATE \"C\")";
    }

    private String cut(String text) {
      if (!cuts) {
        return text;
      }
      return "(CASE WHEN length("
          + text
          + ") <= "
          + LONGEST
          + " THEN "
          + text
          + " ELSE left("
          + text
          + ", "
          + LONGEST
          + ") || md5("
          + text
          + ") END)";
    }

    private List<String> odd(String[] steps) {
      List<String> tests = new ArrayList<>();
      for (int i = 1; i < steps.length; i++) {
        tests.add("jsonb_typeof(" + at(steps, i) + ") = 'array'");
      }
      String x = at(steps, steps.length);
      tests.add("jsonb_typeof(" + x + ") = 'array'");
      tests.add("jsonb_typeof(" + x + ") = 'object'");
      if (cuts) {
        tests.add("length(" + x + " #>> '{}') > " + LONGEST);
      }
      return tests;
    }

    @Override
    String test(String field, String sign, @Nullable Object value, Binds binds) {
      String number = columns(field).get(0);
      String text = columns(field).get(1);
      if (value == null) {
        return number + " = numeric '-Infinity' AND " + text + " = ''";
      } else if (value instanceof Number wanted) {
        String bound = "CAST(" + binds.of(Notation.decimal(wanted).toString()) + " AS numeric)";
        return sign.equals("=")
            ? number + " = " + bound + " AND " + text + " = ''"
            : number
                + " "
                + sign
                + " "
                + bound
                + (sign.startsWith("<")
                    ? " AND " + number + " > numeric '-Infinity'"
                    : " AND " + number + " < numeric 'Infinity'");
      }
      boolean isText = value instanceof String;
      if (isText && ((String) value).codePointCount(0, ((String) value).length()) >= LONGEST) {
        throw new Notation.Unsayable();
      }
      return number
          + (isText ? " = numeric 'Infinity' AND " : " = numeric 'NaN' AND ")
          + text
          + " "
          + sign
          + " CAST("
          + binds.of(value.toString())
          + " AS text)";
    }

    @Override
    List<String> create(String table, String name, IndexDefinition index) {
      List<String> fields = fields(index);
      if (fields.size() > 5) {
        throw refused(index, "has more than 5 fields");
      }
      return List.of(
          "ALTER TABLE "
              + table
              + " ADD COLUMN IF NOT EXISTS "
              + PostgresNotation.SEEN
              + " jsonb GENERATED ALWAYS AS (CAST(document AS jsonb)) STORED",
          createMain(table, name, index),
          createOdd(table, name, index));
    }
  }

  /** Of SQLite, whose order of types is that of queries but for names: BLOBs are truths here. */
  static final class OfSqlite extends IndexWords {
    static final String NULL = "-9e999";

    @Override
    IndexWords ofLongRows() {
      return this;
    }

    private static String path(String[] steps, int count) {
      StringBuilder path = new StringBuilder("$");
      for (int i = 0; i < count; i++) {
        path.append(SqliteNotation.step(steps[i]));
      }
      byte[] utf8 = path.toString().getBytes(StandardCharsets.UTF_8);
      return "CAST(X'" + HexFormat.of().formatHex(utf8) + "' AS TEXT)";
    }

    private static String type(String[] steps, int count) {
      return "json_type(document, " + path(steps, count) + ")";
    }

    @Override
    OfField words(String[] steps) {
      String there = type(steps, steps.length);
      String value = "json_extract(document, " + path(steps, steps.length) + ")";
      String column =
          "(CASE "
              + there
              + " WHEN 'true' THEN X'01' WHEN 'false' THEN X'00' WHEN 'object' THEN CAST("
              + value
              + " AS BLOB) WHEN 'array' THEN CAST("
              + value
              + " AS BLOB) ELSE coalesce("
              + value
              + ", "
              + NULL
              + ") END)";
      return new OfField(there, List.of(column), odd(steps));
    }

    private static List<String> odd(String[] steps) {
      List<String> tests = new ArrayList<>();
      for (int i = 1; i <= steps.length; i++) {
        tests.add(type(steps, i) + " = 'array'");
      }
      tests.add(type(steps, steps.length) + " = 'object'");
      return tests;
    }

    @Override
    String test(String field, String sign, @Nullable Object value, Binds binds) {
      String column = columns(field).get(0);
      String left = column + " " + sign + " ";
      if (value == null) {
        return left + NULL;
      } else if (value instanceof Boolean truth) {
        return left
            + (truth ? "X'01'" : "X'00'")
            + (sign.startsWith("<") ? " AND " + column + " >= X''" : "");
      } else if (value instanceof String text) {
        return left
            + binds.of(text)
            + (sign.startsWith("<")
                ? " AND " + column + " >= ''"
                : sign.startsWith(">") ? " AND " + column + " < X''" : "");
      }
      BigDecimal number = Notation.decimal((Number) value);
      return left
          + SqliteNotation.number(number, binds)
          + (sign.startsWith("<")
              ? " AND " + column + " > " + NULL
              : sign.startsWith(">") ? " AND " + column + " < ''" : "");
    }

    @Override
    List<String> create(String table, String name, IndexDefinition index) {
      return List.of(createMain(table, name, index), createOdd(table, name, index));
    }
  }

  static StorageException refused(IndexDefinition index, String why) {
    return StorageException.of(
        ErrorCode.UNSUPPORTED,
        "index '" + index.name() + "' of the kind " + index.type() + " " + why);
  }
}
