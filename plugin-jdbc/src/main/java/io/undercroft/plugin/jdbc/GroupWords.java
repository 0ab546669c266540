package io.undercroft.plugin.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The expressions of a statement that groups, over fields of rows that are not odd to them, and how
 * their results are read. Names of fields stand in them as they do in indexes.
 *
 * <p>Results are as pipelines give them: texts, truths, null, and numbers as {@link Long} where
 * they are whole and fit, as {@link BigDecimal} otherwise.
 */
abstract sealed class GroupWords {
  private static final BigInteger LOW = BigInteger.ONE.shiftLeft(32);

  final IndexWords words;

  private GroupWords(IndexWords words) {
    this.words = words.ofLongRows();
  }

  /**
   * What the numbers of a field are together.
   *
   * @param count how many there are
   */
  record Sum(BigDecimal sum, long count) {}

  /** Returns the columns by which a field groups; equal values have equal ones, in their order. */
  final List<String> columns(String field) {
    return words.columns(field);
  }

  /** Counts the rows that are odd to one of the fields. */
  final String odd(List<String> fields) {
    return "sum(CASE WHEN " + words.odd(fields) + " THEN 1 ELSE 0 END)";
  }

  /** Reads the value of the {@link #columns} of a field. */
  abstract @Nullable Object value(ResultSet row, int at) throws SQLException;

  /** Returns the columns that say what the numbers of a field are together. */
  abstract List<String> sum(String field);

  /**
   * Reads these.
   *
   * @throws Notation.Unsayable if they are not exact
   */
  abstract Sum sum(ResultSet row, int at) throws SQLException;

  /** Returns the columns that say which value of a field but null is the first or the last. */
  abstract List<String> extreme(String field, boolean greatest);

  /** Reads these. */
  abstract @Nullable Object extreme(ResultSet row, int at, boolean greatest) throws SQLException;

  /** Returns a number as pipelines give it. */
  static Number canonical(BigDecimal number) {
    return BinaryNumbers.isLong(number) ? number.longValue() : number.stripTrailingZeros();
  }

  /** Of PostgreSQL, whose numbers are exact. */
  static final class OfPostgres extends GroupWords {
    OfPostgres(IndexWords words) {
      super(words);
    }

    private String typed(String field, String type, String value) {
      String there = words.there(field);
      return "CASE jsonb_typeof("
          + there
          + ") WHEN '"
          + type
          + "' THEN "
          + String.format(value, there)
          + " END";
    }

    @Override
    @Nullable Object value(ResultSet row, int at) throws SQLException {
      return switch (row.getString(at)) {
        case "-Infinity" -> null;
        case "Infinity" -> row.getString(at + 1);
        case "NaN" -> Boolean.valueOf(row.getString(at + 1));
        default -> canonical(row.getBigDecimal(at));
      };
    }

    @Override
    List<String> sum(String field) {
      String number = typed(field, "number", "CAST(%s AS numeric)");
      return List.of("sum(" + number + ")", "count(" + number + ")");
    }

    @Override
    Sum sum(ResultSet row, int at) throws SQLException {
      BigDecimal sum = row.getBigDecimal(at);
      return new Sum(sum == null ? BigDecimal.ZERO : sum, row.getLong(at + 1));
    }

    @Override
    List<String> extreme(String field, boolean greatest) {
      String most = greatest ? "max(" : "min(";
      return List.of(
          most + typed(field, "number", "CAST(%s AS numeric)") + ")",
          most + "(" + typed(field, "string", "%s #>> '{}'") + ") COLLATE \"C\")",
          (greatest ? "bool_or(" : "bool_and(")
              + typed(field, "boolean", "CAST(%s AS boolean)")
              + ")");
    }

    /** Numbers are before texts, and texts before truths. */
    @Override
    @Nullable Object extreme(ResultSet row, int at, boolean greatest) throws SQLException {
      BigDecimal number = row.getBigDecimal(at);
      List<Object> there = new ArrayList<>();
      if (number != null) {
        there.add(canonical(number));
      }
      String text = row.getString(at + 1);
      if (text != null) {
        there.add(text);
      }
      boolean truth = row.getBoolean(at + 2);
      if (!row.wasNull()) {
        there.add(truth);
      }
      return there.isEmpty() ? null : there.get(greatest ? there.size() - 1 : 0);
    }
  }

