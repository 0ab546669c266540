package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.OperateOnDeployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example, the same classes and libraries, with its data in different places. */
@ExtendWith(ArquillianExtension.class)
@Tag("microprofile")
class NightIT {
  private static final Path FOLDER = Folders.of("night");

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

  @Test
  void inMemory(@ArquillianResource @OperateOnDeployment("memory") URL application)
      throws Exception {
    Night.assertStory(new Caller(application), "memory");
  }

  @Test
  void inFiles(@ArquillianResource @OperateOnDeployment("files") URL application) throws Exception {
    Night.assertStory(new Caller(application), "file");
    try (Stream<Path> files = Files.walk(FOLDER.resolve("ratings"))) {
      assertThat(files.filter(file -> file.toString().endsWith("nn.json")))
          .singleElement()
          .satisfies(file -> assertThat(file).content().contains("Casablanca", "5"));
    }
  }
}
