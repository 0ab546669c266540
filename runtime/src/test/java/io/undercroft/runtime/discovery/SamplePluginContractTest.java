package io.undercroft.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.NastyKeys;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import io.undercroft.testkit.fixture.PluginJar;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The fixture's sample, loaded from its jar behind a class loader of its own, keeps every promise.
 */
class SamplePluginContractTest extends StoragePluginContract {
  private static PluginCatalog catalog;

  @BeforeAll
  static void dropIn(@TempDir Path plugins) {
    PluginJar.sample("shelf").drop(plugins);
    catalog = PluginCatalog.open(PluginSources.builder().folder(plugins).build());
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @Override
  protected PluginUnderTest plugin(Path temp) {
    StoragePlugin shelf = catalog.plugin("shelf").orElseThrow().service();
    return PluginUnderTest.of(shelf, Map.of("uri", "shelf://here/" + temp.getFileName()))
        .offering();
  }

  /** Without Commit there are two reasons to refuse such a batch, and either may come first. */
  @Test
  @Override
  public void anInvalidKeyInABatchRefusesTheWholeBatch() {
    BatchStorage<String> storage = subject().storage(String.class).batched();
    for (String key : NastyKeys.invalid().keySet()) {
      assertThatThrownBy(
              () -> storage.batch(List.of(Operation.set("valid", "x"), Operation.set(key, "x"))))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isIn(ErrorCode.INVALID_KEY, ErrorCode.UNSUPPORTED));
    }
    assertThat(storage.size()).isZero();
  }
}
