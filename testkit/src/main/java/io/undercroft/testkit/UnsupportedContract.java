package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Facet;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import io.undercroft.storage.TransactionalStorage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a storage cannot do: said at once, by name, and with what there is instead. */
interface UnsupportedContract extends Contract {
  /** Every capability with the method that gives its view. */
  Map<Class<?>, Function<Storage<String>, Storage<String>>> VIEWS = views();

  private static Map<Class<?>, Function<Storage<String>, Storage<String>>> views() {
    Map<Class<?>, Function<Storage<String>, Storage<String>>> views = new LinkedHashMap<>();
    views.put(BatchStorage.class, Storage::batched);
    views.put(QueryableStorage.class, Storage::queryable);
    views.put(IndexedStorage.class, Storage::indexed);
    views.put(TransactionalStorage.class, Storage::transactional);
    views.put(ObservableStorage.class, Storage::observable);
    views.put(DistributedStorage.class, Storage::distributed);
    return views;
  }

  /** A facet that no plugin has. */
  interface NobodyHasThis extends Facet {
    /** Does nothing. */
    void nothing();
  }

  @Test
  default void whatIsOfferedWorksAndWhatIsNotIsRefusedByName() {
    assertHonest(subject().storage(String.class));
  }

  @Test
  default void nativeOnlyRefusesWhatWouldBeEmulated() {
    Map<String, String> settings = new HashMap<>(subject().storageSettings());
    settings.put("emulation", "native-only");
    subject().undercroft(builder -> builder.storage(Subject.NAME, settings));
    Storage<String> storage = subject().storage(String.class);
    assertThat(storage.info().capabilities().values()).doesNotContain(Support.EMULATED);
    assertHonest(storage);
    storage.set("a", "one");
    assertThat(storage.get("a")).contains("one");
  }

  @Test
  default void aFacetThatNobodyHasIsRefused() {
    Storage<String> storage = subject().storage(String.class);
    assertThat(storage.supports(NobodyHasThis.class)).isFalse();
    assertThat(storage.supports(String.class)).isFalse();
    StorageException e =
        Expect.failure(ErrorCode.UNSUPPORTED, () -> storage.as(NobodyHasThis.class));
    assertThat(e.getMessage()).contains("NobodyHasThis").contains(subject().id());
    Expect.failure(ErrorCode.UNSUPPORTED, () -> storage.as(String.class));
  }

  private void assertHonest(Storage<String> storage) {
    Map<String, Support> capabilities = storage.info().capabilities();
    assertThat(storage.supports(Storage.class)).isTrue();
    assertThat(storage.as(Storage.class).name()).isEqualTo(Subject.NAME);
    VIEWS.forEach(
        (type, view) -> {
          String name = type.getSimpleName();
          boolean offered = storage.supports(type);
          assertThat(capabilities.containsKey(name))
              .as("info().capabilities() has %s as supports says", name)
              .isEqualTo(offered);
          if (offered) {
            assertThat(view.apply(storage)).isInstanceOf(type);
            assertThat(storage.as(type)).isInstanceOf(type);
            storage.set("by " + name, "one");
            assertThat(view.apply(storage).get("by " + name)).contains("one");
          } else {
            for (StorageException e :
                List.of(
                    Expect.failure(ErrorCode.UNSUPPORTED, name, () -> view.apply(storage)),
                    Expect.failure(ErrorCode.UNSUPPORTED, name, () -> storage.as(type)))) {
              assertThat(e.getMessage()).contains(name).contains(subject().id());
              assertThat(e.isRetryable()).isFalse();
              capabilities
                  .keySet()
                  .forEach(there -> assertThat(e.getMessage()).as("what there is").contains(there));
            }
          }
        });
  }
}
