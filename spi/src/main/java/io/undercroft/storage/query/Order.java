package io.undercroft.storage.query;

/**
 * One step of an order: missing and null &lt; numbers &lt; strings (by code point) &lt; objects
 * &lt; arrays &lt; booleans; ties are broken by key, ascending.
 *
 * <p>Arrays compare element by element, the one that ends first is less. Objects compare by their
 * members sorted by name (by code point): the first name that differs decides, then its value; the
 * order in which members are written does not matter. {@code false} is less than {@code true}.
 *
 * @param field the path
 * @param descending whether the greatest comes first
 */
public record Order(String field, boolean descending) {
  /** Checks the path. */
  public Order {
    Field.requirePath(field);
  }

  /** The smallest first. */
  public static Order asc(String field) {
    return new Order(field, false);
  }

  /** The greatest first. */
  public static Order desc(String field) {
    return new Order(field, true);
  }
}
