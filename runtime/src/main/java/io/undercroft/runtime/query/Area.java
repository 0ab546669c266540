package io.undercroft.runtime.query;

import io.undercroft.spi.Indexing;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.lucene.geo.Component2D;
import org.apache.lucene.geo.LatLonGeometry;
import org.apache.lucene.geo.Polygon;
import org.apache.lucene.geo.Rectangle;
import org.apache.lucene.index.PointValues.Relation;
import org.jspecify.annotations.Nullable;

/**
 * The part of the earth that {@code near} or {@code within} asks for.
 *
 * <p>{@code near} takes a GeoJSON point with a {@code maxDistance} in metres, measured over a
 * sphere; without one it reaches everywhere. {@code within} takes a GeoJSON {@code Polygon} or
 * {@code MultiPolygon} of at most 10,000 vertices. As RFC 7946 says, its edges are straight in
 * longitude and latitude and do not go over the date line: an area that does is cut in two. The
 * outer border belongs to it. Which way round a ring goes does not matter.
 *
 * <p>A polygon whose edges lie beside each other by the thousand makes every look long: after some
 * 100 ms of these INVALID_QUERY is thrown.
 *
 * <p><b>Threads:</b> for one query.
 */
public final class Area {
  private static final int MOST_VERTICES = 10_000;
  private static final int FEWEST_VERTICES = 4; // of a ring, the first of them again as the last

  /** From here on a circle has no useful bounds. */
  private static final double FAR = 10_000_000;

  /** What bounds are widened by, so that rounding leaves nothing out. */
  private static final double MARGIN_DEGREES = 1e-9;

  /** How many edges are looked at, at most. */
  private static final long MOST_EDGES = 15_000_000;

  /** From so many edges beside each other on, only the bounds of polygons are compared. */
  private static final int MANY_EDGES = 500;

  private static final double MARGIN_METRES = 1;
  private static final double MARGIN = 1.000_001;

  private final @Nullable Point centre;
  private final double metres;
  private final @Nullable Rectangle bounds;
  private final @Nullable Component2D polygons;

  /** How many edges may have to be looked at for one point. */
  private final int edges;

  private long looked;

  private Area(Point centre, double metres) {
    this.centre = centre;
    this.metres = metres;
    this.bounds =
        metres > FAR
            ? null
            : Rectangle.fromPointDistance(
                centre.latitude(), centre.longitude(), metres * MARGIN + MARGIN_METRES);
    this.polygons = null;
    this.edges = 0;
  }

  private Area(List<Polygon> polygons) {
    this.centre = null;
    this.metres = 0;
    this.bounds = null;
    this.polygons = LatLonGeometry.create(polygons.toArray(LatLonGeometry[]::new));
    this.edges = mostBeside(polygons);
  }

  /** Returns how many edges pass the same latitude, where they are most. */
  private static int mostBeside(List<Polygon> polygons) {
    List<Double> from = new ArrayList<>();
    List<Double> to = new ArrayList<>();
    polygons.forEach(polygon -> addEdges(polygon, from, to));
    from.sort(null);
    to.sort(null);
    int most = 0;
    for (int begun = 0, ended = 0; begun < from.size(); begun++) {
      while (to.get(ended) < from.get(begun)) {
        ended++;
      }
      most = Math.max(most, begun + 1 - ended);
    }
    return most;
  }

  private static void addEdges(Polygon ring, List<Double> from, List<Double> to) {
    for (int i = 1; i < ring.numPoints(); i++) {
      from.add(Math.min(ring.getPolyLat(i - 1), ring.getPolyLat(i)));
      to.add(Math.max(ring.getPolyLat(i - 1), ring.getPolyLat(i)));
    }
    for (Polygon hole : ring.getHoles()) {
      addEdges(hole, from, to);
    }
  }

  /** Returns whether a comparison asks for an area. */
  public static boolean isAskedBy(Condition.Comparison comparison) {
    return comparison.operator() == Operator.NEAR || comparison.operator() == Operator.WITHIN;
  }

