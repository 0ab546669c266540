package io.undercroft.plugin.jdbc;

/**
 * Tests whether the engine sees into the value of a row: it does not, if the value is in {@code
 * bytes}.
 *
 * <p>It is not said of the document, which every write changes: PostgreSQL would write into every
 * index again for it, because it leaves indexes alone only while no column changes that any of them
 * mentions (heap-only tuples).
 *
 * @param unseen that it does not, as indexes and queries say it, in the same words
 * @param seen the opposite
 */
record Sight(String unseen, String seen) {
  static final Sight PLAIN = new Sight("bytes IS NOT NULL", "bytes IS NULL");

  /**
   * Before it has counted, PostgreSQL takes nearly every row for one in which a column {@code IS
   * NOT NULL}, and reads them all; of an equality it expects few.
   */
  static final Sight OF_POSTGRES = new Sight("num_nulls(bytes) = 0", "num_nulls(bytes) <> 0");
}
