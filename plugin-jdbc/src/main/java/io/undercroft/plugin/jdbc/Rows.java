package io.undercroft.plugin.jdbc;

import java.util.Optional;

/**
 * The rows of which an engine is sure that they match, to be counted or grouped.
 *
 * @param from what stands behind FROM: bound are said, now
 * @param besides the rows of which it is unsure, likewise: bound is now
 * @param said what is asked of the rows
 * @param index the index that leads to them
 */
record Rows(String from, String besides, Clause said, Optional<JdbcIndexes.Kept> index) {
  /** Asks whether there is a row of which the engine is unsure. */
  String isAnyBesides() {
    return "EXISTS (SELECT 1 FROM " + besides + ")";
  }

  /** Returns the statement for their number, and whether there are any besides. */
  String counting() {
    return "SELECT (SELECT count(*) FROM " + from + "), " + isAnyBesides();
  }
}
