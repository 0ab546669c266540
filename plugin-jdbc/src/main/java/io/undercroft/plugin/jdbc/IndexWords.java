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
  /**
   * Returns the same expressions for a row that a statement reads by {@link Dialect#seeing}, and
   * not by an index.
   */
  abstract IndexWords ofRows();

  /** As {@link #ofRows}, but no text is too long. */
  abstract IndexWords ofLongRows();

  /** What an engine keeps of one field, in its order of all types. */
  abstract List<String> columns(String field);

  /** Tests whether a row is odd, for these fields. */
  final String odd(List<String> fields) {
    List<String> tests = new ArrayList<>(List.of("document IS NULL"));
    for (String field : fields) {
      tests.addAll(odd(field.split("\\.", -1)));
    }
    return "(" + String.join(" OR ", tests) + ")";
  }

  abstract List<String> odd(String[] steps);

  /** Tests whether a row has any of these fields. */
  final String present(List<String> fields) {
    return "("
        + String.join(" OR ", fields.stream().map(field -> there(field) + " IS NOT NULL").toList())
        + ")";
  }

  abstract String there(String field);

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
  abstract List<String> drop(String table, String name, IndexDefinition index);

  final String oddName(String name) {
    return name + "_odd";
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

    private final String document;
    private final boolean cuts;

    OfPostgres() {
      this("CAST(document AS jsonb)", true);
    }

    private OfPostgres(String document, boolean cuts) {
      this.document = document;
      this.cuts = cuts;
    }

    @Override
    IndexWords ofRows() {
      return new OfPostgres(PostgresNotation.SEEN, true);
    }

    @Override
    IndexWords ofLongRows() {
      return new OfPostgres(PostgresNotation.SEEN, false);
    }

    private static String literal(String name) {
      StringBuilder text = new StringBuilder("U&'");
      name.codePoints().forEach(point -> text.append(String.format("\\+%06x", point)));
      return text.append('\'').toString();
    }

    private String at(String[] steps, int count) {
      StringBuilder expression = new StringBuilder(document);
      for (int i = 0; i < count; i++) {
        expression.insert(0, '(').append(" -> ").append(literal(steps[i])).append(')');
      }
      return expression.toString();
    }

    @Override
    String there(String field) {
      String[] steps = field.split("\\.", -1);
      return at(steps, steps.length);
    }

    private String number(String field) {
      String x = there(field);
      return "(CASE jsonb_typeof("
          + x
          + ") WHEN 'number' THEN CAST("
          + x
          + " AS numeric) WHEN 'string' THEN numeric 'Infinity' WHEN 'boolean' THEN numeric 'NaN'"
          + " WHEN 'object' THEN numeric 'NaN' WHEN 'array' THEN numeric 'NaN' ELSE numeric"
          + " '-Infinity' END)";
    }

    private String text(String field) {
      String x = there(field);
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

    @Override
    List<String> columns(String field) {
      return List.of(number(field), text(field));
    }

    @Override
    List<String> odd(String[] steps) {
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
      String number = number(field);
      String text = text(field);
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
      String sparse = index.sparse() ? " AND " + present(fields) : "";
      if (!index.unique()) {
        return List.of(
            "CREATE INDEX \""
                + name
                + "\" ON "
                + table
                + " ("
                + ordered(index.fields())
                + ", entry_key)"
                + (index.sparse() ? " WHERE " + present(fields) : ""),
            createOdd(table, name, index));
      }
      // Looked at when a transaction ends, so that two entries may change places in it.
      List<String> equal = new ArrayList<>();
      fields.forEach(field -> columns(field).forEach(each -> equal.add(each + " WITH =")));
      return List.of(
          "ALTER TABLE "
              + table
              + " ADD CONSTRAINT \""
              + name
              + "\" EXCLUDE USING btree ("
              + String.join(", ", equal)
              + ") WHERE (document IS NOT NULL"
              + sparse
              + ") DEFERRABLE INITIALLY DEFERRED",
          createOdd(table, name, index));
    }

    @Override
    List<String> drop(String table, String name, IndexDefinition index) {
      return List.of(
          index.unique()
              ? "ALTER TABLE " + table + " DROP CONSTRAINT IF EXISTS \"" + name + "\""
              : "DROP INDEX IF EXISTS \"" + name + "\"",
          "DROP INDEX IF EXISTS \"" + oddName(name) + "\"");
    }
  }

  /** Of SQLite, whose order of types is that of queries but for names: BLOBs are truths here. */
  static final class OfSqlite extends IndexWords {
    private static final String NULL = "-9e999";

    @Override
    IndexWords ofRows() {
      return this;
    }

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
    String there(String field) {
      String[] steps = field.split("\\.", -1);
      return type(steps, steps.length);
    }

    @Override
    List<String> columns(String field) {
      String[] steps = field.split("\\.", -1);
      String value = "json_extract(document, " + path(steps, steps.length) + ")";
      return List.of(
          "(CASE "
              + type(steps, steps.length)
              + " WHEN 'true' THEN X'01' WHEN 'false' THEN X'00' WHEN 'object' THEN CAST("
              + value
              + " AS BLOB) WHEN 'array' THEN CAST("
              + value
              + " AS BLOB) ELSE coalesce("
              + value
              + ", "
              + NULL
              + ") END)");
    }

    @Override
    List<String> odd(String[] steps) {
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
      List<String> fields = fields(index);
      List<String> where = new ArrayList<>();
      if (index.unique()) {
        where.add("document IS NOT NULL");
      }
      if (index.sparse()) {
        where.add(present(fields));
      }
      return List.of(
          "CREATE "
              + (index.unique() ? "UNIQUE " : "")
              + "INDEX \""
              + name
              + "\" ON "
              + table
              + " ("
              + ordered(index.fields())
              + (index.unique() ? "" : ", entry_key")
              + ")"
              + (where.isEmpty() ? "" : " WHERE " + String.join(" AND ", where)),
          createOdd(table, name, index));
    }

    @Override
    List<String> drop(String table, String name, IndexDefinition index) {
      return List.of(
          "DROP INDEX IF EXISTS \"" + name + "\"",
          "DROP INDEX IF EXISTS \"" + oddName(name) + "\"");
    }
  }

  static StorageException refused(IndexDefinition index, String why) {
    return StorageException.of(
        ErrorCode.UNSUPPORTED,
        "index '" + index.name() + "' of the kind " + index.type() + " " + why);
  }
}
