package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A storage is injected into whatever a server injects into, and it is the same one everywhere. */
@ExtendWith(ArquillianExtension.class)
class HoldersIT {
  private static final List<String> HOLDERS =
      List.of("resource", "request", "session", "application", "pooled", "single", "servlet");

  @ArquillianResource
  @SuppressWarnings("NullAway.Init") // set before every test
  URL application;

  @Deployment(testable = false)
  static Archive<?> archive() {
    return Archives.small(
        "holders.war",
        "storage.type=memory\nstorages.folder.type=memory\n",
        Holders.class,
        Pooled.class,
        Single.class);
  }

  @Test
  void whatOneHolderWritesEveryHolderReads() {
    Caller caller = new Caller(application).withSession();
    for (String writer : HOLDERS) {
      assertThat(caller.put(writer + "/" + writer, writer + "'s").statusCode())
          .as("write by %s", writer)
          .isEqualTo(204);
      for (String reader : HOLDERS) {
        assertThat(caller.get(reader + "/" + writer).body())
            .as("%s reads what %s has written", reader, writer)
            .startsWith(writer + "'s");
      }
    }
  }

  @Test
  void aSessionKeepsWhatItHoldsBetweenRequests() {
    Caller caller = new Caller(application).withSession();
    assertThat(caller.put("session/kept", "Friday").statusCode()).isEqualTo(204);
    assertThat(caller.get("session/kept").body()).isEqualTo("Friday 2");
    assertThat(caller.get("session/kept").body()).isEqualTo("Friday 3");
    assertThat(new Caller(application).withSession().get("session/kept").body())
        .isEqualTo("Friday 1");
  }
}
