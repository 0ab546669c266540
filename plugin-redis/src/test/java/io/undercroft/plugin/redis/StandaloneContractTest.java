package io.undercroft.plugin.redis;

import io.undercroft.runtime.QueryText;
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

/** One server keeps every promise of a storage. */
class StandaloneContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    RedisProcess server = RedisProcess.shared();
    String namespace = Namespaces.next();
    return PluginUnderTest.of(
            new RedisPlugin(), Map.of("uri", server.uri(), "namespace", namespace))
        .persistent()
        .concurrentProcesses()
        .outage(server::kill, server::runAgain)
        .cleaning(() -> Namespaces.remove(server, namespace))
        .queryText(query -> QueryText.form().query(QueryText.form().text(query)))
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
