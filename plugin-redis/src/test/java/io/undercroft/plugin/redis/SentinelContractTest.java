package io.undercroft.plugin.redis;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.Queries;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.testkit.BackendContract;
import io.undercroft.testkit.PluginUnderTest;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A primary that is found through Sentinels keeps every promise of a backend. */
class SentinelContractTest extends BackendContract {
  private static @Nullable SentinelSet set;

  @BeforeAll
  static void start() {
    set = SentinelSet.start();
  }

  @AfterAll
  static void stop() {
    if (set != null) {
      set.close();
    }
  }

  @Override
  protected PluginUnderTest plugin(Path temp) {
    SentinelSet there = set;
    if (there == null) {
      throw new IllegalStateException("it is started before the first test");
    }
    return PluginUnderTest.of(
            new RedisPlugin(),
            Map.of(
                "hosts", there.hosts(),
                "sentinel.primary", SentinelSet.NAME,
                "namespace", Namespaces.next()))
        .persistent()
        .concurrentProcesses()
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
