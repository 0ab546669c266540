package io.undercroft.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.undercroft.runtime.cdi.StorageKeeper;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageName;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an orchestrator is told by SmallRye Health, as it is in several servers. */
class StorageReadinessTest {
  @TempDir private Path folder;

  /** Uses them. */
  @Dependent
  static class Application {
    @Inject
    @StorageName("rooms")
    Storage<String> rooms;

    @Inject
    @StorageName("nights")
    Storage<String> nights;
  }

  private Map<String, String> settings() {
    return Map.of(
        "storages.rooms.type", "file",
        "storages.rooms.path", folder.resolve("rooms").toString(),
        "storages.nights.type", "file",
        "storages.nights.path", folder.resolve("nights").toString(),
        "storages.nights.required", "false");
  }

  @BeforeEach
  void configure() {
    settings().forEach(System::setProperty);
  }

  @AfterEach
  void forget() {
    settings().keySet().forEach(System::clearProperty);
  }

  @Test
  void readinessIsThatOfTheRequiredStorages() throws Exception {
    try (SeContainer container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addBeanClasses(Application.class, StorageKeeper.class, StorageReadiness.class)
            .addPackages(SmallRyeHealthReporter.class)
            .initialize()) {
      Application application = container.select(Application.class).get();
      SmallRyeHealthReporter reporter = container.select(SmallRyeHealthReporter.class).get();
      application.rooms.set("a", "b");
      application.nights.set("a", "b");

      assertThat(check(reporter.getReadiness()))
          .isEqualTo(Map.of("status", "UP", "rooms", "UP", "nights", "UP"));

      gone("nights");
      assertThat(check(reporter.getReadiness()))
          .as("one that is not required does not count")
          .isEqualTo(Map.of("status", "UP", "rooms", "UP", "nights", "CONNECTION_FAILED"));

      gone("rooms");
      SmallRyeHealth health = reporter.getReadiness();
      assertThat(health.isDown()).isTrue();
      assertThat(check(health)).containsEntry("rooms", "CONNECTION_FAILED");
      assertThat(health.getPayload().toString()).doesNotContain(folder.toString());
    }
  }

  private void gone(String name) throws Exception {
    Files.move(folder.resolve(name), folder.resolve(name + ".gone"));
  }

  /** Returns the status of the check and its data. */
  private static Map<String, String> check(SmallRyeHealth health) {
    List<JsonObject> checks =
        health.getPayload().getJsonArray("checks").getValuesAs(JsonObject.class);
    assertThat(checks).extracting(one -> one.getString("name")).containsExactly("undercroft");
    JsonObject one = checks.get(0);
    Map<String, String> all = new java.util.HashMap<>();
    all.put("status", one.getString("status"));
    one.getJsonObject("data")
        .keySet()
        .forEach(name -> all.put(name, one.getJsonObject("data").getString(name)));
    return all;
  }
}
