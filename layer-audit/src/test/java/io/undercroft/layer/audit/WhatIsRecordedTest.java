package io.undercroft.layer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.Caller;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.tool.AuditRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WhatIsRecordedTest {
  @TempDir Path folder;

  private static List<String> words(List<AuditRecord> records) {
    return records.stream()
        .map(
            record ->
                String.join(
                    " ",
                    Stream.of(
                            Stream.of(record.event(), record.operation()),
                            record.keys().stream(),
                            record.outcome().stream())
                        .flatMap(part -> part)
                        .toList()))
        .toList();
  }

  @Test
  void aWriteIsRecordedBeforeAndAfterIt() {
    try (Audited audited = new Audited(folder)) {
      audited.rooms().set("a", "one");
      audited.rooms().set("a", "two");
      audited.rooms().delete("a");
      audited.rooms().delete("a");

      assertThat(words(audited.records()))
          .containsExactly(
              "begun PUT a",
              "ended PUT a created",
              "begun PUT a",
              "ended PUT a overwritten",
              "begun DELETE a",
              "ended DELETE a deleted",
              "begun DELETE a",
              "ended DELETE a absent");
      assertThat(audited.trail().verify().bad()).isEmpty();
    }
  }

  @Test
  void readsAreRecordedIfAskedFor() {
    try (Audited audited = new Audited(folder, "audit.reads", "true")) {
      audited.rooms().get("a");
      audited.rooms().has("b");

      assertThat(words(audited.records())).containsExactly("done GET a absent", "done HAS b false");
    }
  }

  @Test
  void readsAreNotRecordedUnlessAskedFor() {
    try (Audited audited = new Audited(folder)) {
      audited.rooms().get("a");

      assertThat(audited.records()).isEmpty();
    }
  }

  @Test
  void aFailureIsRecordedWithItsCode() {
    try (Audited audited = new Audited(folder, "read-only", "true")) {
      assertThatThrownBy(() -> audited.rooms().set("a", "one"))
          .isInstanceOf(StorageException.class);

      assertThat(words(audited.records()))
          .containsExactly("begun PUT a", "ended PUT a UNSUPPORTED");
    }
  }

  @Test
  void aConflictIsRecorded() {
    try (Audited audited = new Audited(folder)) {
      audited.rooms().set("a", "one");
      assertThatThrownBy(() -> audited.rooms().set("a", "two", SetOptions.ifAbsent()))
          .isInstanceOf(StorageException.class);

      assertThat(words(audited.records())).endsWith("begun PUT a", "ended PUT a conflict");
    }
  }

  @Test
  void aTransactionIsRecordedFromItsBeginningToItsEnd() {
    try (Audited audited = new Audited(folder)) {
      try (Transaction<String> tx =
          audited.rooms().transactional().beginTransaction(TransactionOptions.defaults())) {
        tx.set("a", "one");
        tx.commit();
      }
      try (Transaction<String> tx =
          audited.rooms().transactional().beginTransaction(TransactionOptions.defaults())) {
        tx.set("b", "one");
      }

      List<AuditRecord> records = audited.records();
      assertThat(words(records))
          .containsExactly(
              "done BEGIN done",
              "done PUT a created",
              "begun COMMIT_TRANSACTION",
              "ended COMMIT_TRANSACTION done",
              "done BEGIN done",
              "done PUT b created",
              "done ROLLBACK done");
      assertThat(records.subList(0, 4))
          .extracting(AuditRecord::transaction)
          .containsOnly(records.get(0).transaction());
      assertThat(records.get(0).transaction()).isPresent();
    }
  }

  @Test
  @SuppressWarnings("try") // the scopes are open, that is all
  void theCallerIsWhoIsSaidToCall() throws Exception {
    try (Audited audited = new Audited(folder)) {
      audited.rooms().set("a", "one");
      try (Caller.Scope alice = Caller.as("alice\n")) {
        audited.rooms().set("b", "one");
        try (Caller.Scope bob = Caller.as("bob")) {
          audited.rooms().async().set("c", "one").toCompletableFuture().get();
        }
        audited.rooms().set("d", "one");
      }
      audited.rooms().set("e", "one");

      assertThat(audited.records())
          .filteredOn(record -> record.event().equals("begun"))
          .extracting(AuditRecord::principal)
          .containsExactly(
              System.getProperty("user.name"),
              "alice\n",
              "bob",
              "alice\n",
              System.getProperty("user.name"));
      assertThat(audited.records()).noneMatch(record -> record.json().contains("\n"));
    }
  }

  @Test
  void everyKeyIsOnOneLineAndComesBackAsItIs() {
    List<String> keys =
        List.of(
            "a\nb",
            "\"quoted\"",
            "back\\slash",
            "\u001b[31mred",
            "\u202eevil",
            "Ä",
            "😀",
            "\u2028");
    try (Audited audited = new Audited(folder)) {
      keys.forEach(key -> audited.rooms().set(key, "x"));

      assertThat(audited.records())
          .filteredOn(record -> record.event().equals("ended"))
          .extracting(record -> record.keys().get(0))
          .containsExactlyElementsOf(keys);
      assertThat(audited.records())
          .allMatch(record -> record.json().chars().noneMatch(Character::isISOControl));
    }
  }

  @Test
  void aStorageMayBeTheSink() {
    try (Audited audited =
        new Audited(folder, "audit.path", "", "audit.sink", "storage", "audit.storage", "trail")) {
      audited.rooms().set("a", "one");
      audited.rooms().batched().setMany(Map.of("b", "two"));

      assertThat(words(audited.records()))
          .containsExactly(
              "begun PUT a",
              "ended PUT a created",
              "begun PUT_MANY b",
              "ended PUT_MANY b 1 entries");
      assertThat(audited.trail().verify().bad()).isEmpty();

      var trail = audited.undercroft().storage("trail", byte[].class);
      String key = trail.keys().sorted().skip(2).findFirst().orElseThrow();
      trail.delete(key);
      assertThat(audited.trail().verify().bad())
          .hasValueSatisfying(bad -> assertThat(bad.reason()).contains("record 4 where record 3"));
    }
  }

  @Test
  void everyMistakeInItsSettingsIsToldAtTheStart() {
    assertThatThrownBy(
            () -> new Audited(folder, "audit.sink", "storage", "audit.storage", "nowhere"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("audit.path is set, but belongs to sink=file");
    assertThatThrownBy(
            () ->
                new Audited(
                    folder, "audit.path", "", "audit.sink", "storage", "audit.storage", "trial"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("uses the storage 'trial', which is not configured")
        .hasMessageContaining("trail");
    assertThatThrownBy(
            () ->
                new Audited(
                    folder, "audit.path", "", "audit.sink", "storage", "audit.storage", "rooms"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("leads back to itself");
  }

  @Test
  void aTrailThatCannotBeWrittenStopsWritesAndChangesNothing() {
    try (Audited audited =
        new Audited(folder, "audit.path", "", "audit.sink", "storage", "audit.storage", "trail")) {
      audited.rooms().get("a");
      audited.undercroft().remove("trail");

      assertThatThrownBy(() -> audited.rooms().set("a", "one"))
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
          .hasMessageContaining("nothing was done: cannot write the audit trail");
      assertThat(audited.rooms().get("a")).isEqualTo(Optional.empty());
    }
  }

  @Test
  void operationsGoOnUnrecordedIfThatIsConfigured() {
    try (Audited audited =
        new Audited(
            folder,
            "audit.path",
            "",
            "audit.sink",
            "storage",
            "audit.storage",
            "trail",
            "audit.on-failure",
            "log")) {
      audited.rooms().get("a");
      audited.undercroft().remove("trail");

      audited.rooms().set("a", "one");

      assertThat(audited.rooms().get("a")).contains("one");
    }
  }
}
