package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layers as they lie in the distribution, each with a class loader of its own. */
final class LayersIT {
  private static final String KEYS = "one:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  private final Distribution distribution = new Distribution();

  @TempDir Path temporary;

  @Test
  void allOfThemStandAboutAFolder() throws Exception {
    Path rooms = temporary.resolve("rooms");
    Path schema =
        Files.writeString(
            temporary.resolve("schema.json"), "{\"type\":\"object\",\"maxProperties\":1}");
    List<String> command =
        distribution.shell(
            List.of(
                "storage.type=file",
                "storage.path=" + rooms,
                "storage.layers=prefix,quota,json-schema,encrypt,cache,retry,breaker,timeout,bulkhead",
                "storage.prefix.tenant=acme",
                "storage.quota.max-entries=1",
                "storage.json-schema.file=" + schema,
                "storage.encrypt.keys=" + KEYS,
                "storage.timeout.limit=30s",
                "storage.bulkhead.max-concurrent=8"));
    try (Shell shell = Shell.start(command, temporary.resolve("shell.log"))) {
      assertThat(ask(shell, "{\"op\":\"set\",\"key\":\"a\",\"value\":{\"secret\":\"Rumpel\"}}"))
          .contains("\"ok\":true");
      assertThat(ask(shell, "{\"op\":\"get\",\"key\":\"a\"}")).contains("Rumpel");
      assertThat(ask(shell, "{\"op\":\"set\",\"key\":\"b\",\"value\":{}}"))
          .contains("QUOTA_EXCEEDED");
      assertThat(ask(shell, "{\"op\":\"set\",\"key\":\"a\",\"value\":{\"a\":1,\"b\":2}}"))
          .contains("INVALID_VALUE");
      assertThat(ask(shell, "{\"op\":\"keys\"}")).contains("[\"a\"]");
      assertThat(ask(shell, "{\"op\":\"info\"}"))
          .contains("cache.staleness", "breaker.state", "below they begin with acme/")
          .doesNotContain("AAECAwQF");
    }
    try (var files = Files.walk(rooms)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as("%s", file)
            .doesNotContain("Rumpel");
      }
    }
  }

  private static String ask(Shell shell, String request) {
    JsonObject answer = shell.ask(Json.createReader(new StringReader(request)).readObject());
    return answer.toString();
  }
}
