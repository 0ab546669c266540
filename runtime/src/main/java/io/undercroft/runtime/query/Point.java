package io.undercroft.runtime.query;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place on the earth, as GeoJSON has it.
 *
 * @param longitude degrees, -180 to 180
 * @param latitude degrees, -90 to 90
 */
public record Point(double longitude, double latitude) {
  private static final double EARTH_RADIUS = 6_371_008.7714;
  private static final double MOST_LONGITUDE = 180;
  private static final double MOST_LATITUDE = 90;

  /**
   * Returns the point that a value of a document is: an object with the type {@code Point} and with
   * {@code coordinates} that lie on the earth, longitude first; a height behind them means nothing.
   * Null for everything else.
   */
  public static @Nullable Point of(@Nullable Object value) {
    return value instanceof Map<?, ?> object && "Point".equals(object.get("type"))
        ? ofCoordinates(object.get("coordinates"))
        : null;
  }

  /** Returns the point that a list of numbers is, or null. */
  static @Nullable Point ofCoordinates(@Nullable Object coordinates) {
    if (!(coordinates instanceof List<?> list)
        || list.size() < 2
        || !(list.get(0) instanceof Number longitude)
        || !(list.get(1) instanceof Number latitude)) {
      return null;
    }
    Point point = new Point(longitude.doubleValue(), latitude.doubleValue());
    return Math.abs(point.longitude) <= MOST_LONGITUDE && Math.abs(point.latitude) <= MOST_LATITUDE
        ? point
        : null;
  }

  /** Returns how many metres it is to another point over a sphere, by the haversine formula. */
  public double metresTo(Point other) {
    double north = Math.sin(Math.toRadians(other.latitude - latitude) / 2);
    double east = Math.sin(Math.toRadians(other.longitude - longitude) / 2);
    double chord =
        north * north
            + Math.cos(Math.toRadians(latitude))
                * Math.cos(Math.toRadians(other.latitude))
                * east
                * east;
    return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(chord)));
  }
}
