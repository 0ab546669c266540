package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two archives in one that has Undercroft, its storages and their types: they share them. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@DisabledIfSystemProperty(
    named = "arquillian.launch",
    matches = "payara",
    disabledReason = "Payara Micro: 'together.ear is a not valid type of deployment archive'")
class EarIT {
  private static final Path FOLDER = Folders.of("together");

  private final Caller first = Caller.at("together-first");
  private final Caller second = Caller.at("together-second");

  @Deployment(testable = false)
  static Archive<?> ear() {
    return Archives.sharing(
        "together.ear",
        """
        storage.type=memory
        storages.folder.type=file
        storages.folder.path=%s
        """
            .formatted(FOLDER),
        Archives.skinny("together-first.war"),
        Archives.skinny("together-second.war"));
  }

  @Test
  void whatOneWritesTheOtherSees() {
    for (String place : new String[] {"memory", "folder"}) {
      assertThat(first.put(place + "/a", Rooms.json("Ann's")).statusCode()).isEqualTo(204);
      assertThat(second.get(place + "/a").body()).contains("Ann's");
      assertThat(second.put(place + "/a", Rooms.json("Ben's")).statusCode()).isEqualTo(204);
      assertThat(first.get(place + "/a").body()).contains("Ben's");
    }
    assertThat(FOLDER.resolve("a.json")).content().contains("Ben's");
  }

  @Test
  void oneHearsOfWhatTheOtherWrites() throws Exception {
    assertThat(second.post("heard").statusCode()).isEqualTo(204);
    assertThat(first.put("memory/heard", Rooms.json("Ann's")).statusCode()).isEqualTo(204);
    second.awaitBody("heard", body -> body.contains("heard"));
  }

  @Test
  void bothFindTheSameWhereNothingIsInjected() {
    assertThat(first.put("folder/current", Rooms.json("Everybody's")).statusCode()).isEqualTo(204);
    assertThat(first.get("current/folder").body()).contains("Everybody's");
    assertThat(second.get("current/folder").body()).contains("Everybody's");
  }
}
