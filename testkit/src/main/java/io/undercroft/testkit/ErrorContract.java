package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.CorpusOfDocuments.Film;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link StorageException}: what, where and what to do; never a value. */
interface ErrorContract extends Contract {
  /** A text that may be stored and must never be shown. */
  String CANARY = "do-not-show-this-4711";

  @Test
  default void aConflictNamesStorageAndKeyAndNeverTheValue() {
    Storage<String> storage = subject().storage(String.class);
    String key = "the/contended \ud83d\ude00 key\u0007";
    Entry<String> there =
        storage.set(key, CANARY, SetOptions.metadata("note", CANARY + " in metadata"));
    Map<String, ThrowingCallable> conflicts = new LinkedHashMap<>();
    conflicts.put("ifAbsent", () -> storage.set(key, CANARY + "2", SetOptions.ifAbsent()));
    conflicts.put("ifVersion", () -> storage.set(key, CANARY + "2", SetOptions.ifVersion("old")));
    conflicts.put("delete", () -> storage.delete(key, "old"));
    conflicts.forEach(
        (what, call) -> {
          StorageException e = Expect.failure(ErrorCode.VERSION_CONFLICT, what, call);
          assertThat(e.getMessage()).contains("'the/contended \ud83d\ude00 key\\u0007'");
          assertThat(e.details()).containsEntry("key", key);
          assertThat(e.isRetryable()).isTrue();
          assertNoCanary(e);
        });
    assertThat(storage.entry(key)).contains(there);
  }

  @Test
  default void aValueBeyondTheLimitIsRefusedAndTheOldOneStays() {
    Storage<String> storage = subject().storage(String.class);
    long limit = storage.info().limits().getOrDefault("valueBytes", Long.MAX_VALUE);
    Assumptions.assumeTrue(
        limit <= BackendLimitsContract.LARGEST_TRIED, "the limit is beyond what the kit tries");
    Entry<String> before = storage.set("a", "small", SetOptions.none());
    String large = CANARY + "x".repeat((int) limit);
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> storage.set("a", large),
            () -> storage.set("a", large, SetOptions.none()),
            () -> storage.batched().setMany(Map.of("a", large)),
            () -> storage.update("a", value -> Optional.of(large)))) {
      StorageException e = Expect.failure(ErrorCode.INVALID_VALUE, call);
      assertThat(e.getMessage()).contains("'a'").contains(String.valueOf(limit));
      assertNoCanary(e);
    }
    assertThat(storage.entry("a")).contains(before);
  }

  @Test
  default void metadataBeyondTheLimitIsRefusedAndTheOldStays() {
    Storage<String> storage = subject().storage(String.class);
    long limit = storage.info().limits().getOrDefault("metadataBytes", Long.MAX_VALUE);
    Assumptions.assumeTrue(
        limit <= BackendLimitsContract.MOST_METADATA_TRIED, "the limit is beyond what is tried");
    Entry<String> before = storage.set("a", "one", SetOptions.metadata("n", "kept"));
    String fits = "x".repeat((int) limit - 1);
    storage.set("b", "one", SetOptions.metadata("n", fits));
    assertThat(storage.entry("b").orElseThrow().metadata()).containsEntry("n", fits);
    for (String large : List.of(fits + "x", "\u00e4".repeat((int) limit / 2))) {
      StorageException e =
          Expect.failure(
              ErrorCode.INVALID_VALUE,
              () -> storage.set("a", "two", SetOptions.metadata("n", large)));
      assertThat(e.getMessage()).contains("'a'").hasSizeLessThan(1_000);
    }
    assertThat(storage.entry("a")).contains(before);
  }

  @Test
  default void aValueOfAnotherTypeIsNamedButNotShown() {
    subject().needsPersistence();
    subject().storage(String.class).set("a", CANARY);
    subject().reopen();
    Storage<Film> films = subject().storage(Film.class);
    StorageException e = Expect.failure(ErrorCode.SERIALIZATION_FAILED, () -> films.get("a"));
    assertThat(e.getMessage()).contains("Film");
    assertNoCanary(e);
    assertThat(films.has("a")).isTrue();
    assertThat(films.delete("a")).isTrue();
  }

  @Test
  default void anOutageIsNeverTakenForAMiss() {
    Probe probe = new Probe();
    subject().undercroft(builder -> builder.wrap(Subject.NAME, probe));
    Storage<String> storage = subject().storage(String.class);
    storage.set("a", "one");
    probe.fail(StorageException.of(ErrorCode.CONNECTION_LOST, "planted by the test"));
    try {
      Map<String, ThrowingCallable> reads = new LinkedHashMap<>();
      reads.put("get", () -> storage.get("a"));
      reads.put("get of an absent key", () -> storage.get("b"));
      reads.put("has", () -> storage.has("a"));
      reads.put("entry", () -> storage.entry("a"));
      reads.put("size", storage::size);
      reads.put("update", () -> storage.update("a", value -> value));
      reads.put(
          "keys",
          () -> {
            try (var keys = storage.keys()) {
              assertThat(keys.count()).isNegative();
            }
          });
      reads.forEach(
          (what, call) -> {
            StorageException e = Expect.failure(ErrorCode.CONNECTION_LOST, what, call);
            assertThat(e.getMessage()).as(what).endsWith("planted by the test");
            assertThat(e.isRetryable()).isTrue();
          });
    } finally {
      probe.heal();
    }
    assertThat(storage.get("a")).contains("one");
  }

  @Test
  default void anInterruptedCallComesThroughOrSaysInterruptedAndTheFlagStays() {
    Storage<String> storage = subject().storage(String.class);
    storage.set("a", "one");
    for (int i = 0; i < 3; i++) {
      String next = "value " + i;
      String before = storage.get("a").orElseThrow();
      boolean wrote = interrupted(() -> storage.set("a", next));
      assertThat(storage.get("a")).contains(wrote ? next : before);
      interrupted(() -> storage.get("a"));
      interrupted(storage::size);
      interrupted(
          () -> {
            try (var keys = storage.keys()) {
              assertThat(keys.count()).isEqualTo(1);
            }
          });
      String current = storage.get("a").orElseThrow();
      boolean updated = interrupted(() -> storage.update("a", value -> Optional.of("updated")));
      assertThat(storage.get("a")).contains(updated ? "updated" : current);
    }
    storage.set("b", "works");
    assertThat(storage.get("b")).contains("works");
  }

  private static boolean interrupted(Runnable call) {
    boolean done = true;
    boolean flag;
    Thread.currentThread().interrupt();
    try {
      call.run();
    } catch (StorageException e) {
      assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.INTERRUPTED);
      done = false;
    } finally {
      flag = Thread.interrupted();
    }
    assertThat(flag).as("the interrupt flag afterwards").isTrue();
    return done;
  }

  /** Looks at everything that a log would hold: messages, causes, suppressed ones. */
  private static void assertNoCanary(Throwable failure) {
    StringWriter log = new StringWriter();
    failure.printStackTrace(new PrintWriter(log, true));
    assertThat(log.toString()).doesNotContain(CANARY);
  }
}
