package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * With {@code undercroft-health} in the archive, the server's own {@code /health/ready} tells of
 * the storages. Not run where the server has no MicroProfile Health as it is unpacked.
 */
@ExtendWith(ArquillianExtension.class)
@Tag("microprofile")
@RunAsClient
class HealthIT {
  private static final String READY = System.getProperty("server.health", "");
  private static final Path FOLDER = Folders.of("health");

  @Deployment(testable = false)
  static Archive<?> archive() {
    return Archives.night(
            "night-health.war",
            """
            storages.rooms.type=file
            storages.rooms.path=%1$s/rooms
            storages.ratings.type=memory
            """
                .formatted(FOLDER))
        .addAsLibraries(READY.isEmpty() ? new File[0] : new File[] {new File("target/health.jar")});
  }

  @Test
  void readinessTellsOfEveryStorage() throws Exception {
    assumeFalse(READY.isEmpty(), "NOT RUN: no MicroProfile Health in this server as it is");
    HttpResponse<String> up = ask();
    assertThat(up.statusCode()).as("%s", up.body()).isEqualTo(200);
    assertThat(words(up))
        .contains("\"name\":\"undercroft\"", "\"rooms\":\"UP\"", "\"ratings\":\"UP\"");

    Files.move(FOLDER.resolve("rooms"), FOLDER.resolve("elsewhere"));
    HttpResponse<String> down = ask();
    assertThat(down.statusCode()).as("%s", down.body()).isEqualTo(503);
    assertThat(words(down))
        .contains("\"rooms\":\"CONNECTION_FAILED\"", "\"ratings\":\"UP\"")
        .doesNotContain(FOLDER.toString());

    Files.move(FOLDER.resolve("elsewhere"), FOLDER.resolve("rooms"));
    assertThat(ask().statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> ask() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(READY)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static String words(HttpResponse<String> answer) {
    return answer.body().replaceAll("\\s", "");
  }
}
