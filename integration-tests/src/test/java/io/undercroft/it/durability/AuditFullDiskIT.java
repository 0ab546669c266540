package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.Distribution;
import io.undercroft.it.Shell;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk of the trail without room: what cannot be recorded is not acknowledged, and says why.
 * Only in the profile {@code power-cut}: Linux and root.
 */
@Tag("power-cut")
final class AuditFullDiskIT {
  private static final int KILOBYTES = 256;
  private static final int FILES = 100;
  private static final int MOST = 5_000;

  @TempDir Path temporary;

  private final Distribution distribution = new Distribution();
  private @Nullable SmallDisk disk;

  @BeforeEach
  void mount() throws Exception {
    Programs.skipIf("FULL DISK", SmallDisk.obstacle());
    disk = new SmallDisk(temporary, KILOBYTES, FILES);
  }

  @AfterEach
  void unmount() throws Exception {
    if (disk != null) {
      disk.close();
    }
  }

  private List<String> properties() {
    Path small = Objects.requireNonNull(disk, "mounted before each test").folder();
    return List.of(
        "storage.type=file",
        "storage.path=" + temporary.resolve("rooms"),
        "storage.layers=audit",
        "storage.audit.path=" + small.resolve("audit.jsonl"));
  }

  @Test
  void whatCannotBeRecordedIsNotAcknowledged() throws Exception {
    List<String> acknowledged = new ArrayList<>();
    try (Shell shell =
        Shell.start(distribution.shell(properties()), temporary.resolve("shell.log"))) {
      JsonObject answer = write(shell, 0);
      for (int i = 0; answer.getBoolean("ok") && i < MOST; i++) {
        acknowledged.add("Key " + i);
        answer = write(shell, i + 1);
      }
      assertThat(answer.getBoolean("ok")).isFalse();
      assertThat(answer.getString("code")).isIn("STORAGE_FULL", "UNKNOWN_OUTCOME");
      assertThat(answer.getString("message"))
          .contains("audit trail")
          .contains("make room on its disk");
      JsonObject next = write(shell, MOST);
      assertThat(next.getString("code")).isEqualTo("STORAGE_FULL");
      assertThat(next.getString("message")).contains("nothing was done");
      JsonObject there = shell.ask(Line.get("Key " + MOST));
      assertThat(there.isNull("result")).as("%s", there).isTrue();
    }
    String trail =
        Files.readString(Objects.requireNonNull(disk, "mounted").folder().resolve("audit.jsonl"));
    assertThat(acknowledged).hasSizeGreaterThan(50);
    assertThat(acknowledged).allMatch(key -> trail.contains('"' + key + '"'));
    List<String> verify = new ArrayList<>();
    properties().forEach(property -> verify.addAll(List.of("-D", property)));
    verify.addAll(List.of("audit", "verify"));
    Distribution.Ended verified = distribution.run(temporary, verify.toArray(String[]::new));
    assertThat(verified.status()).as("%s", verified).isZero();
  }

  private static JsonObject write(Shell shell, int number) {
    return shell.ask(Line.set("Key " + number, Json.createObjectBuilder().add("a", 1).build()));
  }
}
