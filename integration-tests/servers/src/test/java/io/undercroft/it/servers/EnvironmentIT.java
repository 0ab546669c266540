package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The example as it is, which says that its data is in memory, in a server whose environment says
 * that it is in files; the build sets the environment of the process that starts the server.
 */
@ExtendWith(ArquillianExtension.class)
@Tag("environment")
class EnvironmentIT {
  @Deployment(testable = false)
  static Archive<?> night() {
    return Archives.night();
  }

  @Test
  void theEnvironmentAloneMovesTheDataIntoFiles(@ArquillianResource URL application)
      throws Exception {
    Path ratings = Path.of(System.getenv("STORAGES_RATINGS_PATH"));
    Instant begin = Instant.now();
    Night.assertStory(new Caller(application), "file");
    try (Stream<Path> files = Files.list(ratings)) {
      assertThat(files.filter(file -> file.toString().endsWith("nn.json")))
          .singleElement()
          .satisfies(file -> assertThat(file).content().contains("Casablanca", "5"))
          .satisfies(
              file -> assertThat(Files.getLastModifiedTime(file).toInstant()).isAfter(begin));
    }
  }
}
