package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.StorageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One process writes, others may read. */
class LockTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
  Path temp;

  private final Given given = new Given();

  @AfterEach
  void close() {
    given.close();
  }

  /** Runs in a child process: opens the storage, says so, and waits for its input to end. */
  static final class Holder {
    public static void main(String[] arguments) throws IOException {
      try (Given given = new Given()) {
        given.open(Path.of(arguments[0])).put("from-child", "1");
        System.out.println("open");
        System.out.flush();
        while (System.in.read() >= 0) {
          // until the parent lets go
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rooms", "rooms.json"})
  void aSecondProcessIsRefusedByNameUntilTheFirstIsKilled(String layout) throws Exception {
    Path path = temp.resolve(layout);
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(said.readLine()).isEqualTo("open");
      assertThatThrownBy(() -> given.open(path))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("process " + child.pid())
          .hasMessageContaining("access=read-only");
      Given.Store reader = given.open(path, "access", "read-only");
      assertThat(reader.get("from-child")).contains("1");
      assertThat(reader.keyValue().size()).isEqualTo(1);
      assertThatThrownBy(() -> reader.put("a", "1")).hasMessageContaining("read-only");
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(given.open(path).get("from-child")).contains("1");
  }

  @Test
  void aSecondStorageOfThisProcessIsRefusedAndTheFirstKeepsItsLock() {
    Given.Store first = given.open(temp.resolve("rooms"));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> given.open(temp.resolve("rooms")))
          .hasMessageContaining("this very process")
          .hasMessageContaining("'rooms'");
    }
    first.close();
    first.close();
    given.open(temp.resolve("rooms")).put("a", "1");
  }
}
