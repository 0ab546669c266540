package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.http.HttpResponse;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Injected storages, in memory, in files and in two databases of the server. */
@ExtendWith(ArquillianExtension.class)
@Tag("microprofile")
class RoomsIT {
  private static final String ROOM = "{\"members\":[\"Ann\",\"Bob\"],\"title\":\"Friday\"}";

  @ArquillianResource
  @SuppressWarnings("NullAway.Init") // set before every test
  URL application;

  @Deployment(testable = false)
  static Archive<?> archive() {
    return Archives.rooms();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "folder"})
  void aRoomIsWrittenReadChangedAndRemoved(String place) {
    Caller caller = new Caller(application);
    assertThat(caller.get(place + "/none").statusCode()).isEqualTo(404);
    HttpResponse<String> written = caller.put(place + "/friday", ROOM);
    assertThat(written.statusCode()).isEqualTo(204);
    HttpResponse<String> read = caller.get(place + "/friday");
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body()).contains("Friday", "Ann", "Bob");
    String tag = read.headers().firstValue("ETag").orElseThrow();
    assertThat(written.headers().firstValue("ETag")).contains(tag);
    assertThat(caller.put(place + "/friday", ROOM, "If-Match", tag).statusCode()).isEqualTo(204);
    assertThat(caller.put(place + "/friday", ROOM, "If-Match", tag).statusCode()).isEqualTo(412);
    assertThat(caller.get(place + "?member=Ann").body()).isEqualTo("[\"Friday\"]");
    assertThat(caller.delete(place + "/friday").statusCode()).isEqualTo(204);
    assertThat(caller.get(place + "/friday").statusCode()).isEqualTo(404);
  }

  @Test
  @DisabledIfSystemProperty(
      named = "arquillian.launch",
      matches = "payara",
      disabledReason = "it puts its own H2, a 2.2, before the archive's")
  void aBookingIsInBothDatabasesOrInNeither() {
    Caller caller = new Caller(application);
    assertThat(caller.post("ledger/ann?amount=5").body()).isEqualTo("-5 5");
    HttpResponse<String> failed = caller.post("ledger/ann?amount=7&fail=true");
    assertThat(failed.statusCode()).isEqualTo(409);
    assertThat(caller.get("ledger/ann").body()).isEqualTo("-5 5");
    assertThat(caller.post("ledger/ann?amount=2").body()).isEqualTo("-7 7");
  }
}