  /** Of SQLite, which adds whole numbers exactly as long as they fit, and no others. */
  static final class OfSqlite extends GroupWords {
    OfSqlite(IndexWords words) {
      super(words);
    }

    @Override
    @Nullable Object value(ResultSet row, int at) throws SQLException {
      Object value = row.getObject(at);
      if (value instanceof Double real) {
        return real == Double.NEGATIVE_INFINITY ? null : canonical(BinaryNumbers.decimal(real));
      } else if (value instanceof Number whole) {
        return whole.longValue();
      } else if (value instanceof byte[] truth) {
        return truth[0] == 1;
      }
      return value;
    }

    /** In two halves, which never become too large. */
    @Override
    List<String> sum(String field) {
      String value = words.columns(field).get(0);
      String type = "typeof(" + value + ")";
      String whole = "sum(CASE " + type + " WHEN 'integer' THEN " + value;
      return List.of(
          whole + " >> 32 END)",
          whole + " & 4294967295 END)",
          "count(CASE " + type + " WHEN 'integer' THEN 1 END)",
          "count(CASE WHEN "
              + type
              + " = 'real' AND "
              + value
              + " > "
              + IndexWords.OfSqlite.NULL
              + " THEN 1 END)");
    }

    @Override
    Sum sum(ResultSet row, int at) throws SQLException {
      if (row.getLong(at + 3) > 0) {
        throw new Notation.Unsayable();
      }
      BigInteger high = BigInteger.valueOf(row.getLong(at));
      BigInteger low = BigInteger.valueOf(row.getLong(at + 1));
      return new Sum(new BigDecimal(high.multiply(LOW).add(low)), row.getLong(at + 2));
    }

    @Override
    List<String> extreme(String field, boolean greatest) {
      String value = words.columns(field).get(0);
      String known = "nullif(" + value + ", " + IndexWords.OfSqlite.NULL + ")";
      return List.of((greatest ? "max(" : "min(") + known + ")");
    }

    @Override
    @Nullable Object extreme(ResultSet row, int at, boolean greatest) throws SQLException {
      return value(row, at);
    }
  }

  /** Of MariaDB, which adds decimals exactly as long as they fit. */
  static final class OfMariaDb extends GroupWords {
    /** More than all rows of these would still fit. */
    private static final String LARGE = "100000000000000000";

    OfMariaDb(IndexWords words) {
      super(words);
    }

    private String where(String field, int rank, int column) {
      List<String> columns = words.columns(field);
      return "CASE " + columns.get(0) + " WHEN " + rank + " THEN " + columns.get(column) + " END";
    }

    @Override
    @Nullable Object value(ResultSet row, int at) throws SQLException {
      return switch (row.getInt(at)) {
        case 1 -> canonical(row.getBigDecimal(at + 1));
        case 2 -> row.getString(at + 2);
        case 5 -> row.getBigDecimal(at + 1).signum() > 0;
        default -> null;
      };
    }

    @Override
    List<String> sum(String field) {
      String number = where(field, 1, 1);
      return List.of(
          "sum(" + number + ")",
          "count(" + number + ")",
          "count(CASE WHEN abs(" + number + ") >= " + LARGE + " THEN 1 END)");
    }

    @Override
    Sum sum(ResultSet row, int at) throws SQLException {
      if (row.getLong(at + 2) > 0) {
        throw new Notation.Unsayable();
      }
      BigDecimal sum = row.getBigDecimal(at);
      return new Sum(sum == null ? BigDecimal.ZERO : sum, row.getLong(at + 1));
    }

    @Override
    List<String> extreme(String field, boolean greatest) {
      String most = greatest ? "max(" : "min(";
      return List.of(
          most + where(field, 1, 1) + ")",
          most + where(field, 2, 2) + ")",
          most + where(field, 5, 1) + ")");
    }

    /** Numbers are before texts, and texts before truths. */
    @Override
    @Nullable Object extreme(ResultSet row, int at, boolean greatest) throws SQLException {
      List<Object> there = new ArrayList<>();
      BigDecimal number = row.getBigDecimal(at);
      if (number != null) {
        there.add(canonical(number));
      }
      String text = row.getString(at + 1);
      if (text != null) {
        there.add(text);
      }
      BigDecimal truth = row.getBigDecimal(at + 2);
      if (truth != null) {
        there.add(truth.signum() > 0);
      }
      return there.isEmpty() ? null : there.get(greatest ? there.size() - 1 : 0);
    }
  }
}
