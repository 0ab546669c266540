package io.undercroft.it.jta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.narayana.NarayanaTransactionIntegration;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Inside a JTA transaction, by Narayana and Agroal as in WildFly: what joins it is done or undone
 * with it, also above layers, and what cannot join it says so.
 */
class JtaTest {
  private static final String SOURCE = "java:comp/env/jdbc/rooms";

  private final TransactionManager transactions =
      com.arjuna.ats.jta.TransactionManager.transactionManager();
  private final ExecutorService others = Executors.newSingleThreadExecutor();
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void bind() throws Exception {
    TransactionSynchronizationRegistryImple registry =
        new TransactionSynchronizationRegistryImple();
    AgroalDataSource source =
        AgroalDataSource.from(
            new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(
                    pool ->
                        pool.maxSize(8)
                            .transactionIntegration(
                                new NarayanaTransactionIntegration(transactions, registry))
                            .connectionFactoryConfiguration(
                                factory ->
                                    factory
                                        .connectionProviderClass(JdbcDataSource.class)
                                        .jdbcUrl("jdbc:h2:mem:jta"))));
    open.add(source);
    open.add(source.getConnection()); // the database is there as long as somebody has it
    Names names = Names.open();
    open.add(names);
    names.bind(SOURCE, source);
    names.bind("java:comp/TransactionSynchronizationRegistry", registry);
  }

  @AfterEach
  void unbind() throws Exception {
    others.shutdownNow();
    if (transactions.getStatus() != Status.STATUS_NO_TRANSACTION) {
      transactions.rollback(); // of a test that failed
    }
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private Storage<String> storage(Map<String, String> settings) {
    Undercroft undercroft =
        Undercroft.builder().withoutAmbientConfig().storage("rooms", settings).open();
    open.add(undercroft);
    return undercroft.storage("rooms", String.class);
  }

  private Storage<String> joined(String layers) {
    return storage(Map.of("type", "jdbc", "datasource", SOURCE, "layers", layers));
  }

  private Optional<String> elsewhere(Storage<String> rooms, String key) throws Exception {
    return others.submit(() -> rooms.get(key)).get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatIsRolledBackWasNeverNear() throws Exception {
    Storage<String> rooms = joined("cache");
    rooms.set("a", "before");
    assertThat(rooms.get("a")).hasValue("before");

    transactions.begin();
    rooms.set("a", "within");
    assertThat(rooms.get("a")).hasValue("within");
    assertThat(rooms.batched().getMany(List.of("a", "b")))
        .containsExactly(Map.entry("a", "within"));
    assertThat(rooms.has("b")).isFalse();
    assertThat(elsewhere(rooms, "a")).hasValue("before");
    transactions.rollback();

    assertThat(rooms.get("a")).hasValue("before");
    assertThat(elsewhere(rooms, "a")).hasValue("before");
  }

  @Test
  void whatIsCommittedIsSeenByEverybody() throws Exception {
    Storage<String> rooms = joined("cache");
    rooms.set("a", "before");
    rooms.set("b", "before");

    transactions.begin();
    rooms.set("a", "within");
    rooms.delete("b");
    assertThat(elsewhere(rooms, "a")).hasValue("before");
    assertThat(elsewhere(rooms, "b")).hasValue("before");
    transactions.commit();

    assertThat(elsewhere(rooms, "a")).hasValue("within");
    assertThat(elsewhere(rooms, "b")).isEmpty();
    assertThat(rooms.get("a")).hasValue("within");
  }

  @Test
  void whatWasReadInsideIsNotKept() throws Exception {
    Storage<String> rooms = joined("cache");
    rooms.set("a", "before");
    transactions.begin();
    rooms.set("b", "within"); // the transaction has begun in the database, too
    assertThat(rooms.get("a")).hasValue("before");
    others.submit(() -> rooms.set("a", "after")).get(30, TimeUnit.SECONDS);
    rooms.get("a");
    transactions.rollback();
    assertThat(rooms.get("a")).hasValue("after");
    assertThat(rooms.get("b")).isEmpty();
  }

  @Test
  void theTrailTellsWhatBecameOfTheTransaction(@TempDir Path folder) throws Exception {
    Path trail = folder.resolve("trail.jsonl");
    Storage<String> rooms =
        storage(
            Map.of(
                "type",
                "jdbc",
                "datasource",
                SOURCE,
                "layers",
                "audit",
                "audit.path",
                trail.toString()));
    transactions.begin();
    rooms.set("a", "within");
    transactions.rollback();
    assertThat(outcomes(trail)).containsExactly("created", "rolled back");
    transactions.begin();
    rooms.set("a", "within");
    transactions.commit();
    rooms.set("a", "outside");
    assertThat(outcomes(trail))
        .containsExactly("created", "rolled back", "created", "committed", "overwritten");
  }

  private static List<String> outcomes(Path trail) throws IOException {
    List<String> outcomes = new ArrayList<>();
    for (String line : Files.readAllLines(trail)) {
      try (JsonReader reader = Json.createReader(new StringReader(line))) {
        JsonObject record = reader.readObject();
        if (record.containsKey("outcome")) {
          outcomes.add(record.getString("outcome"));
        }
      }
    }
    return outcomes;
  }

  @Test
  void whatCannotJoinRefusesWritesAndGoesOnReading() throws Exception {
    Storage<String> rooms = storage(Map.of("type", "memory"));
    rooms.set("a", "before");
    transactions.begin();
    try {
      assertThat(rooms.get("a")).hasValue("before");
      assertThatThrownBy(() -> rooms.set("a", "within"))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(ErrorCode.UNSUPPORTED.name())
          .hasMessageContaining("JTA")
          .hasMessageContaining("storages.rooms.jta=ignore");
      assertThatThrownBy(() -> rooms.delete("a")).isInstanceOf(StorageException.class);
      assertThatThrownBy(() -> rooms.batched().setMany(Map.of("b", "within")))
          .isInstanceOf(StorageException.class);
      assertThatThrownBy(
              () ->
                  rooms
                      .transactional()
                      .transaction(
                          inside -> {
                            inside.set("c", "within");
                            return true;
                          }))
          .isInstanceOf(StorageException.class);
    } finally {
      transactions.rollback();
    }
    assertThat(rooms.keys()).containsExactly("a");
    rooms.set("a", "after");
    assertThat(rooms.get("a")).hasValue("after");
  }

  @Test
  void whoSaysSoWritesAtOnceWhateverBecomesOfTheTransaction() throws Exception {
    Storage<String> rooms = storage(Map.of("type", "memory", "jta", "ignore"));
    transactions.begin();
    rooms.set("a", "within");
    transactions.rollback();
    assertThat(rooms.get("a")).hasValue("within");
  }
}
