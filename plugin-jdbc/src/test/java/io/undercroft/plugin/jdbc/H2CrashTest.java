package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What H2 finds in its file when its process has ended without a farewell. */
class H2CrashTest {
  private static final int WRITES = 400;
  private static final int KEYS = 24;
  private static final int BETWEEN_LOOKS = 5;

  @TempDir Path temp;

  /**
   * The file as it is after an acknowledged write is what a killed process leaves behind. Space
   * that has become free is used again at once here, as it is after 45 seconds by default: only
   * then new pieces of the file lie before old ones, and have to be found by its head.
   */
  @Test
  void theLastAcknowledgedWriteIsFound() throws IOException {
    Random random = new Random(28);
    List<String> lost = new ArrayList<>();
    try (Given given = new Given()) {
      Given.Store store = given.open(new JdbcPlugin(), "url", url("data") + ";RETENTION_TIME=0");
      for (int i = 1; i <= WRITES; i++) {
        String key = "key-" + random.nextInt(KEYS);
        String json = "{\"number\":" + i + ",\"text\":\"" + text(random) + "\"}";
        store.put(key, json);
        if (i % BETWEEN_LOOKS == 0 && !isFound(key, json)) {
          lost.add("write " + i);
        }
      }
      assertThat(Files.size(temp.resolve("data.mv.db")))
          .as("bytes of the file, in which space is used again")
          .isLessThan(WRITES * 4_096L);
    }
    assertThat(lost).isEmpty();
  }

  private String url(String database) {
    return "jdbc:h2:" + temp.resolve(database);
  }

  private static String text(Random random) {
    return "x".repeat(random.nextInt(random.nextInt(8) == 0 ? 60_000 : 900));
  }

  private boolean isFound(String key, String json) throws IOException {
    Files.copy(
        temp.resolve("data.mv.db"),
        temp.resolve("crashed.mv.db"),
        StandardCopyOption.REPLACE_EXISTING);
    try (Given given = new Given()) {
      Given.Store store = given.open(new JdbcPlugin(), "url", url("crashed"));
      return store.get(key).filter(json::equals).isPresent();
    }
  }
}
