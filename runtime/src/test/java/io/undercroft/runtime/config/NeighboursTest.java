package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Option;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which other storages the layers of a storage may use. */
class NeighboursTest {
  private static final Option<String> BESIDE = Option.string("beside").required();
  private static final Catalog CATALOG =
      Catalog.builder()
          .plugin(Catalog.Plugin.of(new Plugins.Memory()))
          .layer(
              "using",
              List.of(BESIDE),
              settings -> Optional.empty(),
              settings -> Set.of(settings.get(BESIDE)))
          .build();

  private static Configuration.Builder storage(
      Configuration.Builder builder, String name, String beside) {
    return builder.storage(
        name, Map.of("type", "memory", "layers", "using", "using.beside", beside));
  }

  private static StorageSpecs check(Configuration.Builder builder) {
    return builder.withoutAmbient().build().check(CATALOG);
  }

  @Test
  void aStorageMayUseAnotherThatUsesAnother() {
    Configuration.Builder builder = Configuration.builder();
    storage(builder, "a", "b");
    storage(builder, "b", "c");
    builder.storage("c", Map.of("type", "memory"));

    assertThat(check(builder).storages().values())
        .flatExtracting(StorageSpec::uses)
        .containsExactly("b", "c");
  }

  @Test
  void whatIsMissingAndWhatLeadsBackIsToldAtOnce() {
    Configuration.Builder builder = Configuration.builder();
    storage(builder, "a", "b");
    storage(builder, "b", "a");
    storage(builder, "rooms", "romos");
    storage(builder, "films", "rooms");

    assertThatThrownBy(() -> check(builder))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("3 problems")
        .hasMessageContaining("storage 'a': its layer 'using' leads back to itself, by b → a")
        .hasMessageContaining("storage 'b': its layer 'using' leads back to itself, by a → b")
        .hasMessageContaining(
            "storage 'rooms': its layer 'using' uses the storage 'romos', which is not"
                + " configured; did you mean 'rooms'?");
  }

  @Test
  void aStorageThatIsDefinedWhileRunningIsCheckedToo() {
    assertThatThrownBy(
            () ->
                Configuration.define(
                    "a",
                    Map.of("type", "memory", "layers", "using", "using.beside", "a"),
                    CATALOG,
                    List.of()))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("leads back to itself");
  }
}
