package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The audit trail names who Jakarta Security says that it is. */
@ExtendWith(ArquillianExtension.class)
@Tag("microprofile")
class PrincipalIT {
  private static final Path TRAIL = Folders.of("principal").resolve("rooms.jsonl");
  private static final String ROOM = "{\"members\":[\"Ann\"],\"title\":\"Friday\"}";

  @ArquillianResource
  @SuppressWarnings("NullAway.Init") // set before every test
  URL application;

  @Deployment(testable = false)
  static Archive<?> archive() {
    return Archives.rooms(
            "guarded.war",
            """
            storage.type=memory
            storage.layers=audit
            storage.audit.path=%s
            storages.folder.type=memory
            storages.debits.type=memory
            storages.credits.type=memory
            """
                .formatted(TRAIL),
            Doorman.class)
        .addAsLibraries(new File("target/audit.jar"));
  }

  @Test
  void theTrailNamesWhoHasComeInAndTheServerForWhoHasNot() throws Exception {
    Caller caller = new Caller(application);
    assertThat(caller.put("memory/ann", ROOM, "Authorization", Doorman.ANN).statusCode())
        .isEqualTo(204);
    assertThat(caller.put("memory/none", ROOM).statusCode()).isEqualTo(204);
    // refused, or let in as nobody in particular, since no password is asked for: as the server
    // does
    caller.put("memory/thief", ROOM, "Authorization", Doorman.basic("guess"));
    List<String> trail = Files.readAllLines(TRAIL);
    assertThat(trail)
        .filteredOn(line -> line.contains("\"keys\":[\"ann\"]"))
        .isNotEmpty()
        .allMatch(line -> line.contains("\"principal\":\"ann\""));
    assertThat(trail)
        .filteredOn(line -> line.contains("\"keys\":[\"none\"]"))
        .isNotEmpty()
        .noneMatch(line -> line.contains("\"principal\":\"ann\""));
    assertThat(trail)
        .filteredOn(line -> line.contains("\"keys\":[\"thief\"]"))
        .noneMatch(line -> line.contains("\"principal\":\"ann\""));
    assertThat(String.join("", trail)).doesNotContain("sesame", "guess", "Friday");
  }
}
