package io.undercroft.layer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.runtime.cdi.StorageKeeper;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.tool.AuditRecord;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code sink=event}: the container's observers are told, and one that throws is a full disk. */
class ObservedTrailTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "storages.rooms.type", "memory",
          "storages.rooms.layers", "audit",
          "storages.rooms.audit.sink", "event",
          "storages.others.type", "memory");

  private static final Queue<AuditRecord> TOLD = new ConcurrentLinkedQueue<>();
  private static final BlockingQueue<AuditRecord> TOLD_LATER = new LinkedBlockingQueue<>();
  private static volatile boolean broken;

  /** Hears the trail. */
  @ApplicationScoped
  static class Auditor {
    void hear(@Observes @StorageName("rooms") AuditRecord record) {
      if (broken) {
        throw new IllegalStateException("the auditor is ill");
      }
      TOLD.add(record);
    }

    void hearLater(@ObservesAsync @StorageName("rooms") AuditRecord record) {
      TOLD_LATER.add(record);
    }

    void hearOthers(@Observes @StorageName("others") AuditRecord record) {
      throw new IllegalStateException("that storage has no trail");
    }

    @Produces
    Principal principal() {
      return () -> "alice";
    }
  }

  /** Writes. */
  @Dependent
  static class Writer {
    @Inject
    @StorageName("rooms")
    Storage<String> rooms;
  }

  @BeforeEach
  void configure() {
    SETTINGS.forEach(System::setProperty);
    TOLD.clear();
    TOLD_LATER.clear();
    broken = false;
  }

  @AfterEach
  void forget() {
    SETTINGS.keySet().forEach(System::clearProperty);
  }

  @Test
  void observersAreToldWhoDidWhat() throws InterruptedException {
    try (SeContainer container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addBeanClasses(Auditor.class, Writer.class, StorageKeeper.class)
            .initialize()) {
      Storage<String> rooms = container.select(Writer.class).get().rooms;
      rooms.set("a", "Rumpelstilzchen");
      rooms.get("a");

      assertThat(TOLD).extracting(AuditRecord::event).containsExactly("begun", "ended");
      assertThat(TOLD).extracting(AuditRecord::principal).containsOnly("alice");
      assertThat(TOLD).extracting(AuditRecord::keys).containsOnly(List.of("a"));
      assertThat(TOLD).extracting(AuditRecord::sequence).containsExactly(1L, 2L);
      assertThat(TOLD.toString()).doesNotContain("Rumpelstilzchen");
      assertThat(TOLD_LATER.poll(30, TimeUnit.SECONDS)).isNotNull();

      broken = true;
      StorageException refused =
          catchThrowableOfType(StorageException.class, () -> rooms.set("b", "c"));
      assertThat(refused.code()).isEqualTo(ErrorCode.CONNECTION_FAILED);
      assertThat(refused).hasMessageContaining("observer");
      broken = false;
      assertThat(rooms.has("b")).as("what cannot be told is not done").isFalse();
    }
  }

  @Test
  void withoutAContainerNothingIsDone() {
    try (Undercroft undercroft =
        Undercroft.builder()
            .withoutAmbientConfig()
            .storage("rooms", Map.of("type", "memory", "layers", "audit", "audit.sink", "event"))
            .open()) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      StorageException refused =
          catchThrowableOfType(StorageException.class, () -> rooms.set("a", "b"));
      assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(refused).hasMessageContaining("container");
    }
  }
}
