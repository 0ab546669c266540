package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What is asked of the example, wherever its data lies. */
final class Night {
  private Night() {}

  /** Opens a room, changes it, rates in it and closes it. */
  static void assertStory(Caller caller, String plugin) throws Exception {
    assertThat(caller.get("health/ready").body())
        .contains("\"status\":\"UP\"", "\"plugin\":\"" + plugin + "\"");

    HttpResponse<String> incomplete = caller.post("rooms", "{\"name\":\" \",\"host\":null}");
    assertThat(incomplete.statusCode()).isEqualTo(400);
    assertThat(incomplete.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(incomplete.body()).contains("\"/host\"", "\"/name\"", "must not be blank");

    String room = "{\"name\":\"Friday's movies\",\"host\":\"Ann\"}";
    HttpResponse<String> opened = caller.post("rooms", room);
    assertThat(opened.statusCode()).isEqualTo(201);
    assertThat(opened.headers().firstValue("Location").orElseThrow())
        .endsWith("rooms/friday-s-movies");
    HttpResponse<String> again = caller.post("rooms", room);
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(again.body()).contains("There is a room 'friday-s-movies' already.");

    String path = "rooms/friday-s-movies";
    String tag = caller.get(path).headers().firstValue("ETag").orElseThrow();
    String other = "{\"name\":\"Friday's movies\",\"host\":\"Ben\"}";
    assertThat(caller.put(path, other, "If-Match", tag).statusCode()).isEqualTo(204);
    assertThat(caller.put(path, room, "If-Match", tag).statusCode()).isEqualTo(412);
    assertThat(caller.get("rooms").body()).contains("friday-s-movies", "Ben").doesNotContain("Ann");

    assertThat(caller.get("films?containing=casablanca").body()).contains("Casablanca");
    assertRatingsArrive(caller, path);
    assertThat(caller.put(path + "/ratings", rating("Vertigo", 6)).statusCode()).isEqualTo(400);
    assertThat(caller.put("rooms/none/ratings", rating("Vertigo", 5)).statusCode()).isEqualTo(404);
    assertThat(caller.get(path + "/ratings").body()).contains("Casablanca", "5");
    assertThat(caller.delete(path).statusCode()).isEqualTo(204);
    assertThat(caller.get(path).statusCode()).isEqualTo(404);
  }

  private static void assertRatingsArrive(Caller caller, String path) throws Exception {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    try (Stream<String> events = caller.events(path + "/events")) {
      Thread reader = new Thread(() -> events.forEach(lines::add), "events");
      reader.setDaemon(true);
      reader.setUncaughtExceptionHandler((thread, end) -> {}); // the stream was closed
      reader.start();
      assertLine(lines, "ready");
      long begin = System.nanoTime();
      assertThat(caller.put(path + "/ratings", rating("Casablanca", 5)).statusCode())
          .isEqualTo(204);
      assertLine(lines, "Casablanca");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }
  }

  private static void assertLine(BlockingQueue<String> lines, String part) throws Exception {
    String line = "";
    while (!line.contains(part)) {
      line = lines.poll(20, TimeUnit.SECONDS);
      assertThat(line).as("a line with '%s'", part).isNotNull();
    }
  }

  private static String rating(String film, int stars) {
    return "{\"film\":\"%s\",\"by\":\"Ann\",\"stars\":%d}".formatted(film, stars);
  }
}
