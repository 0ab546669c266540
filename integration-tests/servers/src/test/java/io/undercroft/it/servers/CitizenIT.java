package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On the threads of the storages the application is itself: managed threads of the server, with the
 * names, the classes and the caller of whoever asked.
 */
@ExtendWith(ArquillianExtension.class)
class CitizenIT {
  @ArquillianResource
  @SuppressWarnings("NullAway.Init") // set before every test
  URL application;

  @Deployment(testable = false)
  static Archive<?> archive() {
    return Archives.rooms(
        "citizen.war",
        """
        storage.type=memory
        storages.folder.type=memory
        storages.debits.type=memory
        storages.credits.type=memory
        """,
        Doorman.class,
        Citizen.class);
  }

  @Test
  void aStorageThatCannotJoinATransactionRefusesToWriteInIt() {
    Caller caller = new Caller(application);
    assertThat(caller.get("citizen/transaction").body()).isEqualTo("UNSUPPORTED");
    assertThat(caller.get("memory/transaction").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"async", "watch"})
  void whatIsFoundInARequestIsFoundWhereStoragesCall(String where) {
    Caller caller = new Caller(application);
    String request = caller.get("citizen/request", "Authorization", Doorman.ANN).body();
    assertThat(request).startsWith("application citizen, loader true, caller ann;");
    String there = caller.get("citizen/" + where, "Authorization", Doorman.ANN).body();
    assertThat(there).isEqualTo(request.substring(0, request.indexOf(';')) + "; thread managed");
  }
}
