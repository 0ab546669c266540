package io.undercroft.benchmarks;

/**
 * What is stored to see how things grow: in JSON about 80 bytes. Public, as JSON-B asks for.
 *
 * @param shelf has a hundred rows
 */
public record GrowthRow(int number, int shelf, String text) {
  private static final int ON_A_SHELF = 100;
  private static final int LEAST_KEY = 100_000_000; // so that all keys are equally long

  static GrowthRow of(int number) {
    return new GrowthRow(number, shelf(number), "Nothing is told of this row.");
  }

  static int shelf(int number) {
    return number / ON_A_SHELF;
  }

  static String key(int number) {
    return "row-" + (LEAST_KEY + number);
  }
}
