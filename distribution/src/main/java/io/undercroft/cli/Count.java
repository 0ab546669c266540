package io.undercroft.cli;

/** How many there are, as one says it. */
final class Count {
  private Count() {}

  static String entries(long count) {
    return count == 1 ? "1 entry" : count + " entries";
  }
}
