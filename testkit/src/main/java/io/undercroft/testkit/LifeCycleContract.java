package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.undercroft.spi.Option;
import io.undercroft.storage.AsyncStorage;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.ConfigInfo;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.PluginInfo;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.Undercroft;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** From the configuration to close. */
interface LifeCycleContract extends Contract {
  @Test
  default void theInfoTellsWhatAStorageIsMadeOf() {
    Undercroft undercroft = subject().undercroft();
    StorageInfo info = undercroft.info(Subject.NAME);
    assertThat(info.name()).isEqualTo(Subject.NAME);
    assertThat(info.plugin()).isEqualTo(subject().id());
    assertThat(info.pluginVersion()).isNotBlank();
    assertThat(info.limits()).containsEntry("keyBytes", 1_024L);
    assertThat(info.limits().get("valueBytes")).isNotNull().isPositive();
    assertThat(info.capabilities()).isNotEmpty();
    assertThat(subject().storage(String.class).info()).isEqualTo(info);
    assertThat(undercroft.names()).contains(Subject.NAME);
    assertThat(undercroft.plugins())
        .filteredOn(plugin -> plugin.id().equals(subject().id()))
        .singleElement()
        .satisfies(
            plugin -> {
              assertThat(plugin.usable()).isTrue();
              assertThat(plugin.options()).hasSameSizeAs(subject().plugin().plugin().options());
            });
    assertThat(undercroft.plugins()).extracting(PluginInfo::id).isSorted();
  }

  @Test
  default void theConfigurationIsShownWithoutSecrets() {
    List<ConfigInfo> config = subject().undercroft().config();
    Map<String, String> shown = new HashMap<>();
    config.forEach(setting -> shown.put(setting.name(), setting.value()));
    assertThat(shown).containsEntry("storages." + Subject.NAME + ".type", subject().id());
    for (Option<?> option : subject().plugin().plugin().options()) {
      String text = subject().plugin().settings().get(option.name());
      if (text != null) {
        assertThat(shown)
            .containsEntry("storages." + Subject.NAME + "." + option.name(), option.mask(text));
      }
    }
  }

