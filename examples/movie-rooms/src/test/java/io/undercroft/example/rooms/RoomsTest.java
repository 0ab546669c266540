package io.undercroft.example.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.Entry;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoomsTest {
  private static final int DEADLINE_SECONDS = 60;

  @TempDir Path temporary;

  private record Said(int status, String text) {}

  private static Said here(String... arguments) {
    return here(InputStream.nullInputStream(), arguments);
  }

  private static Said here(InputStream in, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status = Main.run(in, new PrintStream(out, true, StandardCharsets.UTF_8), arguments);
    return new Said(status, out.toString(StandardCharsets.UTF_8));
  }

  /** Runs the application as a user does: a process of its own, configured by its environment. */
  private Said asProcess(Path rooms, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("STORAGE_TYPE", "file");
    builder.environment().put("STORAGE_PATH", rooms.toString());
    Path out = Files.createTempFile(temporary, "out", ".txt");
    Process process =
        builder.redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), Files.readString(out));
  }

  @Test
  void withoutConfigurationRoomsLiveInMemory() {
    assertThat(here("open", "movie-night", "Movie Night", "Ann", "Casablanca", "secret").text())
        .contains("Movie Night is open");
    assertThat(here("list").text()).isEmpty();
  }

  @Test
  void whoWatchesIsToldAndMaySayTheOthers() {
    String said = "open night Night Ann Casablanca secret\nopen night Mine Eve Up x\nlist\n";
    String text =
        here(new ByteArrayInputStream(said.getBytes(StandardCharsets.UTF_8)), "watch").text();
    assertThat(text.lines())
        .startsWith("Watching; say any of the others, a line each, without blanks in a word")
        .contains("Night is open", "night")
        .anyMatch(line -> line.contains("VERSION_CONFLICT"));
  }

  @Test
  void twoVariablesKeepThemAsFilesThatAPersonCanRead() throws Exception {
    Path rooms = temporary.resolve("data/rooms");
    assertThat(
            asProcess(rooms, "open", "movie-night", "Movie Night", "Ann", "Casablanca", "secret"))
        .isEqualTo(new Said(0, "Movie Night is open" + System.lineSeparator()));
    String file = Files.readString(rooms.resolve("movie-night.json"));
    assertThat(file)
        .startsWith(
            """
            {
              "name": "Movie Night",
              "host": "Ann",
              "film": "Casablanca",
              "guests": ["Ann"],
              "password": {
                "salt": \"\
            """)
        .doesNotContain("secret")
        .endsWith("}\n");

    assertThat(asProcess(rooms, "join", "movie-night", "Ben", "wrong").status()).isEqualTo(1);
    assertThat(asProcess(rooms, "join", "movie-night", "Ben", "secret").text())
        .contains("[Ann, Ben] watch Casablanca");
    assertThat(asProcess(rooms, "open", "movie-night", "Mine", "Eve", "Up", "x").text())
        .contains("VERSION_CONFLICT")
        .contains("movie-night");

    Files.writeString(
        rooms.resolve("movie-night.json"),
        Files.readString(rooms.resolve("movie-night.json")).replace("Casablanca", "Notorious"));
    assertThat(asProcess(rooms, "show", "movie-night").text()).contains("watch Notorious");
    assertThat(asProcess(rooms, "list").text().strip()).isEqualTo("movie-night");
    assertThat(asProcess(rooms, "close", "movie-night").text()).contains("Closed");
    assertThat(asProcess(rooms, "show", "movie-night").status()).isEqualTo(1);
  }

  @Test
  void aRoomIsGoneAfterAWeek() {
    Path folder = temporary.resolve("rooms");
    try (Undercroft undercroft =
        Undercroft.builder()
            .withoutAmbientConfig()
            .set("storage.type", "file")
            .set("storage.path", folder.toString())
            .open()) {
      Storage<Room> storage = undercroft.storage(Room.class);
      Rooms rooms = new Rooms(storage);
      rooms.open("old", "Old", "Ann", "Metropolis", "x");
      Entry<Room> entry = storage.entry("old").orElseThrow();
      assertThat(Duration.between(entry.updatedAt(), entry.expiresAt().orElseThrow()))
          .isBetween(Rooms.LIFE.minusSeconds(1), Rooms.LIFE.plusSeconds(1));
    }
    try (Undercroft aWeekLater =
        Undercroft.builder()
            .withoutAmbientConfig()
            .set("storage.type", "file")
            .set("storage.path", folder.toString())
            .clock(
                java.time.Clock.offset(
                    java.time.Clock.systemUTC(), Rooms.LIFE.plus(Duration.ofSeconds(1))))
            .open()) {
      Rooms rooms = new Rooms(aWeekLater.storage(Room.class));
      assertThat(rooms.list()).isEmpty();
      assertThat(rooms.isOpen("old")).isFalse();
    }
  }

  @Test
  void aPasswordMatchesItselfOnlyAndCannotBeReadBack() {
    HashedPassword hashed = HashedPassword.of("secret", new SecureRandom());
    assertThat(hashed.matches("secret")).isTrue();
    assertThat(hashed.matches("Secret")).isFalse();
    assertThat(hashed.toString()).doesNotContain("secret");
    assertThat(HashedPassword.of("secret", new SecureRandom())).isNotEqualTo(hashed);
  }
}