  /**
   * Reads what a comparison asks for.
   *
   * @throws StorageException INVALID_QUERY if that is no such area
   */
  public static Area of(Condition.Comparison comparison) {
    Map<?, ?> geometry = (Map<?, ?>) comparison.value().orElseThrow();
    return comparison.operator() == Operator.NEAR
        ? near(comparison, geometry)
        : within(comparison, geometry);
  }

  private static Area near(Condition.Comparison comparison, Map<?, ?> geometry) {
    requireMembers(comparison, geometry, Set.of("type", "coordinates", "maxDistance"));
    Point centre = Point.of(geometry);
    if (centre == null) {
      throw invalid(
          comparison,
          "a GeoJSON point: {\"type\":\"Point\",\"coordinates\":[longitude,latitude],\"maxDistance\":metres}, -180 to 180 and -90 to 90");
    }
    if (!geometry.containsKey("maxDistance")) {
      return new Area(centre, Double.POSITIVE_INFINITY);
    }
    Object most = geometry.get("maxDistance");
    if (!(most instanceof Number metres) || !(metres.doubleValue() > 0)) {
      throw invalid(comparison, "a 'maxDistance' in metres that is a number above 0");
    }
    return new Area(centre, metres.doubleValue());
  }

  private static Area within(Condition.Comparison comparison, Map<?, ?> geometry) {
    requireMembers(comparison, geometry, Set.of("type", "coordinates"));
    Object type = geometry.get("type");
    Object coordinates = geometry.get("coordinates");
    int[] vertices = {0};
    List<Polygon> polygons = new ArrayList<>();
    if ("Polygon".equals(type)) {
      polygons.add(polygon(comparison, coordinates, vertices));
    } else if ("MultiPolygon".equals(type) && coordinates instanceof List<?> all) {
      for (Object one : all) {
        polygons.add(polygon(comparison, one, vertices));
      }
    }
    if (polygons.isEmpty()) {
      throw invalid(comparison, "a GeoJSON 'Polygon' or 'MultiPolygon' with its coordinates");
    }
    return new Area(polygons);
  }

  private static Polygon polygon(
      Condition.Comparison comparison, @Nullable Object coordinates, int[] vertices) {
    if (!(coordinates instanceof List<?> rings) || rings.isEmpty()) {
      throw invalid(comparison, "polygons that are lists of rings, the outer one first");
    }
    List<Polygon> all = new ArrayList<>(rings.size());
    for (Object ring : rings) {
      all.add(ring(comparison, ring, vertices));
    }
    Polygon outer = all.get(0);
    return new Polygon(
        outer.getPolyLats(),
        outer.getPolyLons(),
        all.subList(1, all.size()).toArray(Polygon[]::new));
  }

  private static Polygon ring(
      Condition.Comparison comparison, @Nullable Object coordinates, int[] vertices) {
    if (!(coordinates instanceof List<?> positions) || positions.size() < FEWEST_VERTICES) {
      throw invalid(comparison, "rings of four positions or more, the last one as the first");
    }
    vertices[0] += positions.size();
    if (vertices[0] > MOST_VERTICES) {
      throw invalid(comparison, "at most 10,000 vertices");
    }
    double[] latitudes = new double[positions.size()];
    double[] longitudes = new double[positions.size()];
    for (int i = 0; i < latitudes.length; i++) {
      Point position = Point.ofCoordinates(positions.get(i));
      if (position == null) {
        throw invalid(
            comparison, "positions [longitude, latitude], -180 to 180 and -90 to 90 degrees");
      }
      latitudes[i] = position.latitude();
      longitudes[i] = position.longitude();
    }
    int last = latitudes.length - 1;
    if (latitudes[0] != latitudes[last] || longitudes[0] != longitudes[last]) {
      throw invalid(comparison, "rings whose last position is the first one again");
    }
    return new Polygon(latitudes, longitudes);
  }

