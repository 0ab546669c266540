package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
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

  /** Returns the words of one index, where an engine keeps columns of its own for each. */
  IndexWords by(JdbcIndexes.Kept index) {
    return this;
  }

  /** Returns how to tell which values the engine sees into. */
  Sight sight() {
    return Sight.PLAIN;
  }

  private OfField of(String field) {
    return known.computeIfAbsent(field, name -> words(name.split("\\.", -1)));
  }

  abstract OfField words(String[] steps);

  /** Returns the same expressions for rows that are not read by an index: no text is too long. */
  abstract IndexWords ofLongRows();

  /** Returns whether the engine finds what such a field leads to. */
  boolean finds(String field) {
    return Notation.isPlain(field);
  }

  /** Returns what is NULL if the field is missing. */
  final String there(String field) {
    return of(field).there();
  }

  final List<String> columns(String field) {
    return of(field).columns();
  }

  /** Tests whether a row is odd, for these fields. */
  String odd(List<String> fields) {
    List<String> tests = new ArrayList<>(List.of(sight().unseen()));
    for (String field : fields) {
      tests.addAll(of(field).odd());
    }
    return "(" + String.join(" OR ", tests) + ")";
  }

  /**
   * Returns the order in which odd rows are asked for, to lead the engine to the index that has
   * them; of no meaning.
   */
  String oddOrder() {
    return "";
  }

  /** Tests whether a row is not odd. What is not unique is an index of such rows only. */
  String notOdd(List<String> fields) {
    return odd(fields) + " IS NOT TRUE";
  }

  /** Tests whether a row has any of these fields. */
  String present(List<String> fields) {
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
  abstract List<String> create(String table, JdbcIndexes.Kept kept);

  /** Returns the statements that remove it. */
  List<String> drop(String table, JdbcIndexes.Kept index) {
    String name = index.name();
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
        + (index.unique() ? sight().seen() : notOdd(fields))
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

    /** It takes a third of all rows for odd, and would read the table until it has met a few. */
    @Override
    String oddOrder() {
      return " ORDER BY entry_key";
    }

    @Override
    Sight sight() {
      return Sight.OF_POSTGRES;
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
    List<String> create(String table, JdbcIndexes.Kept kept) {
      IndexDefinition index = kept.definition();
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
          createMain(table, kept.name(), index),
          createOdd(table, kept.name(), index));
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
    List<String> create(String table, JdbcIndexes.Kept kept) {
      IndexDefinition index = kept.definition();
      return List.of(createMain(table, kept.name(), index), createOdd(table, kept.name(), index));
    }
  }

  /**
   * Of MariaDB: a number that says the type, a number and a text. It has no indexes of some rows,
   * nor of expressions: so each index has columns of its own, which are computed, and one of them,
   * the first of the index, says what a row is to it. They are stored: of indexes over columns that
   * are not, a read beside a rollback was seen to end too early.
   */
  static final class OfMariaDb extends IndexWords {
    /** So long a text is whole in an index. */
    private static final int LONGEST = 100;

    /** So long a text is sorted by all its characters: they have three bytes, of 1,024. */
    private static final int SORTED = 300;

    private static final int MOST_FIELDS = 5;
    private static final int DIGEST = 32;
    private static final int EVEN = 0;
    private static final int ODD = 1;
    private static final int ABSENT = 2;

    private final JdbcIndexes.@Nullable Kept index;

    OfMariaDb() {
      this(null);
    }

    private OfMariaDb(JdbcIndexes.@Nullable Kept index) {
      this.index = index;
    }

    @Override
    IndexWords by(JdbcIndexes.Kept kept) {
      return new OfMariaDb(kept);
    }

    @Override
    boolean finds(String field) {
      return Arrays.stream(field.split("\\.", -1)).allMatch(MariaDbNotation::finds);
    }

    @Override
    IndexWords ofLongRows() {
      return this;
    }

    private static String at(String[] steps, int count) {
      StringBuilder path = new StringBuilder("$");
      for (int i = 0; i < count; i++) {
        path.append(MariaDbNotation.step(steps[i]));
      }
      byte[] utf8 = path.toString().getBytes(StandardCharsets.UTF_8);
      return "(document, CONVERT(X'" + HexFormat.of().formatHex(utf8) + "' USING utf8mb4))";
    }

    private static String type(String[] steps, int count) {
      return MariaDbNotation.type("JSON_EXTRACT" + at(steps, count));
    }

    @Override
    OfField words(String[] steps) {
      String there = type(steps, steps.length);
      return new OfField(
          there,
          index == null
              ? List.of(rank(there), number(steps), text(steps, "''"))
              : columns(prefix(index), fields(index.definition()).indexOf(String.join(".", steps))),
          odd(steps, SORTED));
    }

    private static String rank(String there) {
      return "(CASE "
          + there
          + " WHEN 'integer' THEN 1 WHEN 'double' THEN 1 WHEN 'string' THEN 2 WHEN 'object' THEN 3"
          + " WHEN 'array' THEN 4 WHEN 'boolean' THEN 5 ELSE 0 END)";
    }

    private static String number(String[] steps) {
      String value = "JSON_VALUE" + at(steps, steps.length);
      String number = MariaDbNotation.number(value);
      return "(CASE "
          + type(steps, steps.length)
          + " WHEN 'integer' THEN "
          + number
          + " WHEN 'double' THEN "
          + number
          + " WHEN 'boolean' THEN "
          + MariaDbNotation.isTrue(value)
          + " ELSE 0 END)";
    }

    private static String characters(String[] steps) {
      return "JSON_VALUE" + at(steps, steps.length) + MariaDbNotation.BY_CODE_POINT;
    }

    private static String text(String[] steps, String others) {
      return "(CASE "
          + type(steps, steps.length)
          + " WHEN 'string' THEN "
          + characters(steps)
          + " ELSE "
          + others
          + " END)";
    }

    private static List<String> odd(String[] steps, int longest) {
      List<String> tests = new ArrayList<>();
      for (int i = 1; i <= steps.length; i++) {
        tests.add(type(steps, i) + " = 'array'");
      }
      tests.add(type(steps, steps.length) + " = 'object'");
      tests.add("CHAR_LENGTH(" + text(steps, "NULL") + ") > " + longest);
      return tests;
    }

    @Override
    String odd(List<String> fields) {
      return index == null ? super.odd(fields) : state(prefix(index)) + " = " + ODD;
    }

    @Override
    String notOdd(List<String> fields) {
      return index == null ? super.notOdd(fields) : state(prefix(index)) + " = " + EVEN;
    }

    /** What is absent is not even. */
    @Override
    String present(List<String> fields) {
      return index == null ? super.present(fields) : "1 = 1";
    }

    @Override
    String test(String field, String sign, @Nullable Object value, Binds binds) {
      String rank = columns(field).get(0);
      String number = columns(field).get(1);
      String text = columns(field).get(2);
      if (value == null) {
        return rank + " = 0 AND " + number + " = 0 AND " + text + " = ''";
      } else if (value instanceof Number wanted) {
        BigDecimal decimal = Notation.decimal(wanted);
        if (!DecimalNumbers.holds(decimal)) {
          throw new Notation.Unsayable();
        }
        String bound = MariaDbNotation.number(binds.of(DecimalNumbers.text(decimal)));
        return compared(rank + " = 1 AND " + number, sign, bound, text);
      } else if (value instanceof Boolean truth) {
        return compared(rank + " = 5 AND " + number, sign, truth ? "1" : "0", text);
      }
      String wanted = (String) value;
      if (wanted.codePointCount(0, wanted.length()) >= LONGEST) {
        throw new Notation.Unsayable();
      }
      return rank + " = 2 AND " + number + " = 0 AND " + text + " " + sign + " " + binds.of(wanted);
    }

    private static String compared(String left, String sign, String right, String text) {
      return left + " " + sign + " " + right + (sign.equals("=") ? " AND " + text + " = ''" : "");
    }

    // ---- the columns of an index

    /**
     * Returns how the names of columns begin. Numbers of indexes are given anew, so there is a sum
     * of what the columns hold in it: who does not know yet that an index is another one reads none
     * of its columns.
     */
    private static String prefix(JdbcIndexes.Kept kept) {
      IndexDefinition index = kept.definition();
      CRC32 sum = new CRC32();
      for (Order field : index.fields()) {
        sum.update(JsonTexts.of(field.field()).getBytes(StandardCharsets.UTF_8));
      }
      sum.update(index.sparse() ? 1 : 0);
      return "index_" + kept.number() + "_" + Long.toHexString(sum.getValue());
    }

    private static String state(String prefix) {
      return "`" + prefix + "_state`";
    }

    private static List<String> columns(String prefix, int field) {
      String column = "`" + prefix + "_" + field;
      return List.of(column + "_rank`", column + "_number`", column + "_text`");
    }

    private static String reading(String name) {
      return "`" + name + "_read`";
    }

    @Override
    List<String> create(String table, JdbcIndexes.Kept kept) {
      IndexDefinition index = kept.definition();
      String name = kept.name();
      if (index.fields().size() > MOST_FIELDS) {
        throw refused(index, "has more than " + MOST_FIELDS + " fields");
      }
      String keys = by(kept).ordered(index.fields());
      List<String> statements = new ArrayList<>(drop(table, kept));
      statements.add("ALTER TABLE " + table + adding(prefix(kept), index));
      if (index.unique()) {
        statements.add("CREATE UNIQUE INDEX `" + name + "` ON " + table + " (" + keys + ")");
      }
      statements.add(
          "CREATE INDEX "
              + (index.unique() ? reading(name) : "`" + name + "`")
              + " ON "
              + table
              + " ("
              + state(prefix(kept))
              + ", "
              + keys
              + ")");
      return statements;
    }

    /**
     * Returns the columns, each by those before it: all of a table's expressions together have no
     * more than 64 KiB.
     */
    private String adding(String prefix, IndexDefinition index) {
      List<String> fields = fields(index);
      List<String> odd = new ArrayList<>(List.of(sight().unseen()));
      StringBuilder columns = new StringBuilder();
      for (String field : fields) {
        String[] steps = field.split("\\.", -1);
        List<String> names = columns(prefix, fields.indexOf(field));
        columns.append(
            column(names.get(0), "TINYINT", rank(steps, index, field.equals(fields.get(0)))));
        columns.append(
            column(
                names.get(1),
                "DECIMAL(" + DecimalNumbers.DIGITS + ", " + DecimalNumbers.SCALE + ")",
                kept(names.get(0), steps)));
        columns.append(
            column(
                names.get(2),
                "VARCHAR("
                    + (LONGEST + DIGEST)
                    + ") CHARACTER SET utf8mb4"
                    + MariaDbNotation.BY_CODE_POINT,
                cut(names.get(0), steps)));
        for (int i = 1; i < steps.length; i++) {
          odd.add(type(steps, i) + " = 'array'");
        }
        odd.add(names.get(0) + " IN (3, 4)");
        odd.add("CHAR_LENGTH(" + names.get(2) + ") > " + LONGEST);
      }
      String absent = " WHEN " + columns(prefix, 0).get(0) + " IS NULL THEN " + ABSENT;
      return columns
          .append(
              column(
                  state(prefix),
                  "TINYINT",
                  "CASE WHEN "
                      + String.join(" OR ", odd)
                      + " THEN "
                      + ODD
                      + absent
                      + " ELSE "
                      + EVEN
                      + " END"))
          .substring(1);
    }

    private static String column(String name, String type, String expression) {
      return ", ADD COLUMN " + name + " " + type + " AS (" + expression + ") STORED INVISIBLE";
    }

    /** As {@link #rank(String)}, in fewer letters; NULL for what a unique index does not bind. */
    private String rank(String[] steps, IndexDefinition index, boolean first) {
      String rank =
          "FIELD(REPLACE(JSON_TYPE(JSON_EXTRACT"
              + at(steps, steps.length)
              + "), 'DOUBLE', 'INTEGER'), 'INTEGER', 'STRING', 'OBJECT', 'ARRAY', 'BOOLEAN')";
      String bound = index.sparse() ? present(fields(index)) : sight().seen();
      return first ? "CASE WHEN " + bound + " THEN " + rank + " END" : rank;
    }

    private static String kept(String rank, String[] steps) {
      String value = "JSON_VALUE" + at(steps, steps.length);
      return "CASE "
          + rank
          + " WHEN 1 THEN "
          + MariaDbNotation.number(value)
          + " WHEN 5 THEN "
          + MariaDbNotation.isTrue(value)
          + " ELSE 0 END";
    }

    /** Arrays and objects count as a whole. */
    private static String cut(String rank, String[] steps) {
      String text = "JSON_VALUE" + at(steps, steps.length);
      String whole = "MD5(JSON_NORMALIZE(JSON_EXTRACT" + at(steps, steps.length) + "))";
      return "CASE "
          + rank
          + " WHEN 2 THEN CONCAT(LEFT("
          + text
          + ", "
          + LONGEST
          + "), IF(CHAR_LENGTH("
          + text
          + ") > "
          + LONGEST
          + ", MD5("
          + text
          + "), '')) WHEN 3 THEN "
          + whole
          + " WHEN 4 THEN "
          + whole
          + " ELSE '' END";
    }

    @Override
    List<String> drop(String table, JdbcIndexes.Kept kept) {
      StringBuilder columns = new StringBuilder(" DROP COLUMN IF EXISTS " + state(prefix(kept)));
      for (int i = 0; i < kept.definition().fields().size(); i++) {
        for (String column : columns(prefix(kept), i)) {
          columns.append(", DROP COLUMN IF EXISTS ").append(column);
        }
      }
      return List.of(
          "DROP INDEX IF EXISTS `" + kept.name() + "` ON " + table,
          "DROP INDEX IF EXISTS " + reading(kept.name()) + " ON " + table,
          "ALTER TABLE " + table + columns);
    }
  }

  static StorageException refused(IndexDefinition index, String why) {
    return StorageException.of(
        ErrorCode.UNSUPPORTED,
        "index '" + index.name() + "' of the kind " + index.type() + " " + why);
  }
}
