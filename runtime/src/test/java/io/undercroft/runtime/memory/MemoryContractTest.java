package io.undercroft.runtime.memory;

import io.undercroft.runtime.QueryText;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.SoleWriter;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.Map;

/** Every promise of Undercroft, kept by the backend that it brings along. */
class MemoryContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(new MemoryPlugin(), Map.of())
        .builtIn()
        .queryText(query -> QueryText.form().query(QueryText.form().text(query)))
        .indexing(IndexDefinition.Type.values())
        .bareDriver()
        .offering(Batch.class, Commit.class, Expiry.class, SoleWriter.class, IndexHome.class);
  }
}
