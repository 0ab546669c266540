package io.undercroft.layer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.Entry;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.query.Field;
import io.undercroft.storage.query.Query;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No value and no secret is in anything that the layer writes. */
class NothingSecretTest {
  private static final String SECRET = "pa55-of-the-house";
  private static final long SEED = Long.getLong("audit.seed", System.nanoTime());

  @TempDir Path folder;

  @Test
  void neitherValuesNorSecretsAreWritten() throws IOException {
    Random random = new Random(SEED);
    List<String> values = new ArrayList<>(List.of(SECRET));
    try (Audited audited = new Audited(folder, "audit.reads", "true")) {
      Storage<String> rooms = audited.rooms();
      for (int i = 0; i < 200; i++) {
        String value = Long.toHexString(random.nextLong()) + "-" + SECRET + "-" + i;
        values.add(value);
        String key = "Key " + i % 9;
        Entry<String> entry = rooms.set(key, value, SetOptions.metadata("who", value));
        rooms.get(key);
        rooms.update(key, old -> old.map(text -> text + SECRET));
        rooms.batched().setMany(Map.of(key, value, "other", value));
        rooms.batched().getMany(List.of(key));
        rooms.queryable().query(Query.where(Field.field("x").eq(value))).close();
        assertThatThrownBy(() -> rooms.set(key, value, SetOptions.ifVersion(entry.version())))
            .isInstanceOf(RuntimeException.class);
        try (Transaction<String> tx =
            rooms.transactional().beginTransaction(TransactionOptions.defaults())) {
          tx.set(key, value);
          tx.savepoint("s");
          tx.commit();
        }
      }
      assertThat(audited.trail().verify().bad()).isEmpty();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        for (String value : values) {
          assertThat(text.contains(value)).as("seed %s, %s in %s", SEED, value, file).isFalse();
        }
      }
    }
  }
}
