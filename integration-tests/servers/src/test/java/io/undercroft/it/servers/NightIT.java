package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.OperateOnDeployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example, the same classes and libraries, with its data in different places. */
@ExtendWith(ArquillianExtension.class)
class NightIT {
  private static final Path FOLDER = folder();

  private static Path folder() {
    try {
      return Files.createTempDirectory("undercroft-night");
    } catch (IOException e) {
      throw new AssertionError("no temporary folder", e);
    }
  }

  @Deployment(name = "memory", testable = false)
  static Archive<?> memory() {
    return Archives.night();
  }

  @Deployment(name = "files", testable = false)
  static Archive<?> files() {
    return Archives.night(
        "night-files.war",
        """
        storages.rooms.type=file
        storages.rooms.path=%1$s/rooms
        storages.ratings.type=file
        storages.ratings.path=%1$s/ratings
        """
            .formatted(FOLDER));
  }

  /** The server makes the data source, with the driver that the archive brings. */
  @Deployment(name = "sqlite", testable = false)
  static Archive<?> sqlite() {
    String source =
        """
        <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
          <data-source>
            <name>java:app/jdbc/night</name>
            <class-name>org.sqlite.SQLiteDataSource</class-name>
            <url>jdbc:sqlite:%s/night.db</url>
          </data-source>
        </web-app>
        """
            .formatted(FOLDER);
    return Archives.night(
            "night-sqlite.war",
            """
            storages.rooms.type=jdbc
            storages.rooms.datasource=java:app/jdbc/night
            storages.ratings.type=jdbc
            storages.ratings.datasource=java:app/jdbc/night
            """)
        .addAsWebInfResource(new StringAsset(source), "web.xml");
  }

  @Test
  void inMemory(@ArquillianResource @OperateOnDeployment("memory") URL application)
      throws Exception {
    assertStory(new Caller(application), "memory");
  }

  @Test
  void inFiles(@ArquillianResource @OperateOnDeployment("files") URL application) throws Exception {
    assertStory(new Caller(application), "file");
    try (Stream<Path> files = Files.walk(FOLDER.resolve("ratings"))) {
      assertThat(files.filter(file -> file.toString().endsWith("nn.json")))
          .singleElement()
          .satisfies(file -> assertThat(file).content().contains("Casablanca", "5"));
    }
  }

  @Test
  void inATableOfTheServersDataSource(
      @ArquillianResource @OperateOnDeployment("sqlite") URL application) throws Exception {
    assertStory(new Caller(application), "jdbc");
  }

  private static void assertStory(Caller caller, String plugin) throws Exception {
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
