package io.undercroft.layer.scope;

import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.SoleWriter;
import io.undercroft.testkit.LayeredPlugin;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.Map;

/** A storage with limits that are far away keeps every promise of one without. */
class LimitedMemoryContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(
            LayeredPlugin.of(
                new MemoryPlugin(),
                new QuotaLayerPlugin(),
                Map.of("max-entries", "1000000", "max-bytes", "8GiB")),
            Map.of())
        .scaled(0.1)
        .offering(Batch.class, Commit.class, Expiry.class, SoleWriter.class, IndexHome.class);
  }
}
