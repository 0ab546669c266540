package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin as it lies in the distribution, with a class loader of its own. */
final class SqliteIT {
  private static final String NEWEST_OF_ALICE =
      "\"query\":{\"where\":{\"field\":\"author\",\"operator\":\"eq\",\"value\":\"Alice\"},"
          + "\"orderBy\":[{\"field\":\"year\",\"direction\":\"desc\"}],\"limit\":2}";

  private final Distribution distribution = new Distribution();

  @TempDir Path temporary;

  @Test
  void aTableIsWrittenIndexedAndAsked() throws Exception {
    Path database = temporary.resolve("rooms.db");
    List<String> command =
        distribution.shell(List.of("storage.type=sqlite", "storage.database=" + database));
    try (Shell shell = Shell.start(command, temporary.resolve("shell.log"))) {
      for (int year = 1; year <= 9; year++) {
        String author = year % 3 == 0 ? "Bob" : "Alice";
        ask(
            shell,
            "{\"op\":\"set\",\"key\":\"k%d\",\"value\":{\"author\":\"%s\",\"year\":%d},\"options\":{\"metadata\":{\"by\":\"me\"}}}"
                .formatted(year, author, year));
      }
      assertThat(ask(shell, "{\"op\":\"explain\"," + NEWEST_OF_ALICE + "}").toString())
          .contains("\"native\"")
          .contains("no row is out of the engine's sight");
      ask(
          shell,
          "{\"op\":\"createIndex\",\"index\":{\"name\":\"by\",\"type\":\"ordered\",\"fields\":[{\"field\":\"author\"},{\"field\":\"year\",\"direction\":\"desc\"}]}}");
      assertThat(ask(shell, "{\"op\":\"explain\"," + NEWEST_OF_ALICE + "}").toString())
          .contains("\"by\"")
          .contains("no row is odd to the index");
      assertThat(ask(shell, "{\"op\":\"query\"," + NEWEST_OF_ALICE + "}").asJsonArray())
          .extracting(found -> found.asJsonObject().getString("key"))
          .containsExactly("k8", "k7");
      assertThat(ask(shell, "{\"op\":\"entry\",\"key\":\"k1\"}").toString())
          .contains("\"by\":\"me\"");
    }
  }

  private static JsonValue ask(Shell shell, String request) {
    JsonObject answer = shell.ask(Json.createReader(new StringReader(request)).readObject());
    assertThat(answer.getBoolean("ok")).as(answer.toString()).isTrue();
    return answer.getOrDefault("result", JsonValue.NULL);
  }
}
