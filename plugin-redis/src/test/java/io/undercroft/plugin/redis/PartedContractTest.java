package io.undercroft.plugin.redis;

import io.undercroft.runtime.QueryText;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.Queries;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/**
 * A storage in parts on all nodes of a cluster keeps every promise that it makes: there are no
 * commits and no unique indexes, and the changes of one key are told in their order, those of
 * several as they are heard.
 */
class PartedContractTest extends StoragePluginContract {
  private static @Nullable ClusterSet set;

  @BeforeAll
  static void start() {
    set = ClusterSet.start();
  }

  @AfterAll
  static void stop() {
    if (set != null) {
      set.close();
    }
  }

  @Override
  protected PluginUnderTest plugin(Path temp) {
    ClusterSet there = set;
    if (there == null) {
      throw new IllegalStateException("it is started before the first test");
    }
    return PluginUnderTest.of(
            new RedisPlugin(),
            Map.of(
                "hosts",
                there.hosts(),
                "cluster",
                "true",
                "parts",
                "5",
                "namespace",
                Namespaces.next()))
        .persistent()
        .concurrentProcesses()
        .scaled(0.2)
        .queryText(query -> QueryText.form().query(QueryText.form().text(query)))
        .indexing(IndexDefinition.Type.ORDERED, IndexDefinition.Type.HASH)
        .bareDriver()
        .offering(
            Batch.class, Expiry.class, Changes.class, Cluster.class, Indexes.class, Queries.class);
  }

  @Override
  @Test
  @Disabled("it asks for the order of changes across keys, which parts do not have")
  public void aGlobSelectsKeys() {}

  @Override
  @Test
  @Disabled("it asks for the order of changes across keys, which parts do not have")
  public void aPublisherGivesNoMoreThanIsRequested() {}

  @Override
  @Test
  @Disabled("it asks for the order of changes across keys, which parts do not have")
  public void aSlowConsumerBlocksNobodyAndGetsOneResyncForWhatItLost() {}

  @Override
  @Test
  @Disabled("it asks for the order of changes across keys, which parts do not have")
  public void aWatchGoesOnFromEveryPositionOrIsRefused() {}

  @Override
  @Test
  @Disabled("it takes what is told first for what was written first, which it need not be")
  public void aResumableBackendTellsWhatCameAfterAPosition() {}

  @Override
  @Test
  @Disabled("it asks for a unique index, which parts refuse; see ShardsTest")
  public void aUniqueIndexRefusesASecondEntryAndNothingIsChanged() {}

  @Override
  @Test
  @Disabled("it asks for a unique index, which parts refuse; see ShardsTest")
  public void theValuesOfAnExpiredEntryAreFree() {}

  @Override
  @Test
  @Disabled("it asks for a unique index, which parts refuse; see ShardsTest")
  public void indexesAreThereAfterReopening() {}

  @Override
  @Test
  @Disabled("it asks for a unique index, which parts refuse; see ShardsTest")
  public void aUniqueIndexIsNotCreatedOverWhatBreaksIt() {}

  @Override
  @Test
  @Disabled("it asks for a unique index, which parts refuse; see ShardsTest")
  public void oneOfManyWritersGetsAUniqueValue() {}
}
