package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.undercroft.spi.Commit;
import io.undercroft.storage.AsyncStorage;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Keys: the same verdict on every backend, and every valid one comes back. */
interface KeyContract extends Contract {
  @Test
  default void everyValidKeyIsTakenAndListed() {
    Storage<String> storage = subject().storage(String.class);
    for (String key : NastyKeys.valid()) {
      storage.set(key, "value of " + key);
    }
    assertThat(storage.size()).isEqualTo(NastyKeys.valid().size());
    try (var keys = storage.keys()) {
      assertThat(keys).containsExactlyInAnyOrderElementsOf(NastyKeys.valid());
    }
    try (var entries = storage.entries()) {
      entries.forEach(entry -> assertThat(entry.value()).isEqualTo("value of " + entry.key()));
    }
    for (String key : NastyKeys.valid()) {
      assertThat(storage.get(key)).as(key).contains("value of " + key);
      assertThat(storage.entry(key).map(Entry::key)).as(key).contains(key);
    }
  }

  @Test
  default void validKeysAreListedByPrefix() {
    BatchStorage<String> storage = subject().storage(String.class).batched();
    Map<String, String> values = new HashMap<>();
    NastyKeys.valid().forEach(key -> values.put(key, "value"));
    storage.setMany(values);
    for (String prefix : NastyKeys.prefixes()) {
      try (var keys = storage.keys(prefix)) {
        assertThat(keys)
            .as("keys that start with '%s'", prefix)
            .containsExactlyInAnyOrderElementsOf(
                NastyKeys.valid().stream().filter(key -> key.startsWith(prefix)).toList());
      }
    }
  }

  @Test
  default void validKeysAreThereAfterReopening() {
    subject().needsPersistence();
    Storage<String> storage = subject().storage(String.class);
    NastyKeys.valid().forEach(key -> storage.set(key, "value of " + key));
    subject().reopen();
    Storage<String> again = subject().storage(String.class);
    assertThat(again.size()).isEqualTo(NastyKeys.valid().size());
    for (String key : NastyKeys.valid()) {
      assertThat(again.get(key)).as(key).contains("value of " + key);
    }
  }

  @Test
  default void anInvalidKeyIsRefusedByEveryMethodBeforeTheBackendIsAsked() {
    Probe probe = new Probe();
    subject().undercroft(builder -> builder.wrap(Subject.NAME, probe));
    BatchStorage<String> storage = subject().storage(String.class).batched();
    storage.set("there", "one");
    int calls = probe.calls.get();
    NastyKeys.invalid()
        .forEach(
            (key, why) -> {
              Map<String, ThrowingCallable> refused = new LinkedHashMap<>();
              refused.put("get", () -> storage.get(key));
              refused.put("set", () -> storage.set(key, "x"));
              refused.put("set with options", () -> storage.set(key, "x", SetOptions.ifAbsent()));
              refused.put("delete", () -> storage.delete(key));
              refused.put("delete of a version", () -> storage.delete(key, "1"));
              refused.put("has", () -> storage.has(key));
              refused.put("entry", () -> storage.entry(key));
              refused.put("update", () -> storage.update(key, value -> Optional.of("x")));
              refused.put("getMany", () -> storage.getMany(List.of("there", key)));
              refused.put("setMany", () -> storage.setMany(Map.of("there", "x", key, "x")));
              refused.put("deleteMany", () -> storage.deleteMany(List.of("there", key)));
              AsyncStorage<String> async = storage.async();
              refused.put("async get", () -> Expect.of(async.get(key)));
              refused.put("async set", () -> Expect.of(async.set(key, "x")));
              refused.forEach(
                  (name, call) -> {
                    String what = name + " with a key that is not valid: " + why;
                    StorageException e = Expect.failure(ErrorCode.INVALID_KEY, what, call);
                    assertThat(e.getMessage()).as(what).hasSizeLessThan(1_000);
                    assertThat(e.isRetryable()).isFalse();
                  });
            });
    assertThat(probe.calls).as("calls of the backend").hasValue(calls);
    assertThat(storage.get("there")).contains("one");
    assertThat(storage.size()).isEqualTo(1);
  }

  @Test
  default void anInvalidKeyInABatchRefusesTheWholeBatch() {
    BatchStorage<String> storage = subject().storage(String.class).batched();
    boolean atomic = subject().pluginOffers(Commit.class);
    for (String key : NastyKeys.invalid().keySet()) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(
              () -> storage.batch(List.of(Operation.set("valid", "x"), Operation.set(key, "x"))))
          .satisfies(
              e -> {
                // Without Commit every batch is refused, whichever reason is seen first.
                if (atomic || e.code() != ErrorCode.UNSUPPORTED) {
                  assertThat(e.code()).isEqualTo(ErrorCode.INVALID_KEY);
                }
                assertThat(e.storage()).contains(Subject.NAME);
                assertThat(e.getMessage()).hasSizeLessThan(1_000);
              });
    }
    assertThat(storage.size()).isZero();
  }
}
