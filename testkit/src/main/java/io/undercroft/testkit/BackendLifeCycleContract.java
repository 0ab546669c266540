package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static io.undercroft.testkit.Entries.read;
import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Option;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Queries;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.query.Query;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link StoragePlugin} and {@link Backend}: from the first look at the plugin to close. */
interface BackendLifeCycleContract extends Contract {
  @Test
  default void thePluginHasAnIdAndOptionsThatReadWell() {
    StoragePlugin plugin = subject().plugin().plugin();
    assertThat(plugin.id()).matches("[a-z][a-z0-9-]{0,31}");
    Set<String> names = new HashSet<>();
    for (Option<?> option : plugin.options()) {
      assertThat(names.add(option.name())).as("one option named %s", option.name()).isTrue();
      assertThat(option.doc()).as("what %s is for", option.name()).isNotBlank();
    }
  }

  @Test
  default void theBackendOffersWhatIsDeclaredAndAlwaysTheSame() {
    Facets facets = subject().backend().facets();
    assertThat(facets.types()).contains(KeyValue.class);
    assertThat(subject().backend().facets().types()).isEqualTo(facets.types());
    subject()
        .plugin()
        .facets()
        .ifPresent(declared -> assertThat(facets.types()).isEqualTo(declared));
    for (Class<? extends Facet> type : facets.types()) {
      assertThat(type.isInterface()).as("%s is an interface", type).isTrue();
    }
  }

  @Test
  default void aBackendTellsFactsAboutItself() {
    subject()
        .backend()
        .details()
        .forEach(
            (name, fact) -> {
              assertThat(name).isNotBlank();
              assertThat(fact).isNotNull();
            });
  }

  @Test
  default void anOpenBackendAnswersAPing() {
    assertThatCode(() -> subject().backend().ping()).doesNotThrowAnyException();
  }

  @Test
  default void namingItsResourcesTouchesNothing() {
    StoragePlugin plugin = subject().plugin().plugin();
    Set<String> names = plugin.exclusiveResources(subject().settings());
    assertThat(plugin.exclusiveResources(subject().settings())).isEqualTo(names);
    put(subject().keyValue(), "a", "one");
    assertThat(plugin.exclusiveResources(subject().settings())).isEqualTo(names);
    assertThat(text(subject().keyValue(), "a")).contains("one");
    Subject other = subject().another();
    Set<String> shared =
        new HashSet<>(other.plugin().plugin().exclusiveResources(other.settings()));
    shared.retainAll(names);
    assertThat(shared).as("what two storages both claim for themselves").isEmpty();
  }

  @Test
  default void twoStoragesDoNotSeeEachOther() {
    KeyValue one = subject().keyValue();
    KeyValue two = subject().another().keyValue();
    put(one, "a", "of one");
    put(two, "b", "of two");
    assertThat(Entries.keys(one)).containsExactly("a");
    assertThat(Entries.keys(two)).containsExactly("b");
    two.clear();
    assertThat(one.size()).isEqualTo(1);
    assertThat(text(one, "a")).contains("of one");
  }

  @Test
  default void closeMayBeCalledAgain() {
    Backend backend = subject().backend();
    put(subject().keyValue(), "a", "one");
    backend.close();
    assertThatCode(backend::close).doesNotThrowAnyException();
    assertThatCode(backend::close).doesNotThrowAnyException();
  }