  private static void requireMembers(
      Condition.Comparison comparison, Map<?, ?> geometry, Set<String> known) {
    for (Object name : geometry.keySet()) {
      if (!known.contains(name)) {
        throw invalid(
            comparison,
            "no member " + StorageException.quote(String.valueOf(name)) + ", only " + known);
      }
    }
  }

  private static StorageException invalid(Condition.Comparison comparison, String needed) {
    return StorageException.of(
        ErrorCode.INVALID_QUERY,
        "'%s' on %s needs %s"
            .formatted(
                comparison.operator().wireName(),
                StorageException.quote(comparison.field()),
                needed));
  }

  /** Returns whether it is what {@code near} asks for. */
  public boolean isNear() {
    return centre != null;
  }

  /** Returns the point that {@code near} measures from. */
  Point requireCentre() {
    return Objects.requireNonNull(centre, "only 'near' has a centre");
  }

  /** Returns how many metres a point is away from where {@code near} measures from. */
  public double distanceTo(Point point) {
    return requireCentre().metresTo(point);
  }

  /** Returns how far {@code near} reaches, in metres. */
  public double metres() {
    return metres;
  }

  /** Returns what lies no further away than this, of what {@code near} asks for. */
  public Area upTo(double nearer) {
    return new Area(requireCentre(), Math.min(nearer, metres));
  }

  /**
   * Returns whether a point lies in it.
   *
   * @throws StorageException INVALID_QUERY if that takes too long for too many points
   */
  public boolean contains(Point point) {
    if (centre != null) {
      return centre.metresTo(point) <= metres;
    }
    looked += edges;
    if (looked > MOST_EDGES) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "'within' has a polygon with %d edges beside each other, too many for all the points there are; ask for a simpler one, or for its parts"
              .formatted(edges));
    }
    return polygons != null && polygons.contains(point.longitude(), point.latitude());
  }

  /** Returns boxes in which every point of it lies. */
  public List<Indexing.Box> boxes() {
    if (polygons != null) {
      return List.of(
          box(polygons.getMinX(), polygons.getMinY(), polygons.getMaxX(), polygons.getMaxY()));
    }
    if (bounds == null) {
      return List.of(box(-180, -90, 180, 90));
    }
    return bounds.crossesDateline()
        ? List.of(
            box(bounds.minLon, bounds.minLat, 180, bounds.maxLat),
            box(-180, bounds.minLat, bounds.maxLon, bounds.maxLat))
        : List.of(box(bounds.minLon, bounds.minLat, bounds.maxLon, bounds.maxLat));
  }

  private static Indexing.Box box(double west, double south, double east, double north) {
    return new Indexing.Box(
        west - MARGIN_DEGREES,
        south - MARGIN_DEGREES,
        east + MARGIN_DEGREES,
        north + MARGIN_DEGREES);
  }

  /** Returns false if no point between these longitudes and latitudes lies in it. */
  public boolean mayTouch(double west, double south, double east, double north) {
    double left = west - MARGIN_DEGREES;
    double right = east + MARGIN_DEGREES;
    double low = south - MARGIN_DEGREES;
    double high = north + MARGIN_DEGREES;
    if (polygons != null && edges > MANY_EDGES) {
      return right >= polygons.getMinX()
          && left <= polygons.getMaxX()
          && high >= polygons.getMinY()
          && low <= polygons.getMaxY();
    }
    if (polygons != null) {
      return polygons.relate(left, right, low, high) != Relation.CELL_OUTSIDE_QUERY;
    }
    if (bounds == null) {
      return true;
    }
    boolean across =
        bounds.crossesDateline()
            ? right >= bounds.minLon || left <= bounds.maxLon
            : right >= bounds.minLon && left <= bounds.maxLon;
    return across && high >= bounds.minLat && low <= bounds.maxLat;
  }
}
