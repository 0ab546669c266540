package io.undercroft.testkit;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Commit;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.Operation;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionalStorage;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What is near and what lies within, by spatial indexes: one earth, whoever keeps the index. */
interface SpatialContract extends Contract {
  /** The places of one field. */
  IndexDefinition PLACES = IndexDefinition.spatial("places", "at");

  /** Metres, more or less, at the border of a circle: another formula rounds otherwise. */
  double TOLERANCE = 0.01;

  private IndexStage stage() {
    IndexStage stage = IndexStage.of(subject());
    stage.create(PLACES);
    return stage;
  }

  private static Map<String, Object> point(double longitude, double latitude) {
    return Map.of("type", "Point", "coordinates", List.of(longitude, latitude));
  }

  private static Map<String, Object> at(double longitude, double latitude) {
    return Map.of("at", point(longitude, latitude));
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

  private static Condition asked(Operator operator, Map<String, Object> geometry) {
    return new Condition.Comparison("at", operator, Optional.of(geometry));
  }

  private static void cities(IndexStage stage) {
    stage
        .storage()
        .setMany(
            Map.of(
                "Bonn", at(7.0998, 50.7339),
                "K\u00f6ln", at(6.9599, 50.9383),
                "Berlin", at(13.3834, 52.5196),
                "Sydney", at(151.2083, -33.8678),
                "Suva", at(178.4419, -18.1416),
                "Apia", at(-171.7667, -13.8333),
                "nowhere", Map.of("at", "Bonn")));
  }

  @Test
  default void theNearestComesFirstAndNothingTooFarAway() {
    IndexStage stage = IndexStage.of(subject());
    cities(stage);
    stage.create(PLACES);
    Query around = Query.where(near(7, 50.75, 600_000));
    assertThat(stage.keys(near(7, 50.75, 30_000))).containsExactly("Bonn", "K\u00f6ln");
    assertThat(stage.keys(near(7, 50.9, 30_000))).containsExactly("K\u00f6ln", "Bonn");
    assertThat(stage.keys(around)).containsExactly("Bonn", "K\u00f6ln", "Berlin");
    assertThat(stage.keys(around.limit(1).offset(1))).containsExactly("K\u00f6ln");
    assertThat(stage.keys(around.orderBy(Order.desc("at"))))
        .containsExactly("Berlin", "Bonn", "K\u00f6ln");
    assertThat(stage.results(around.limit(1).select("other")).get(0).value()).isEmpty();
    assertThat(stage.results(around)).allMatch(result -> result.score().isEmpty());
    Condition anywhere =
        asked(Operator.NEAR, Map.of("type", "Point", "coordinates", List.of(180, -16)));
    assertThat(stage.keys(Query.where(anywhere).limit(3)))
        .containsExactly("Suva", "Apia", "Sydney");
    assertThat(stage.keys(anywhere)).hasSize(6).startsWith("Suva", "Apia").endsWith("Bonn");
    assertThat(stage.count(anywhere)).isEqualTo(6);
  }

  @Test
  default void theDateLineAndThePolesAreNoBorders() {
    IndexStage stage = stage();
    stage
        .storage()
        .setMany(
            Map.of(
                "east", at(179.999, 0),
                "west", at(-179.999, 0),
                "on it", at(180, 0),
                "on it, too", at(-180, 0),
                "pole", at(12, 90),
                "by the pole", at(-170, 89.999),
                "other side", at(10, 89.999),
                "south pole", at(0, -90)));
    assertThat(stage.keys(near(179.9994, 0, 200)))
        .startsWith("east")
        .endsWith("west")
        .contains("on it", "on it, too")
        .hasSize(4);
    assertThat(stage.keys(near(-179.9996, 0, 70)))
        .endsWith("west")
        .contains("on it", "on it, too")
        .hasSize(3);
    assertThat(stage.keys(near(100, 90, 1))).containsExactly("pole");
    assertThat(stage.keys(near(100, -90, 1))).containsExactly("south pole");
    assertThat(stage.keys(near(100, 90, 200)))
        .containsExactlyInAnyOrder("pole", "by the pole", "other side");
    Map<String, Object> across =
        Map.of(
            "type",
            "MultiPolygon",
            "coordinates",
            List.of(List.of(box(179, -1, 180, 1)), List.of(box(-180, -1, -179, 1))));
    assertThat(stage.keys(asked(Operator.WITHIN, across)))
        .containsExactlyInAnyOrder("east", "west", "on it", "on it, too");
  }

  @Test
  default void aPolygonHasHolesAndItsBorderBelongsToIt() {
    IndexStage stage = stage();
    stage.storage().set("in", at(2, 2));
    stage.storage().set("in the hole", at(5, 5));
    stage.storage().set("on the border", at(0, 3));
    stage.storage().set("a corner", at(10, 10));
    stage.storage().set("out", at(-0.000001, 3));
    Condition square = field("at").within(List.of(box(0, 0, 10, 10), box(4, 4, 6, 6)));
    assertThat(stage.keys(Query.where(square).limit(10)))
        .as("by key")
        .containsExactly("a corner", "in", "on the border");
    assertThat(stage.count(square)).isEqualTo(3);
    List<List<Double>> other = new ArrayList<>(box(0, 0, 10, 10));
    Collections.reverse(other);
    assertThat(stage.keys(field("at").within(List.of(other)))).as("the other way").hasSize(4);
  }

  @Test
  default void onlyPointsOnTheEarthAreFound() {
    IndexStage stage = stage();
    stage.storage().set("text", Map.of("at", "7,50"));
    stage.storage().set("pair", Map.of("at", List.of(7, 50)));
    stage.storage().set("too far north", at(7, 90.1));
    stage
        .storage()
        .set("no number", Map.of("at", Map.of("type", "Point", "coordinates", List.of("7", "50"))));
    stage
        .storage()
        .set(
            "line",
            Map.of(
                "at",
                Map.of(
                    "type", "LineString", "coordinates", List.of(List.of(7, 50), List.of(8, 50)))));
    stage
        .storage()
        .set("high", Map.of("at", Map.of("type", "Point", "coordinates", List.of(7, 50, 8848))));
    stage.storage().set("several", Map.of("at", List.of(point(-7, -50), point(7.0001, 50))));
    assertThat(stage.keys(near(7, 50, 50_000))).containsExactly("high", "several");
    assertThat(stage.keys(near(-7, -50, 50_000))).containsExactly("several");
    assertThat(stage.count(near(7, 50, 20_000_000))).isEqualTo(2);
    assertThat(stage.keys(near(0, 0, 20_000_000))).as("each once").hasSize(2);
    assertThat(stage.storage().listIndexes().get(0).entries()).isEqualTo(2);
  }

  @Test
  default void anAreaMayStandAnywhereInAConditionIfThereIsAnIndex() {
    IndexStage stage = IndexStage.of(subject());
    Condition close = near(7, 50.75, 30_000);
    cities(stage);
    assertThat(stage.refused(ErrorCode.UNSUPPORTED, close))
        .hasMessageContaining("'at'")
        .hasMessageContaining("IndexDefinition.spatial(")
        .hasMessageContaining("undercroft index create");
    stage.create(PLACES);
    assertThat(stage.keys(Query.where(close.not()).limit(10)))
        .containsExactly("Apia", "Berlin", "Suva", "Sydney", "nowhere");
    assertThat(stage.keys(Query.where(close.or(field("at").eq("Bonn"))).limit(10)))
        .containsExactly("Bonn", "K\u00f6ln", "nowhere");
    assertThat(stage.keys(Query.where(close.or(near(178, -18, 100_000))).limit(10)))
        .containsExactly("Bonn", "K\u00f6ln", "Suva");
    assertThat(stage.keys(close.and(near(6.96, 50.94, 1_000)))).containsExactly("K\u00f6ln");
    stage.create(IndexDefinition.spatial("rooms", "rooms.at"));
    stage
        .storage()
        .set(
            "house",
            Map.of(
                "rooms",
                List.of(
                    Map.of("free", true, "at", point(1, 1)),
                    Map.of("free", false, "at", point(2, 2)))));
    Condition nearOne = near(1, 1, 10);
    assertThat(stage.keys(field("rooms").matches(nearOne.and(field("free").eq(true)))))
        .containsExactly("house");
    assertThat(stage.keys(field("rooms").matches(nearOne.and(field("free").eq(false))))).isEmpty();
    assertThat(stage.keys(field("rooms.at").near(2, 2, 10))).containsExactly("house");
    stage.refused(ErrorCode.UNSUPPORTED, field("else").matches(nearOne));
    assertThat(stage.storage().dropIndex("places")).isTrue();
    stage.refused(ErrorCode.UNSUPPORTED, close);
  }

  @Test
  default void explainNamesTheSpatialIndex() {
    IndexStage stage = stage();
    Map<String, Map<String, Object>> all = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      all.put("k" + i, Map.of("n", i, "at", point(i, i / 2.0)));
    }
    stage.storage().setMany(all);
    Condition close = near(50, 25, 300_000);
    Condition even = field("n").in(50, 52);
    Explanation explained = stage.storage().explain(Query.where(close.and(even)));
    assertThat(explained.indexes()).containsExactly("places");
    assertThat(explained.pushedDown()).contains(close);
    assertThat(explained.residual()).isPresent();
    explained.examined().ifPresent(examined -> assertThat(examined).isLessThanOrEqualTo(20));
    assertThat(stage.storage().explain(Query.where(close).limit(2)).indexes())
        .containsExactly("places");
    assertThat(
            stage
                .storage()
                .explain(Query.where(field("at").within(List.of(box(0, 0, 5, 5)))))
                .indexes())
        .containsExactly("places");
    assertThat(stage.keys(close.and(even))).containsExactly("k50", "k52");
    assertThat(stage.keys(Query.where(close.and(even)).limit(1))).containsExactly("k50");
    assertThat(stage.storage().listIndexes().get(0).hits()).isPositive();
  }

