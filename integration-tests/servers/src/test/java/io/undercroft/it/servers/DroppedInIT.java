package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An archive without the plugin that its configuration names, which is in a folder. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class DroppedInIT {
  private static final Path PLACE = Folders.of("dropped-in");

  @Deployment(testable = false)
  static Archive<?> droppedIn() throws IOException {
    return Archives.withoutFiles(
        "dropped-in.war",
        """
        storage.type=memory
        storage.plugins.path=%s
        storages.folder.type=file
        storages.folder.path=%s
        """
            .formatted(PLACE.resolve("plugins"), PLACE.resolve("data")),
        PLACE.resolve("plugins"));
  }

  @Test
  void itServesFromThatFolder(@ArquillianResource URL application) {
    Caller caller = new Caller(application);
    assertThat(caller.put("folder/friday", Rooms.json("Ann's")).statusCode()).isEqualTo(204);
    assertThat(caller.get("folder/friday").body()).contains("Ann's");
    assertThat(caller.get("folder/friday/stack").body()).contains("file");
    assertThat(PLACE.resolve("data/friday.json")).content().contains("Ann's");
  }
}
