package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One start, eight mistakes, all reported with their sources, and no secret. */
class EightMistakesTest {
  private static final String SECRET = "hunter2";

  @Test
  void eightMistakesFromFourSourcesAreReportedAtOnceWithoutASecret(@TempDir Path folder)
      throws IOException {
    Path properties =
        Files.writeString(
            folder.resolve("app.properties"),
            """
            storages.orders.type=redis
            storages.orders.uri=redis://localhost:6379/0
            # an unknown key that is like nothing
            storages.orders.colour=green
            # a near miss
            storages.orders.max-conections=8
            # a bad duration
            storages.orders.timeout=5 parsecs
            # two storages on one folder, the other one is in the environment
            storages.rooms.type=file
            storages.rooms.path=%s/data/./rooms
            """
                .formatted(folder));
    Path yaml =
        Files.writeString(
            folder.resolve("app.yaml"),
            """
            storages:
              users:
                type: cassandra            # a missing plugin
                keyspace: users
              films:
                type: File                 # the wrong case
                path: %s/films
            """
                .formatted(folder));
    Configuration configuration =
        Configuration.builder()
            .file(properties)
            .file(yaml)
            .systemProperties(Map.of("storages.rooms.durability", "relaxed"))
            .environment(
                Map.of(
                    "STORAGES_GUESTS_TYPE",
                    "file",
                    "STORAGES_GUESTS_PATH",
                    folder + "/data/rooms",
                    "STORAGES_SESSIONS_TYPE",
                    "redis",
                    "STORAGES_SESSIONS_URI",
                    "redis://app:" + SECRET + "/ 2@cache host:6379/1"))
            .set("storages.bills.type", "jdbc")
            .storage("bills", Map.of("password", SECRET)) // a missing required option: url
            .build();

    configuration.bootstrap();
    StorageException problem =
        catchThrowableOfType(
            StorageException.class, () -> configuration.check(Plugins.catalog().build()));

    assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    assertThat(problem.getMessage().lines())
        .containsExactly(
            "INVALID_CONFIG: 8 problems",
            "  - storages.bills.url (code): not set, but plugin 'jdbc' requires it (text): jdbc:…",
            "  - storages.films.type=File ("
                + yaml
                + "): no such plugin; did you mean 'file'?"
                + " found file, jdbc, memory, redis in plugins/",
            "  - storages.orders.colour ("
                + properties
                + "): unknown option; plugin 'redis' has"
                + " max-connections, max-value, nodes, password, timeout, uri, user",
            "  - storages.orders.max-conections ("
                + properties
                + "): unknown option; did you mean"
                + " 'max-connections'?",
            "  - storages.orders.timeout='5 parsecs' ("
                + properties
                + "): must be a duration such"
                + " as 500ms, 2s, 5m, 1h, 7d or PT2S",
            "  - storages.rooms.path='"
                + folder
                + "/data/./rooms' ("
                + properties
                + "):"
                + " 'folder:"
                + folder
                + "/data/rooms' is already used by storages.guests.path='"
                + folder
                + "/data/rooms' (environment STORAGES_GUESTS_PATH); give each storage its"
                + " own",
            "  - storages.sessions.uri='redis://***@cache host:6379/1' (environment"
                + " STORAGES_SESSIONS_URI): must be a URI such as scheme://host:port/path",
            "  - storages.users.type=cassandra ("
                + yaml
                + "): no such plugin; found file, jdbc,"
                + " memory, redis in plugins/");
    assertThat(everythingThatCouldBePrinted(problem)).noneMatch(text -> text.contains(SECRET));
  }

  private static List<String> everythingThatCouldBePrinted(Throwable problem) {
    java.io.StringWriter trace = new java.io.StringWriter();
    problem.printStackTrace(new java.io.PrintWriter(trace));
    return List.of(trace.toString(), problem.toString());
  }
}