  @Test
  default void aClosedBackendSaysClosedAndNothingElse() {
    Backend backend = subject().backend();
    KeyValue store = subject().keyValue();
    EntryMeta there = put(store, "a", "one");
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("get", () -> store.get("a"));
    calls.put("get of an absent key", () -> store.get("b"));
    calls.put("has", () -> store.has("a"));
    calls.put("put", () -> store.put("a", text("two"), Precondition.NONE));
    calls.put("put if absent", () -> store.put("b", text("two"), Precondition.ABSENT));
    calls.put("delete", () -> store.delete("a", Precondition.NONE));
    calls.put(
        "delete of a version", () -> store.delete("a", Precondition.version(there.version())));
    calls.put("clear", store::clear);
    calls.put("size", store::size);
    calls.put("keys", () -> Entries.keys(store));
    calls.put("scan", () -> Entries.scan(store, "", 10));
    Facets facets = backend.facets();
    facets.find(Batch.class).ifPresent(batch -> addCalls(batch, calls));
    facets
        .find(Commit.class)
        .ifPresent(
            commit ->
                calls.put(
                    "commit",
                    () -> commit.commit(List.of(), List.of(new Mutation.Put("a", text("three"))))));
    facets
        .find(Changes.class)
        .ifPresent(
            changes ->
                calls.put("subscribe", () -> changes.subscribe(Optional.empty(), change -> {})));
    facets
        .find(IndexHome.class)
        .ifPresent(home -> calls.put("definitions of indexes", home::definitions));
    facets.find(Indexes.class).ifPresent(indexes -> calls.put("list indexes", indexes::list));
    facets
        .find(Queries.class)
        .ifPresent(queries -> calls.put("query", () -> queries.query(Query.all())));
    facets
        .find(Transactions.class)
        .ifPresent(tx -> calls.put("begin", () -> tx.begin(TransactionOptions.defaults())));
    facets.find(Cluster.class).ifPresent(cluster -> calls.put("nodes", cluster::nodes));
    backend.close();
    calls.forEach(
        (name, call) ->
            assertThatExceptionOfType(StorageException.class)
                .as("%s after close", name)
                .isThrownBy(call)
                .extracting(StorageException::code)
                .isEqualTo(ErrorCode.CLOSED));
    assertThatExceptionOfType(StorageException.class).isThrownBy(backend::ping);
  }

  private static void addCalls(Batch batch, Map<String, ThrowingCallable> calls) {
    calls.put("getMany", () -> batch.getMany(List.of("a", "b")));
    calls.put("putMany", () -> batch.putMany(Map.of("a", text("two"))));
    calls.put("deleteMany", () -> batch.deleteMany(List.of("a")));
  }

