package io.undercroft.runtime.layers;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpatialIndexTest {
  private static final IndexDefinition PLACES = IndexDefinition.spatial("places", "at");

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
