package io.undercroft.plugin.redis;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
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

/** A storage on one node of a cluster keeps every promise. */
class ClusterContractTest extends StoragePluginContract {
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

  private static ClusterSet running() {
    ClusterSet there = set;
    if (there == null) {
      throw new IllegalStateException("it is started before the first test");
    }
    return there;
  }

  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(
            new RedisPlugin(),
            Map.of(
                "hosts", running().hosts(),
                "cluster", "true",
                "namespace", Namespaces.next()))
        .persistent()
        .concurrentProcesses()
        .scaled(0.2)
        .indexing(IndexDefinition.Type.ORDERED, IndexDefinition.Type.HASH)
        .bareDriver()
        .offering(
            Batch.class,
            Commit.class,
            Expiry.class,
            Changes.class,
            Cluster.class,
            Indexes.class,
            Queries.class);
  }
}