  @Test
  default void anUnknownStorageIsRefusedWithThoseThatThereAre() {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> subject().undercroft().storage("no-such", String.class))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
              assertThat(e.getMessage()).contains("no-such").contains(Subject.NAME);
            });
  }

  @Test
  default void anUnknownOptionStopsTheStart() {
    Map<String, String> settings = new HashMap<>(subject().storageSettings());
    settings.put("no-such-option", "1");
    String message = refusal(settings);
    assertThat(message).contains("storages." + Subject.NAME + ".no-such-option");
  }

  @Test
  default void everyMissingRequiredOptionIsReportedAtOnce() {
    List<String> required =
        subject().plugin().plugin().options().stream()
            .filter(Option::isRequired)
            .map(Option::name)
            .toList();
    Assumptions.assumeFalse(required.isEmpty(), "the plugin requires nothing");
    String message = refusal(Map.of("type", subject().id()));
    for (String name : required) {
      assertThat(message).contains("storages." + Subject.NAME + "." + name);
    }
  }

  @Test
  default void twoStoragesOnOneResourceStopTheStart() {
    boolean exclusive =
        !subject().plugin().plugin().exclusiveResources(subject().settings()).isEmpty();
    Assumptions.assumeTrue(exclusive, "the plugin names no exclusive resources");
    Throwable refusal =
        catchThrowable(
            () ->
                subject()
                    .start(builder -> builder.storage("twin", subject().storageSettings()))
                    .close());
    assertThat(refusal).isInstanceOf(StorageException.class);
    assertThat(((StorageException) refusal).code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    assertThat(refusal.getMessage()).contains("twin").contains(Subject.NAME);
  }

  private String refusal(Map<String, String> settings) {
    Throwable refusal =
        catchThrowable(
            () -> subject().builder().storage(Subject.NAME, Map.copyOf(settings)).open().close());
    assertThat(refusal).isInstanceOf(StorageException.class);
    assertThat(((StorageException) refusal).code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    return String.valueOf(refusal.getMessage());
  }

  @Test
  default void afterCloseEveryMethodSaysClosed() {
    Undercroft undercroft = subject().undercroft();
    Storage<String> storage = subject().storage(String.class);
    storage.set("a", "one");
    BatchStorage<String> batched = storage.batched();
    AsyncStorage<String> async = storage.async();
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("get", () -> storage.get("a"));
    calls.put("set", () -> storage.set("a", "two"));
    calls.put("set with options", () -> storage.set("a", "two", SetOptions.ifAbsent()));
    calls.put("delete", () -> storage.delete("a"));
    calls.put("delete of a version", () -> storage.delete("a", "1"));
    calls.put("has", () -> storage.has("a"));
    calls.put("clear", storage::clear);
    calls.put("size", storage::size);
    calls.put("entry", () -> storage.entry("a"));
    calls.put("update", () -> storage.update("a", value -> Optional.of("two")));
    calls.put("keys", () -> drain(storage.keys()));
    calls.put("keys with a prefix", () -> drain(storage.keys("a")));
    calls.put("values", () -> drain(storage.values()));
    calls.put("entries", () -> drain(storage.entries()));
    calls.put("getMany", () -> batched.getMany(List.of("a")));
    calls.put("setMany", () -> batched.setMany(Map.of("a", "two")));
    calls.put("deleteMany", () -> batched.deleteMany(List.of("a")));
    calls.put("async get", () -> Expect.of(async.get("a")));
    calls.put("async set", () -> Expect.of(async.set("a", "two")));
    calls.put("async keys", () -> drain(Expect.of(async.keys())));
    if (storage.supports(ObservableStorage.class)) {
      ObservableStorage<String> observable = storage.observable();
      calls.put("watch", () -> observable.watch("*", change -> {}));
    }
    undercroft.close();
    calls.forEach((name, call) -> Expect.failure(ErrorCode.CLOSED, name + " after close", call));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> undercroft.storage(Subject.NAME, String.class).get("a"))
        .extracting(StorageException::code)
        .isEqualTo(ErrorCode.CLOSED);
    assertThat(storage.name()).isEqualTo(Subject.NAME);
    assertThatCode(undercroft::close).doesNotThrowAnyException();
  }

  @Test
  default void aStreamThatCloseCutsShortDoesNotLookComplete() {
    Storage<String> storage = subject().storage(String.class);
    Map<String, String> values = new HashMap<>();
    int count = subject().scaled(5_000, StreamContract.MORE_THAN_A_PAGE);
    for (int i = 0; i < count; i++) {
      values.put("key-" + i, "value");
    }
    storage.batched().setMany(values);
    try (Stream<String> keys = storage.keys()) {
      var iterator = keys.iterator();
      assertThat(iterator.next()).startsWith("key-");
      subject().undercroft().close();
      AtomicInteger seen = new AtomicInteger(1);
      Throwable end =
          catchThrowable(
              () -> {
                while (iterator.hasNext()) {
                  iterator.next();
                  seen.incrementAndGet();
                }
              });
      if (end == null) {
        assertThat(seen).as("keys of a stream that ended without a word").hasValue(count);
      } else {
        assertThat(end).isInstanceOf(StorageException.class);
        assertThat(((StorageException) end).code()).isEqualTo(ErrorCode.CLOSED);
      }
    }
  }

  @Test
  default void whatWasWrittenIsThereAfterANewStart() {
    subject().needsPersistence();
    for (int round = 0; round < 3; round++) {
      Storage<String> storage = subject().storage(String.class);
      assertThat(storage.size()).isEqualTo(round);
      storage.set("round-" + round, "value " + round);
      subject().reopen();
    }
    Storage<String> storage = subject().storage(String.class);
    assertThat(storage.batched().getMany(List.of("round-0", "round-1", "round-2")))
        .isEqualTo(Map.of("round-0", "value 0", "round-1", "value 1", "round-2", "value 2"));
    storage.clear();
    subject().reopen();
    assertThat(subject().storage(String.class).size()).isZero();
  }

  @Test
  default void aStorageMayBeRemovedAndDefinedAgainWhileRunning() {
    Undercroft undercroft = subject().undercroft();
    Storage<String> storage = subject().storage(String.class);
    storage.set("a", "one");
    assertThat(undercroft.remove(Subject.NAME)).isTrue();
    assertThat(undercroft.remove(Subject.NAME)).isFalse();
    Expect.failure(ErrorCode.CLOSED, () -> storage.get("a"));
    assertThat(undercroft.names()).doesNotContain(Subject.NAME);
    undercroft.define(Subject.NAME, subject().storageSettings());
    Storage<String> again = undercroft.storage(Subject.NAME, String.class);
    if (subject().plugin().isPersistent()) {
      assertThat(again.get("a")).contains("one");
    }
    again.set("b", "two");
    assertThat(again.get("b")).contains("two");
  }

  @Test
  default void handlesFollowAStorageThatIsReplaced() {
    Undercroft undercroft = subject().undercroft();
    Storage<String> storage = subject().storage(String.class);
    storage.set("a", "in the old one");
    undercroft.define(Subject.NAME, subject().another().storageSettings());
    assertThat(storage.get("a")).isEmpty();
    storage.set("a", "in the new one");
    assertThat(undercroft.storage(Subject.NAME, String.class).get("a")).contains("in the new one");
    Map<String, String> wrong = new HashMap<>(subject().storageSettings());
    wrong.put("no-such-option", "1");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> undercroft.define(Subject.NAME, wrong))
        .extracting(StorageException::code)
        .isEqualTo(ErrorCode.INVALID_CONFIG);
    assertThat(storage.get("a")).contains("in the new one");
  }

  @Test
  default void closeWhileManyWorkMakesThemEndOrSayClosed() {
    Undercroft undercroft = subject().undercroft();
    Storage<String> storage = subject().storage(String.class);
    AtomicInteger calls = new AtomicInteger();
    try (Race race =
        Race.looping(
            6,
            runner -> {
              Throwable failure =
                  catchThrowable(
                      () -> {
                        storage.set("key-" + runner, "value");
                        assertThat(storage.get("key-" + runner)).contains("value");
                        drain(storage.keys());
                      });
              if (failure != null) {
                assertThat(failure).isInstanceOf(StorageException.class);
                assertThat(((StorageException) failure).code())
                    .as("%s", failure)
                    .isEqualTo(ErrorCode.CLOSED);
              }
              calls.incrementAndGet();
            })) {
      Eventually.holds("work is under way", () -> calls.get() > 50 || race.isOver());
      undercroft.close();
      int before = calls.get();
      Eventually.holds("every call ends", () -> calls.get() > before + 12 || race.isOver());
    }
  }

  private static void drain(Stream<?> stream) {
    try (stream) {
      assertThat(stream.count()).isNotNegative();
    }
  }
}