  @Test
  default void aScanThatCloseCutsShortDoesNotLookComplete() {
    KeyValue store = subject().keyValue();
    for (int i = 0; i < 30; i++) {
      put(store, "key-" + i, "value");
    }
    Cursor<String> cursor = store.keys("", 2);
    int seen = cursor.next().size();
    subject().backend().close();
    Throwable failure = null;
    List<String> page = List.of("more");
    while (failure == null && !page.isEmpty()) {
      try {
        page = cursor.next();
        seen += page.size();
      } catch (StorageException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.CLOSED);
        failure = e;
      }
    }
    if (failure == null) {
      assertThat(seen).as("keys of a scan that ended without a word").isEqualTo(30);
    }
    cursor.close();
  }

  @Test
  default void closeLetsRunningOperationsEndOrSayClosed() {
    KeyValue store = subject().keyValue();
    AtomicInteger done = new AtomicInteger();
    Map<String, String> acknowledged = new ConcurrentHashMap<>();
    try (Race race =
        Race.looping(
            6,
            runner -> {
              String key = "key-" + runner;
              String value = "value " + done.get();
              Throwable failure =
                  catchThrowable(
                      () -> {
                        if (store.put(key, text(value), Precondition.NONE)
                            instanceof PutResult.Written) {
                          acknowledged.put(key, value);
                        }
                        assertThat(store.get(key)).isPresent();
                        assertThat(store.size()).isPositive();
                      });
              if (failure instanceof StorageException e) {
                assertThat(e.code()).as("%s", e).isIn(ErrorCode.CLOSED, ErrorCode.UNKNOWN_OUTCOME);
                if (e.code() == ErrorCode.UNKNOWN_OUTCOME) {
                  acknowledged.remove(key);
                }
                // Closed for good: come back only to see that it stays so.
                Thread.onSpinWait();
              } else {
                assertThat(failure).isNull();
              }
              done.incrementAndGet();
            })) {
      Eventually.holds("work is under way", () -> done.get() > 100 || race.isOver());
      subject().backend().close();
      int before = done.get();
      Eventually.holds("every call ends", () -> done.get() > before + 12 || race.isOver());
    }
    if (subject().plugin().isPersistent()) {
      subject().reopenBackend();
      acknowledged.forEach(
          (key, value) -> assertThat(text(subject().keyValue(), key)).as(key).contains(value));
    }
  }

  @Test
  default void whatWasWrittenIsThereAfterReopening() {
    subject().needsPersistence();
    KeyValue store = subject().keyValue();
    Map<String, StoredEntry> expected = new LinkedHashMap<>();
    for (int i = 0; i < 30; i++) {
      subject().clock().advance(Duration.ofMillis(7));
      String key = "key-" + i;
      put(store, key, text("first"));
      if (i % 2 == 0) {
        subject().clock().advance(Duration.ofMillis(7));
        put(store, key, text("value " + i, Map.of("number", String.valueOf(i))));
      }
      if (i % 5 == 0) {
        store.delete(key, Precondition.NONE);
      } else {
        expected.put(key, read(store, key));
      }
    }
    for (int round = 0; round < 2; round++) {
      subject().reopenBackend();
      KeyValue again = subject().keyValue();
      assertThat(again.size()).isEqualTo(expected.size());
      assertThat(Entries.keys(again)).containsExactlyInAnyOrderElementsOf(expected.keySet());
      expected.forEach(
          (key, entry) -> {
            StoredEntry found = read(again, key);
            assertThat(text(found)).isEqualTo(text(entry));
            assertThat(found.meta()).as(key).isEqualTo(entry.meta());
          });
    }
  }

  @Test
  default void aClearedBackendIsEmptyAfterReopening() {
    subject().needsPersistence();
    for (int i = 0; i < 10; i++) {
      put(subject().keyValue(), "key-" + i, "value");
    }
    subject().keyValue().clear();
    subject().reopenBackend();
    assertThat(subject().keyValue().size()).isZero();
    assertThat(Entries.keys(subject().keyValue())).isEmpty();
  }

  @Test
  default void versionsGoOnAfterReopening() {
    subject().needsPersistence();
    Set<String> versions = new HashSet<>();
    EntryMeta last = null;
    for (int round = 0; round < 4; round++) {
      KeyValue store = subject().keyValue();
      if (last != null) {
        assertThat(read(store, "kept").meta().version()).isEqualTo(last.version());
        PutResult result =
            store.put("kept", text("round " + round), Precondition.version(last.version()));
        assertThat(result).isInstanceOf(PutResult.Written.class);
      }
      last = put(store, "kept", "same");
      assertThat(versions.add(last.version())).as("a version in round %d", round).isTrue();
      store.delete("deleted", Precondition.NONE);
      assertThat(versions.add("deleted " + put(store, "deleted", "same").version()))
          .as("a version in round %d", round)
          .isTrue();
      subject().reopenBackend();
    }
  }

  @Test
  default void severalBackendsOnTheSameSettingsWorkTogether() {
    Assumptions.assumeTrue(
        subject().plugin().allowsConcurrentProcesses(),
        () -> subject().id() + " is not declared to let several processes write");
    KeyValue[] stores = new KeyValue[4];
    stores[0] = subject().keyValue();
    for (int i = 1; i < stores.length; i++) {
      stores[i] = subject().open().facets().require(KeyValue.class);
    }
    put(stores[0], "a", "0");
    for (KeyValue store : stores) {
      assertThat(text(store, "a")).contains("0");
    }
    int each = subject().scaled(100);
    Race.run(
        stores.length * 2,
        runner -> {
          KeyValue store = stores[runner % stores.length];
          for (int i = 0; i < each; ) {
            StoredEntry found = read(store, "a");
            String next = String.valueOf(Integer.parseInt(text(found)) + 1);
            if (store.put("a", text(next), Precondition.version(found.meta().version()))
                instanceof PutResult.Written) {
              i++;
            }
          }
        });
    for (KeyValue store : stores) {
      assertThat(text(store, "a")).contains(String.valueOf(each * stores.length * 2));
      assertThat(store.size()).isEqualTo(1);
    }
  }
}