  @Test
  default void whatIsAskedWronglyIsRefusedWithWhatIsRight() {
    IndexStage stage = stage();
    Map<String, Map<String, Object>> wrong = new LinkedHashMap<>();
    wrong.put("GeoJSON point", Map.of("type", "Circle", "coordinates", List.of(1, 1)));
    wrong.put("-90 to 90", Map.of("type", "Point", "coordinates", List.of(1, 91)));
    wrong.put("above 0", Map.of("type", "Point", "coordinates", List.of(1, 1), "maxDistance", 0));
    wrong.put(
        "'maxDistanceMetres'",
        Map.of("type", "Point", "coordinates", List.of(1, 1), "maxDistanceMetres", 5));
    wrong.forEach(
        (why, geometry) ->
            assertThat(stage.refused(ErrorCode.INVALID_QUERY, asked(Operator.NEAR, geometry)))
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
    wrong.put(
        "'crs'", Map.of("type", "Polygon", "coordinates", List.of(box(0, 0, 1, 1)), "crs", "x"));
    wrong.put("10,000", Map.of("type", "Polygon", "coordinates", List.of(circle(0, 0, 9, 10_001))));
    wrong.forEach(
        (why, geometry) ->
            assertThat(stage.refused(ErrorCode.INVALID_QUERY, asked(Operator.WITHIN, geometry)))
                .hasMessageContaining(why));
    assertThat(
            Expect.failure(
                ErrorCode.INVALID_QUERY, () -> stage.storage().createIndex(PLACES.asUnique())))
        .hasMessageContaining("'places'");
    for (List<Order> fields :
        List.of(List.of(Order.desc("at")), List.of(Order.asc("at"), Order.asc("b")))) {
      IndexDefinition other =
          new IndexDefinition("other", IndexDefinition.Type.SPATIAL, fields, false, false);
      assertThat(Expect.failure(ErrorCode.INVALID_QUERY, () -> stage.storage().createIndex(other)))
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

  /** The index against every point, by another formula for the distance and another for areas. */
  @Test
  default void anAreaHoldsWhatLookingAtEveryPointFinds() {
    IndexStage stage = stage();
    Seed.run(
        random -> {
          stage.storage().clear();
          Map<String, double[]> places = new TreeMap<>();
          Map<String, Map<String, Object>> all = new HashMap<>();
          for (int i = 0; i < subject().scaled(3_000); i++) {
            double[] place = place(random);
            String key = "k" + random.nextInt(2_000);
            all.put(key, at(place[0], place[1]));
            places.put(key, place);
          }
          stage.storage().setMany(all);
          for (int i = 0; i < subject().scaled(300, 60); i++) {
            double[] centre = place(random);
            double metres = Math.pow(10, random.nextDouble() * 7.4);
            compareNear(stage, places, centre, metres, "circle " + i);
            double width = Math.pow(10, random.nextDouble() * 2.2);
            double west = Math.max(-180, centre[0] - width);
            double south = Math.max(-90, centre[1] - width / 2);
            double east = Math.min(180, centre[0] + width);
            double north = Math.min(90, centre[1] + width / 2);
            compareWithin(
                stage,
                places,
                List.of(
                    List.of(west, south),
                    List.of(east, south + (north - south) * random.nextDouble()),
                    List.of(west + (east - west) * random.nextDouble(), north),
                    List.of(west, south)),
                "triangle " + i);
          }
        });
  }

  private static double[] place(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new double[] {179 + random.nextDouble(), random.nextDouble() * 4 - 2};
      case 1 -> new double[] {-180 + random.nextDouble(), random.nextDouble() * 4 - 2};
      case 2 -> new double[] {random.nextDouble() * 360 - 180, 88 + random.nextDouble() * 2};
      default -> new double[] {random.nextDouble() * 360 - 180, random.nextDouble() * 180 - 90};
    };
  }

  private static void compareNear(
      IndexStage stage, Map<String, double[]> places, double[] centre, double metres, String what) {
    Map<String, Double> sure = new TreeMap<>();
    Map<String, Double> perhaps = new TreeMap<>();
    places.forEach(
        (key, place) -> {
          double distance = arc(centre, place);
          if (distance <= metres + TOLERANCE) {
            (distance <= metres - TOLERANCE ? sure : perhaps).put(key, distance);
          }
        });
    Condition asked = near(centre[0], centre[1], metres);
    List<String> found = stage.keys(asked);
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
    assertThat(stage.keys(Query.where(asked).limit(7))).as(what).isEqualTo(found.subList(0, few));
    assertThat(stage.count(asked)).as(what).isEqualTo(found.size());
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

  private static void compareWithin(
      IndexStage stage, Map<String, double[]> places, List<List<Double>> triangle, String what) {
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
    assertThat(stage.keys(Query.where(inside).limit(10_000)))
        .as(what)
        .isEqualTo(expected.stream().sorted().toList());
    assertThat(stage.count(inside)).as(what).isEqualTo(expected.size());
  }

  @Test
  default void pagesByDistanceFitTogether() {
    IndexStage stage = stage();
    Map<String, Map<String, Object>> all = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      all.put("k" + i, at(i % 30 / 100.0, i % 3 / 100.0));
    }
    stage.storage().setMany(all);
    Query query = Query.where(near(0.05, 0.01, 100_000));
    List<String> keys = stage.keys(query);
    assertThat(keys).hasSize(300);
    assertThat(keys.subList(0, 10)).as("ties by key").isSorted();
    assertThat(stage.paged(query.limit(41))).isEqualTo(keys);
    String cursor = stage.results(query.limit(1)).get(0).cursor();
    Expect.failure(
        ErrorCode.INVALID_QUERY,
        () -> stage.keys(Query.where(near(0.06, 0.01, 100_000)).after(cursor)));
  }

  @Test
  default void placesFollowEveryWrite() {
    IndexStage stage = IndexStage.of(subject());
    IndexedStorage<Map<String, Object>> storage = stage.storage();
    Map<String, Object> here = at(7, 50);
    Map<String, Object> there = at(8, 50);
    storage.set("before", here);
    stage.create(PLACES);
    List<IndexStage.Written> steps =
        List.of(
            new IndexStage.Written(() -> storage.set("a", here), "a", "before"),
            new IndexStage.Written(() -> storage.delete("before"), "a"),
            new IndexStage.Written(() -> storage.setMany(Map.of("b", here, "c", there)), "a", "b"),
            new IndexStage.Written(() -> storage.set("a", there), "b"),
            new IndexStage.Written(() -> storage.set("c", here), "b", "c"),
            new IndexStage.Written(() -> storage.deleteMany(List.of("b")), "c"),
            new IndexStage.Written(() -> storage.update("a", now -> Optional.of(here)), "a", "c"),
            new IndexStage.Written(() -> storage.delete("c"), "a"),
            new IndexStage.Written(
                () -> storage.set("e", here, SetOptions.expiresIn(Duration.ofSeconds(10))),
                "a",
                "e"),
            new IndexStage.Written(() -> subject().clock().advance(Duration.ofSeconds(10)), "a"),
            new IndexStage.Written(storage::clear),
            new IndexStage.Written(() -> storage.set("d", here), "d"));
    for (IndexStage.Written step : steps) {
      stage.after(step, near(7, 50, 1_000));
    }
  }

  @Test
  default void placesFollowAnAtomicBatchAndOneThatFails() {
    Assumptions.assumeTrue(subject().pluginOffers(Commit.class), "the plugin has no Commit");
    IndexStage stage = stage();
    stage.create(IndexDefinition.ordered("one-n", Order.asc("n")).asUnique().asSparse());
    Map<String, Object> one = Map.of("at", point(7, 50), "n", 1);
    Condition places = near(7, 50, 1_000);
    stage.storage().batch(List.of(Operation.set("a", one), Operation.delete("b")));
    assertThat(stage.keys(places)).containsExactly("a");
    Expect.failure(
        ErrorCode.DUPLICATE_KEY,
        () ->
            stage
                .storage()
                .batch(
                    List.of(
                        Operation.delete("a"), Operation.set("b", one), Operation.set("c", one))));
    assertThat(stage.keys(places)).containsExactly("a");
    stage.storage().batch(List.of(Operation.delete("a"), Operation.set("b", one)));
    assertThat(stage.keys(places)).containsExactly("b");
  }

  @Test
  default void aTransactionFindsThePlacesThatItWroteOrRefusesToLook() {
    IndexStage stage = stage();
    Assumptions.assumeTrue(
        stage.storage().supports(TransactionalStorage.class), "there are no transactions");
    TransactionalStorage<Map<String, Object>> storage = stage.storage().transactional();
    storage.set("a", at(7, 50));
    storage.set("b", at(7.001, 50));
    Query close = Query.where(near(7, 50, 10_000));
    try (Transaction<Map<String, Object>> transaction = storage.beginTransaction()) {
      QueryableStorage<Map<String, Object>> inside = transaction.queryable();
      List<String> before = List.of("a", "b");
      assertThat(IndexStage.keysUnlessRefused(inside, close, before)).isEqualTo(before);
      transaction.set("a", at(7.01, 50));
      transaction.delete("b");
      transaction.set("c", at(7.001, 50));
      List<String> own = List.of("c", "a");
      assertThat(IndexStage.keysUnlessRefused(inside, close, own)).isEqualTo(own);
      assertThat(IndexStage.keysUnlessRefused(inside, close.limit(1), List.of("c")))
          .containsExactly("c");
      transaction.rollback();
    }
    assertThat(stage.keys(close)).containsExactly("a", "b");
    storage.transaction(
        transaction -> {
          transaction.set("a", at(17, 50));
          transaction.set("c", at(7.002, 50));
          return true;
        });
    assertThat(stage.keys(close)).containsExactly("b", "c");
  }

  @Test
  default void whatIsFoundLiesThereWhateverIsBeingMoved() {
    IndexStage stage = stage();
    Map<String, Map<String, Object>> all = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      all.put("k" + i, at(1, 1));
    }
    stage.storage().setMany(all);
    AtomicBoolean over = new AtomicBoolean();
    int rounds = subject().scaled(300);
    Race.run(
        2,
        runner -> {
          if (runner == 0) {
            for (int i = 0; i == 0 || !over.get(); i++) {
              int place = i / 20 % 2;
              stage.storage().set("k" + i % 20, at(place, place));
              assertThat(stage.keys(near(place, place, 10))).contains("k" + i % 20);
            }
            return;
          }
          try {
            for (int round = 0; round < rounds; round++) {
              int place = round % 2;
              Query query = Query.where(near(place, place, 10));
              assertThat(stage.results(round % 3 == 0 ? query : query.limit(5)))
                  .extracting(QueryResult::value)
                  .allMatch(value -> String.valueOf(value).contains("[" + place));
            }
          } finally {
            over.set(true);
          }
        });
  }

  @Test
  default void placesAreThereAfterReopening() {
    subject().needsPersistence();
    IndexStage stage = stage();
    stage.storage().set("Bonn", at(7.0998, 50.7339));
    subject().reopen();
    IndexStage again = IndexStage.of(subject());
    assertThat(again.keys(near(7, 50.7, 50_000))).containsExactly("Bonn");
    again.storage().set("K\u00f6ln", at(6.9599, 50.9383));
    assertThat(again.keys(near(7, 50.7, 50_000))).containsExactly("Bonn", "K\u00f6ln");
  }

  @Test
  default void placesThatOtherProcessesWriteAreFound() {
    subject().needsConcurrentProcesses();
    IndexStage stage = stage();
    IndexStage other =
        IndexStage.of(
            subject().start(same -> same).storage(Subject.NAME, IndexStage.DOCUMENT), subject());
    other.storage().set("Bonn", at(7.0998, 50.7339));
    assertThat(stage.keys(near(7, 50.7, 50_000))).containsExactly("Bonn");
    stage.storage().set("Bonn", at(0, 0));
    assertThat(other.keys(near(7, 50.7, 50_000))).isEmpty();
  }
}
