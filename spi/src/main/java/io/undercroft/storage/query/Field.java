package io.undercroft.storage.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A field of the values, to build conditions from: {@code field("author").eq("Alice")}.
 *
 * <p>A path walks into objects and array elements by dots: {@code "address.city"}, {@code
 * "tags.0"}. Values are texts, numbers, booleans, lists and maps.
 *
 * @param path the path, 1 to 1,024 characters, no empty step
 */
public record Field(String path) {
  private static final int LONGEST_PATH = 1_024;

  /** Checks the path. */
  public Field {
    requirePath(path);
  }

  /** Returns the field at this path. */
  public static Field field(String path) {
    return new Field(path);
  }

  static void requirePath(String path) {
    if (path.isEmpty()
        || path.length() > LONGEST_PATH
        || path.startsWith(".")
        || path.endsWith(".")
        || path.contains("..")
        || path.indexOf('\0') >= 0) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "field path "
              + StorageException.quote(path)
              + " is not valid: use names separated by single dots, 1 to 1,024 characters");
    }
  }

  private Condition compare(Operator operator, Object value) {
    return new Condition.Comparison(path, operator, Optional.of(value));
  }

  /** Equal to this value. */
  public Condition eq(Object value) {
    return compare(Operator.EQ, value);
  }

  /** JSON's null, or missing. */
  public Condition isNull() {
    return new Condition.Comparison(path, Operator.EQ, Optional.empty());
  }

  /** Not equal to this value, or missing. */
  public Condition ne(Object value) {
    return compare(Operator.NE, value);
  }

  /** Neither JSON's null nor missing. */
  public Condition isNotNull() {
    return new Condition.Comparison(path, Operator.NE, Optional.empty());
  }

  /** Greater than this value of the same type. */
  public Condition gt(Object value) {
    return compare(Operator.GT, value);
  }

  /** Greater than or equal to this value of the same type. */
  public Condition gte(Object value) {
    return compare(Operator.GTE, value);
  }

  /** Less than this value of the same type. */
  public Condition lt(Object value) {
    return compare(Operator.LT, value);
  }

  /** Less than or equal to this value of the same type. */
  public Condition lte(Object value) {
    return compare(Operator.LTE, value);
  }

  /** Equal to one of these values. */
  public Condition in(Object... values) {
    return in(List.of(values));
  }

  /** Equal to one of these values. */
  public Condition in(Collection<?> values) {
    return compare(Operator.IN, List.copyOf(values));
  }

  /** Equal to none of these values, or missing. */
  public Condition nin(Object... values) {
    return nin(List.of(values));
  }

  /** Equal to none of these values, or missing. */
  public Condition nin(Collection<?> values) {
    return compare(Operator.NIN, List.copyOf(values));
  }

  /** A text in which this RE2 pattern is found; not anchored, flags inline. */
  public Condition regex(String re2) {
    return compare(Operator.REGEX, re2);
  }

  /** A text in which this pattern is found, by RE2; its flags are taken over. */
  public Condition regex(Pattern pattern) {
    String flags = (pattern.flags() & Pattern.CASE_INSENSITIVE) != 0 ? "i" : "";
    flags += (pattern.flags() & Pattern.MULTILINE) != 0 ? "m" : "";
    flags += (pattern.flags() & Pattern.DOTALL) != 0 ? "s" : "";
    return regex(flags.isEmpty() ? pattern.pattern() : "(?" + flags + ")" + pattern.pattern());
  }

  /** The field is there; JSON's null is there. */
  public Condition exists() {
    return compare(Operator.EXISTS, true);
  }

  /** The field is missing. */
  public Condition missing() {
    return compare(Operator.EXISTS, false);
  }

  /** An object, or one element of an array, for which this holds. */
  public Condition matches(Condition inner) {
    return new Condition.Nested(path, inner);
  }

  /**
   * A text, or one of an array of texts, in which a fulltext index of this field finds what is
   * searched. {@code red house} asks for both words in any order, {@code "red house"} for one
   * behind the other, {@code hous*} for a word that begins so, {@code -blue} for what does not have
   * the word. Case does not matter, accents do, and words are not cut to their stems. There is no
   * wrong text; one without a word to find, or with only words to leave out, finds nothing.
   *
   * <p>Texts of more than 1,000 characters, and queries that search for more than 50 words, are
   * INVALID_QUERY. All that one query searches must be in one index; searches are joined by {@code
   * and} with the rest, by {@code or} among themselves, and stand in no {@code not} and no {@code
   * matches}. The results carry a score, and come by it where the query has no order.
   */
  public Condition search(String words) {
    return compare(Operator.SEARCH, words);
  }

  /**
   * A GeoJSON point, or one of an array of them, at most this far away: over the earth as a sphere,
   * across the date line and the poles as anywhere. Needs a spatial index of this field. What is no
   * point, or not on the earth, is not found. A query that asks for it and has no order comes the
   * nearest first.
   *
   * @param longitude degrees, -180 to 180
   * @param latitude degrees, -90 to 90
   * @param maxMetres the distance, positive
   */
  public Condition near(double longitude, double latitude, double maxMetres) {
    return compare(
        Operator.NEAR,
        Map.of(
            "type",
            "Point",
            "coordinates",
            List.of(longitude, latitude),
            "maxDistance",
            maxMetres));
  }

  /**
   * A GeoJSON point, or one of an array of them, within this GeoJSON polygon: a list of rings of
   * [longitude, latitude], the outer one first, then holes, each ending where it began; at most
   * 10,000 places. Edges are straight in longitude and latitude and do not cross the date line: an
   * area that does is two polygons, joined by {@code or}, or a {@code MultiPolygon} in the wire
   * form. Needs a spatial index of this field.
   */
  public Condition within(List<List<List<Double>>> rings) {
    return compare(Operator.WITHIN, Map.of("type", "Polygon", "coordinates", rings));
  }
}
