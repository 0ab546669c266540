package io.undercroft.plugin.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a statement, made of our own words only, with the values of its parameters: texts, long
 * and double numbers.
 */
record Clause(String sql, List<Object> parameters) {
  static final Clause EVERYTHING = new Clause("1 = 1", List.of());

  Clause {
    parameters = List.copyOf(parameters);
  }

  /** Returns what holds if both do. */
  Clause and(Clause other) {
    List<Object> all = new ArrayList<>(parameters);
    all.addAll(other.parameters);
    return new Clause(sql + " AND (" + other.sql + ")", all);
  }

  /** Binds the parameters; returns the place after the last. */
  int bind(PreparedStatement statement, int first) throws SQLException {
    int at = first;
    for (Object value : parameters) {
      if (value instanceof Long whole) {
        statement.setLong(at++, whole);
      } else if (value instanceof Double real) {
        statement.setDouble(at++, real);
      } else {
        statement.setString(at++, (String) value);
      }
    }
    return at;
  }
}
