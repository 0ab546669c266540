package io.undercroft.it.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The resource that runs in every server, as an application of Quarkus. */
class RoomsIT {
  private static final String ROOM = "{\"title\":\"Friday\",\"members\":[\"Ann\",\"Bob\"]}";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final int SECONDS = 60;

  @TempDir Path temporary;

  /** The application, until it is closed. */
  private final class Started implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final int port;

    Started(Map<String, String> environment) throws IOException {
      try (ServerSocket free = new ServerSocket(0)) {
        port = free.getLocalPort();
      }
      log = temporary.resolve("log-" + port);
      ProcessBuilder java =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Dquarkus.http.host=localhost",
              "-Dquarkus.http.port=" + port,
              "-jar",
              System.getProperty("application"));
      java.environment().putAll(environment);
      java.redirectErrorStream(true).redirectOutput(log.toFile());
      process = java.start();
    }

    /** Waits until it serves, or has ended; returns what it has said. */
    String awaitStart() throws Exception {
      for (int i = 0; i < SECONDS * 10; i++) {
        String said = Files.readString(log);
        if (said.contains("Listening on") || !process.isAlive()) {
          return Files.readString(log);
        }
        Thread.sleep(100);
      }
      throw new AssertionError("it does not start: " + Files.readString(log));
    }

    HttpResponse<String> ask(String method, String path, String body, String... headers)
        throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/" + path))
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(body));
      if (headers.length > 0) {
        request.headers(headers);
      }
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private Map<String, String> folder() {
    return new HashMap<>(
        Map.of("STORAGES_FOLDER_PATH", temporary.resolve("folder").toString()));
  }

  @Test
  void aRoomIsWrittenReadChangedAndRemoved() throws Exception {
    try (Started started = new Started(folder())) {
      assertThat(started.awaitStart()).contains("Listening on");
      for (String place : new String[] {"memory", "folder"}) {
        String room = place + "/friday";
        assertThat(started.ask("GET", room, "").statusCode()).isEqualTo(404);
        HttpResponse<String> written = started.ask("PUT", room, ROOM);
        assertThat(written.statusCode()).isEqualTo(204);
        HttpResponse<String> read = started.ask("GET", room, "");
        assertThat(read.body()).contains("Friday", "Ann", "Bob");
        String tag = read.headers().firstValue("ETag").orElseThrow();
        assertThat(written.headers().firstValue("ETag")).contains(tag);
        assertThat(started.ask("PUT", room, ROOM, "If-Match", tag).statusCode()).isEqualTo(204);
        assertThat(started.ask("PUT", room, ROOM, "If-Match", tag).statusCode()).isEqualTo(412);
        assertThat(started.ask("GET", place + "?member=Ann", "").body())
            .isEqualTo("[\"Friday\"]");
        assertThat(started.ask("DELETE", room, "").statusCode()).isEqualTo(204);
      }
    }
  }

  @Test
  void theEnvironmentAloneChangesTheBackend() throws Exception {
    Map<String, String> environment = folder();
    environment.put("STORAGE_TYPE", "file");
    environment.put("STORAGE_PATH", temporary.resolve("rooms").toString());
    try (Started started = new Started(environment)) {
      assertThat(started.awaitStart()).contains("Listening on");
      assertThat(started.ask("PUT", "memory/friday", ROOM).statusCode()).isEqualTo(204);
      assertThat(temporary.resolve("rooms/friday.json")).content().contains("Ann");
    }
  }

  @Test
  void aMistakeInTheEnvironmentEndsTheStartWithEveryProblem() throws Exception {
    Map<String, String> environment = folder();
    environment.put("STORAGE_TYPE", "redsi");
    environment.put("STORAGES_FOLDER_DURABILTY", "full");
    try (Started started = new Started(environment)) {
      String said = started.awaitStart();
      assertThat(started.process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(started.process.exitValue()).isNotZero();
      assertThat(said)
          .contains("INVALID_CONFIG: 2 problems", "redsi", "no such plugin")
          .contains("did you mean 'durability'?");
    }
  }
}
