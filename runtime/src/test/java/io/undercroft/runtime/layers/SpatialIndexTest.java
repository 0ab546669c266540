package io.undercroft.runtime.layers;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpatialIndexTest {
  private static final IndexDefinition PLACES = IndexDefinition.spatial("places", "at");

  /** Metres, more or less, at the border of a circle: another formula rounds otherwise. */
  private static final double TOLERANCE = 0.01;

  private final ManualClock clock = new ManualClock();
  private final IndexedShelf shelf = new IndexedShelf(clock);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    shelf.close();
    threads.shutdownNow();
  }

  private static String point(double longitude, double latitude) {
    return "{\"type\":\"Point\",\"coordinates\":[" + longitude + "," + latitude + "]}";
  }

  private void at(String key, double longitude, double latitude) {
    shelf.put(key, "{\"at\":" + point(longitude, latitude) + "}");
  }

  private static Condition near(double longitude, double latitude, double metres) {
    return field("at").near(longitude, latitude, metres);
  }

  private static List<List<Double>> box(double west, double south, double east, double north) {
    return List.of(
        List.of(west, south),
        List.of(east, south),
        List.of(east, north),
        List.of(west, north),
        List.of(west, south));
  }

  private static Condition within(Map<String, Object> geometry) {
    return new Condition.Comparison("at", Operator.WITHIN, Optional.of(geometry));
  }

  private static Condition nearBy(Map<String, Object> geometry) {
    return new Condition.Comparison("at", Operator.NEAR, Optional.of(geometry));
  }

  private static StorageException failure(ErrorCode code, ThrowingCallable call) {
    StorageException failure = catchThrowableOfType(StorageException.class, call);
    assertThat(failure).as("a StorageException with %s", code).isNotNull();
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    return failure;
  }

  private void cities() {
    at("Bonn", 7.0998, 50.7339);
    at("Köln", 6.9599, 50.9383);
    at("Berlin", 13.3834, 52.5196);
    at("Sydney", 151.2083, -33.8678);
    at("Suva", 178.4419, -18.1416);
    at("Apia", -171.7667, -13.8333);
    shelf.put("nowhere", "{\"at\":null}");
  }

  @Test
  void theNearestComesFirstAndNothingTooFarAway() {
    cities();
    shelf.create(PLACES);
    assertThat(shelf.keys(near(7, 50.75, 30_000))).containsExactly("Bonn", "Köln");
    assertThat(shelf.keys(near(7, 50.9, 30_000))).containsExactly("Köln", "Bonn");
    assertThat(shelf.keys(near(7, 50.75, 600_000))).containsExactly("Bonn", "Köln", "Berlin");
    assertThat(shelf.keys(Query.where(near(7, 50.75, 600_000)).limit(1).offset(1)))
        .containsExactly("Köln");
    assertThat(shelf.keys(Query.where(near(7, 50.75, 600_000)).orderBy(Order.desc("at"))))
        .containsExactly("Berlin", "Bonn", "Köln");
    Condition anywhere = nearBy(Map.of("type", "Point", "coordinates", List.of(180, -16)));
    assertThat(shelf.keys(Query.where(anywhere).limit(3)))
        .containsExactly("Suva", "Apia", "Sydney");
    assertThat(shelf.keys(anywhere)).hasSize(6).startsWith("Suva", "Apia").endsWith("Bonn");
  }

  @Test
  void theDateLineAndThePolesAreNoBorders() {
    shelf.create(PLACES);
    at("east", 179.999, 0);
    at("west", -179.999, 0);
    at("on it", 180, 0);
    at("on it, too", -180, 0);
    at("pole", 12, 90);
    at("by the pole", -170, 89.999);
    at("other side", 10, 89.999);
    assertThat(shelf.keys(near(179.9994, 0, 200)))
        .startsWith("east")
        .endsWith("west")
        .contains("on it", "on it, too")
        .hasSize(4);
    assertThat(shelf.keys(near(-179.9996, 0, 70)))
        .endsWith("west")
        .contains("on it", "on it, too")
        .hasSize(3);
    assertThat(shelf.keys(near(100, 90, 1))).containsExactly("pole");
    assertThat(shelf.keys(near(100, 90, 200)))
        .containsExactlyInAnyOrder("pole", "by the pole", "other side");
    Condition across =
        within(
            Map.of(
                "type",
                "MultiPolygon",
                "coordinates",
                List.of(List.of(box(179, -1, 180, 1)), List.of(box(-180, -1, -179, 1)))));
    assertThat(shelf.keys(across)).containsExactlyInAnyOrder("east", "west", "on it", "on it, too");
  }

  @Test
  void aPolygonHasHolesAndItsBorderBelongsToIt() {
    shelf.create(PLACES);
    at("in", 2, 2);
    at("in the hole", 5, 5);
    at("on the border", 0, 3);
    at("out", -0.000001, 3);
    Condition square = field("at").within(List.of(box(0, 0, 10, 10), box(4, 4, 6, 6)));
    assertThat(shelf.keys(square)).containsExactlyInAnyOrder("in", "on the border");
    assertThat(shelf.count(square)).isEqualTo(2);
    assertThat(shelf.keys(Query.where(square).limit(10)))
        .as("by key")
        .containsExactly("in", "on the border");
    List<List<Double>> other = new ArrayList<>(box(0, 0, 10, 10));
    java.util.Collections.reverse(other);
    assertThat(shelf.keys(field("at").within(List.of(other)))).as("the other way round").hasSize(3);
  }

  @Test
  void onlyPointsOnTheEarthAreFound() {
    shelf.create(PLACES);
    shelf.put("text", "{\"at\":\"7,50\"}");
    shelf.put("pair", "{\"at\":[7,50]}");
    shelf.put("too far north", "{\"at\":" + point(7, 90.1) + "}");
    shelf.put("no number", "{\"at\":{\"type\":\"Point\",\"coordinates\":[\"7\",\"50\"]}}");
    shelf.put("huge", "{\"at\":{\"type\":\"Point\",\"coordinates\":[1e9999,50]}}");
    shelf.put("line", "{\"at\":{\"type\":\"LineString\",\"coordinates\":[[7,50],[8,50]]}}");
    shelf.put("high", "{\"at\":{\"type\":\"Point\",\"coordinates\":[7,50,8848]}}");
    shelf.put("several", "{\"at\":[" + point(-7, -50) + "," + point(7.0001, 50) + "]}");
    assertThat(shelf.keys(near(7, 50, 50_000))).containsExactly("high", "several");
    assertThat(shelf.keys(near(-7, -50, 50_000))).containsExactly("several");
    assertThat(shelf.count(near(7, 50, 20_000_000))).isEqualTo(2);
    assertThat(shelf.keys(near(0, 0, 20_000_000))).as("each once").hasSize(2);
    assertThat(shelf.info().entries()).isEqualTo(2);
  }

  @Test
  void anAreaMayStandAnywhereInAConditionIfThereIsAnIndex() {
    Condition close = near(7, 50.75, 30_000);
    cities();
    assertThat(failure(ErrorCode.UNSUPPORTED, () -> shelf.keys(close)))
        .hasMessageContaining("'at'")
        .hasMessageContaining("IndexDefinition.spatial(")
        .hasMessageContaining("undercroft index create");
    shelf.create(PLACES);
    assertThat(shelf.keys(Query.where(close.not()).limit(10)))
        .containsExactly("Apia", "Berlin", "Suva", "Sydney", "nowhere");
    assertThat(shelf.keys(Query.where(close.or(field("at").isNull())).limit(10)))
        .containsExactly("Bonn", "Köln", "nowhere");
    assertThat(shelf.keys(close.and(near(6.96, 50.94, 1_000)))).containsExactly("Köln");
    shelf.create(IndexDefinition.spatial("rooms", "rooms.at"));
    shelf.put(
        "house",
        "{\"rooms\":[{\"free\":true,\"at\":"
            + point(1, 1)
            + "},{\"free\":false,\"at\":"
            + point(2, 2)
            + "}]}");
    Condition nearOne = field("at").near(1, 1, 10);
    assertThat(shelf.keys(field("rooms").matches(nearOne.and(field("free").eq(true)))))
        .containsExactly("house");
    assertThat(shelf.keys(field("rooms").matches(nearOne.and(field("free").eq(false))))).isEmpty();
    assertThat(shelf.keys(field("rooms.at").near(2, 2, 10))).containsExactly("house");
    failure(ErrorCode.UNSUPPORTED, () -> shelf.keys(field("else").matches(nearOne)));
  }

  @Test
  void explainSaysWhatTheIndexFindsAndWhatIsLeft() {
    shelf.create(PLACES);
    for (int i = 0; i < 100; i++) {
      shelf.put("k" + i, "{\"n\":" + i + ",\"at\":" + point(i, i / 2.0) + "}");
    }
    Condition close = near(50, 25, 300_000);
    Condition even = field("n").in(50, 52);
    Explanation explained = shelf.explain(Query.where(close.and(even)));
    assertThat(explained.indexes()).containsExactly("places");
    assertThat(explained.pushedDown()).contains(close);
    assertThat(explained.residual()).contains(even);
    assertThat(explained.examined()).hasValue(5);
    assertThat(explained.orderPushedDown()).isFalse();
    assertThat(shelf.explain(Query.where(close).limit(2)).orderPushedDown()).isTrue();
    assertThat(shelf.keys(close.and(even))).containsExactly("k50", "k52");
    assertThat(shelf.keys(Query.where(close.and(even)).limit(1))).containsExactly("k50");
    assertThat(shelf.info().hits()).isEqualTo(2);
    shelf.create(IndexDefinition.ordered("by-n", Order.asc("n")));
    Query other = Query.where(near(50, 25, 20_000_000).and(field("n").eq(50)));
    assertThat(shelf.explain(other).indexes()).as("finds fewer").containsExactly("by-n");
    assertThat(shelf.keys(other)).containsExactly("k50");
  }

  @Test
  void whatIsAskedWronglyIsRefusedWithWhatIsRight() {
    shelf.create(PLACES);
    Object ring = box(0, 0, 1, 1);
    Map<String, Map<String, Object>> wrong = new LinkedHashMap<>();
    wrong.put("GeoJSON point", Map.of("type", "Circle", "coordinates", List.of(1, 1)));
    wrong.put("-90 to 90", Map.of("type", "Point", "coordinates", List.of(1, 91)));
    wrong.put("above 0", Map.of("type", "Point", "coordinates", List.of(1, 1), "maxDistance", 0));
    wrong.put(
        "'maxDistanceMetres'",
        Map.of("type", "Point", "coordinates", List.of(1, 1), "maxDistanceMetres", 5));
    wrong.forEach(
        (why, geometry) ->
            assertThat(failure(ErrorCode.INVALID_QUERY, () -> shelf.keys(nearBy(geometry))))
                .hasMessageContaining(why));
    wrong.clear();
    wrong.put("'MultiPolygon'", Map.of("type", "Point", "coordinates", List.of(1, 1)));
    wrong.put("rings, the outer", Map.of("type", "Polygon", "coordinates", List.of()));
    wrong.put(
        "four positions",
        Map.of("type", "Polygon", "coordinates", List.of(List.of(List.of(0, 0)))));
    wrong.put(
        "first one again",
        Map.of("type", "Polygon", "coordinates", List.of(box(0, 0, 1, 1).subList(0, 4))));
    wrong.put(
        "[longitude, latitude]",
        Map.of("type", "Polygon", "coordinates", List.of(box(0, 0, 1, 100))));
    wrong.put("'crs'", Map.of("type", "Polygon", "coordinates", List.of(ring), "crs", "x"));
    wrong.put("10,000", Map.of("type", "Polygon", "coordinates", List.of(circle(0, 0, 9, 10_001))));
    wrong.forEach(
        (why, geometry) ->
            assertThat(failure(ErrorCode.INVALID_QUERY, () -> shelf.keys(within(geometry))))
                .hasMessageContaining(why));
    assertThat(failure(ErrorCode.INVALID_QUERY, () -> shelf.create(PLACES.asUnique())))
        .hasMessageContaining("'places'");
    for (List<Order> fields :
        List.of(List.of(Order.desc("at")), List.of(Order.asc("at"), Order.asc("b")))) {
      assertThat(
              failure(
                  ErrorCode.INVALID_QUERY,
                  () ->
                      shelf.create(
                          new IndexDefinition(
                              "other", IndexDefinition.Type.SPATIAL, fields, false, false))))
          .hasMessageContaining("SPATIAL");
    }
  }

  private static List<List<Double>> circle(
      double longitude, double latitude, double degrees, int vertices) {
    List<List<Double>> ring = new ArrayList<>();
    for (int i = 0; i < vertices; i++) {
      double angle = 2 * Math.PI * (i % (vertices - 1)) / (vertices - 1);
      ring.add(
          List.of(longitude + degrees * Math.cos(angle), latitude + degrees * Math.sin(angle)));
    }
    return ring;
  }

  @Test
  void hostileAreasAreAnsweredOrRefusedInTime() {
    shelf.create(PLACES);
    Random random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      at("k" + i, random.nextDouble() * 20, random.nextDouble() * 20);
    }
    List<List<Double>> star = new ArrayList<>();
    for (int i = 0; i < 9_999; i++) {
      double angle = i * 2.399963;
      star.add(List.of(10 + (i % 10) * Math.cos(angle), 10 + (i % 10) * Math.sin(angle)));
    }
    star.add(star.get(0));
    shelf.keys(Query.where(near(10, 10, 1_000)).limit(10));
    for (Condition hostile :
        List.of(
            field("at").within(List.of(circle(10, 10, 9, 9_999))),
            field("at").within(List.of(star)),
            near(10, 10, 1e308),
            near(10, 10, Double.MIN_VALUE),
            near(10, 90, 1e7))) {
      long begun = IndexedShelf.worked();
      try {
        shelf.keys(Query.where(hostile).limit(10));
      } catch (StorageException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_QUERY);
      }
      assertThat(Duration.ofNanos(IndexedShelf.worked() - begun))
          .as("%.60s…", hostile)
          .isLessThan(Duration.ofMillis(250));
    }
  }

  /** The index against every point, by another formula for the distance and another for areas. */
  @Test
  void anAreaHoldsWhatLookingAtEveryPointFinds() {
    long seed = Long.getLong("undercroft.query.seed", System.nanoTime());
    Random random = new Random(seed);
    shelf.create(PLACES);
    Map<String, double[]> places = new TreeMap<>();
    for (int i = 0; i < 3_000; i++) {
      double[] place = place(random);
      String key = "k" + random.nextInt(2_000);
      at(key, place[0], place[1]);
      places.put(key, place);
    }
    for (int i = 0; i < 400; i++) {
      double[] centre = place(random);
      double metres = Math.pow(10, random.nextDouble() * 7.4);
      compareNear(places, centre, metres, "seed " + seed + ", circle " + i);
      double width = Math.pow(10, random.nextDouble() * 2.2);
      double west = Math.max(-180, centre[0] - width);
      double south = Math.max(-90, centre[1] - width / 2);
      double east = Math.min(180, centre[0] + width);
      double north = Math.min(90, centre[1] + width / 2);
      compareWithin(
          places,
          List.of(
              List.of(west, south),
              List.of(east, south + (north - south) * random.nextDouble()),
              List.of(west + (east - west) * random.nextDouble(), north),
              List.of(west, south)),
          "seed " + seed + ", triangle " + i);
    }
  }

  private static double[] place(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new double[] {179 + random.nextDouble(), random.nextDouble() * 4 - 2};
      case 1 -> new double[] {-180 + random.nextDouble(), random.nextDouble() * 4 - 2};
      case 2 -> new double[] {random.nextDouble() * 360 - 180, 88 + random.nextDouble() * 2};
      default -> new double[] {random.nextDouble() * 360 - 180, random.nextDouble() * 180 - 90};
    };
  }

  private void compareNear(
      Map<String, double[]> places, double[] centre, double metres, String what) {
    Map<String, Double> sure = new TreeMap<>();
    Map<String, Double> perhaps = new TreeMap<>();
    places.forEach(
        (key, place) -> {
          double distance = arc(centre, place);
          if (distance <= metres + TOLERANCE) {
            (distance <= metres - TOLERANCE ? sure : perhaps).put(key, distance);
          }
        });
    List<String> found = shelf.keys(near(centre[0], centre[1], metres));
    assertThat(found).as(what).containsAll(sure.keySet());
    assertThat(found).as(what).doesNotHaveDuplicates();
    assertThat(found).as(what).allMatch(key -> sure.containsKey(key) || perhaps.containsKey(key));
    double before = 0;
    for (String key : found) {
      double distance = sure.getOrDefault(key, metres);
      assertThat(distance).as("%s, %s", what, key).isGreaterThan(before - TOLERANCE);
      before = distance;
    }
    int few = Math.min(found.size(), 7);
    assertThat(shelf.keys(Query.where(near(centre[0], centre[1], metres)).limit(7)))
        .as(what)
        .isEqualTo(found.subList(0, few));
    assertThat(shelf.count(near(centre[0], centre[1], metres))).as(what).isEqualTo(found.size());
  }

  /** The distance by the angle between two vectors. */
  private static double arc(double[] from, double[] to) {
    double[] a = vector(from);
    double[] b = vector(to);
    double x = a[1] * b[2] - a[2] * b[1];
    double y = a[2] * b[0] - a[0] * b[2];
    double z = a[0] * b[1] - a[1] * b[0];
    double dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    return 6_371_008.7714 * Math.atan2(Math.sqrt(x * x + y * y + z * z), dot);
  }

  private static double[] vector(double[] place) {
    double longitude = Math.toRadians(place[0]);
    double latitude = Math.toRadians(place[1]);
    return new double[] {
      Math.cos(latitude) * Math.cos(longitude),
      Math.cos(latitude) * Math.sin(longitude),
      Math.sin(latitude)
    };
  }

  private void compareWithin(
      Map<String, double[]> places, List<List<Double>> triangle, String what) {
    List<String> expected = new ArrayList<>();
    places.forEach(
        (key, place) -> {
          boolean left = true;
          boolean right = true;
          for (int i = 0; i < 3; i++) {
            List<Double> a = triangle.get(i);
            List<Double> b = triangle.get(i + 1);
            double side =
                (b.get(0) - a.get(0)) * (place[1] - a.get(1))
                    - (b.get(1) - a.get(1)) * (place[0] - a.get(0));
            left &= side >= 0;
            right &= side <= 0;
          }
          if (left || right) {
            expected.add(key);
          }
        });
    Condition inside = field("at").within(List.of(triangle));
    assertThat(shelf.keys(Query.where(inside).limit(10_000)))
        .as(what)
        .isEqualTo(expected.stream().sorted().toList());
    assertThat(shelf.count(inside)).as(what).isEqualTo(expected.size());
  }

  @Test
  void pagesByDistanceFitTogether() {
    shelf.create(PLACES);
    for (int i = 0; i < 300; i++) {
      at("k" + i, i % 30 / 100.0, i % 3 / 100.0);
    }
    Query query = Query.where(near(0.05, 0.01, 100_000));
    List<String> all = shelf.keys(query);
    assertThat(all).hasSize(300);
    List<String> paged = new ArrayList<>();
    Query next = query.limit(41);
    for (List<Found> page = shelf.found(next); !page.isEmpty(); page = shelf.found(next)) {
      page.forEach(one -> paged.add(one.key()));
      next = next.after(page.get(page.size() - 1).cursor());
    }
    assertThat(paged).isEqualTo(all);
    String cursor = shelf.found(query.limit(1)).get(0).cursor();
    failure(
        ErrorCode.INVALID_QUERY,
        () -> shelf.keys(Query.where(near(0.06, 0.01, 100_000)).after(cursor)));
  }

  @Test
  void whatIsFoundLiesThereWhateverIsBeingMoved() throws Exception {
    shelf.create(PLACES);
    for (int i = 0; i < 50; i++) {
      at("k" + i, 1, 1);
    }
    AtomicBoolean over = new AtomicBoolean();
    Future<?> mover =
        threads.submit(
            () -> {
              for (int i = 0; !over.get(); i++) {
                int place = i / 50 % 2;
                at("k" + i % 50, place, place);
                assertThat(shelf.keys(near(place, place, 10))).contains("k" + i % 50);
              }
            });
    for (int round = 0; round < 1_000; round++) {
      int place = round % 2;
      Query query = Query.where(near(place, place, 10));
      for (Found found : shelf.found(round % 3 == 0 ? query : query.limit(20))) {
        assertThat(Memory.text(found.entry())).contains("[" + place + ".0," + place + ".0]");
      }
    }
    over.set(true);
    mover.get(30, TimeUnit.SECONDS);
  }
}
