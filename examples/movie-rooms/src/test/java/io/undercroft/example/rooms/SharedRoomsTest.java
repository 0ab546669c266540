package io.undercroft.example.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The application as several processes that share a place: its environment says which. */
final class SharedRoomsTest {
  enum Place {
    REDIS,
    SQLITE,
    POSTGRESQL
  }

  private static final int DEADLINE_SECONDS = 60;
  private static final int GUESTS = 5;

  @TempDir Path temporary;
  private final List<Process> started = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private @Nullable EmbeddedPostgres postgres;

  private void share(Place place) throws Exception {
    environment.putAll(
        switch (place) {
          case REDIS -> Map.of("STORAGE_TYPE", "redis", "STORAGE_URI", redis());
          case SQLITE ->
              Map.of(
                  "STORAGE_TYPE",
                  "sqlite",
                  "STORAGE_DATABASE",
                  temporary.resolve("rooms.db").toString());
          case POSTGRESQL ->
              Map.of("STORAGE_TYPE", "jdbc", "STORAGE_URL", postgres(), "STORAGE_USER", "postgres");
        });
  }

  private String postgres() throws IOException {
    postgres =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
            .setPGStartupWait(Duration.ofSeconds(DEADLINE_SECONDS))
            .setServerConfig("listen_addresses", "127.0.0.1")
            .start();
    return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
  }

  /** Starts a server, whose last word before it listens stands in its log; returns its URI. */
  private String redis() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path server = temporary.resolve("redis-server");
    Files.copy(binary(), server, StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(server.toFile().setExecutable(true)).isTrue();
    Process process =
        new ProcessBuilder(
                server.toString(),
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                temporary.toString())
            .redirectErrorStream(true)
            .start();
    started.add(process);
    BlockingQueue<String> log = lines(process);
    String line;
    do {
      line = log.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
      assertThat(line).as("what the server says").isNotNull();
    } while (!line.contains("Ready to accept connections"));
    return "redis://127.0.0.1:" + port + "/0";
  }

  private static Path binary() {
    String system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
    String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    return Path.of(System.getProperty("basedir", ""), "target", "redis-server")
        .resolve("redis-server-7.0.15-" + system + "-" + arch);
  }

  @AfterEach
  void endAll() throws Exception {
    for (int i = started.size() - 1; i >= 0; i--) {
      started.get(i).destroyForcibly();
      assertThat(started.get(i).waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  /** Returns what a process says, as it says it; a thread reads until its end. */
  private static BlockingQueue<String> lines(Process process) {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reading =
        new Thread(
            () -> {
              try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  lines.add(line);
                }
              } catch (IOException e) {
                lines.add("cannot be read: " + e);
              }
            },
            "reading");
    reading.setDaemon(true);
    reading.start();
    return lines;
  }

  /** One process of the application, which its environment leads to the place. */
  private final class Instance {
    private final Process process;
    private final BlockingQueue<String> said;
    private final BufferedWriter words;

    Instance(String... arguments) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      started.add(process);
      said = lines(process);
      words = process.outputWriter(StandardCharsets.UTF_8);
    }

    void say(String line) throws IOException {
      words.write(line);
      words.newLine();
      words.flush();
    }

    /** Returns when it has said this line. */
    void hears(String line) throws InterruptedException {
      List<String> before = new ArrayList<>();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
      while (true) {
        String next = said.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (next == null) {
          throw new AssertionError("'" + line + "' was not said; only " + before);
        }
        if (next.startsWith(line)) {
          return;
        }
        before.add(next);
      }
    }

    int end() throws Exception {
      words.close();
      assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoProcessesSeeByWatchWhatTheOtherDoes(Place place) throws Exception {
    share(place);
    Instance one = new Instance("watch");
    Instance two = new Instance("watch");
    one.hears("Watching");
    two.hears("Watching");

    one.say("open movie-night Night Ann Casablanca secret");
    two.hears("* movie-night: [Ann] watch Casablanca");
    two.say("join movie-night Ben secret");
    one.hears("* movie-night: [Ann, Ben] watch Casablanca");
    two.hears("* movie-night: [Ann, Ben] watch Casablanca");

    two.say("open matinee Matinee Eve Notorious secret");
    one.hears("* matinee: [Eve] watch Notorious");
    one.say("close matinee");
    two.hears("* matinee is closed");

    assertThat(one.end()).isZero();
    assertThat(two.end()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void guestsWhoComeInThroughTwoProcessesAtOnceAreAllIn(Place place) throws Exception {
    share(place);
    Instance one = new Instance("watch");
    Instance two = new Instance("watch");
    one.hears("Watching");
    two.hears("Watching");
    one.say("open movie-night Night Ann Casablanca secret");
    two.hears("* movie-night: [Ann]");
    for (int i = 0; i < GUESTS; i++) {
      one.say("join movie-night one-" + i + " secret");
      two.say("join movie-night two-" + i + " secret");
    }
    assertThat(one.end()).isZero();
    assertThat(two.end()).isZero();

    Instance later = new Instance("show", "movie-night");
    String shown = later.said.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    List<String> guests =
        List.of(String.valueOf(shown).replaceAll(".*\\[|].*", "").split(", ", -1));
    assertThat(guests).hasSize(1 + 2 * GUESTS).doesNotHaveDuplicates();
    assertThat(guests.get(0)).isEqualTo("Ann");
  }
}
