package io.undercroft.layer.cache;

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

/** A cached storage keeps every promise of the bare one. */
class CachedMemoryContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(
            LayeredPlugin.of(
                new MemoryPlugin(),
                new CacheLayerPlugin(),
                Map.of("max-entries", "500", "remember-misses", "true")),
            Map.of())
        .scaled(0.1)
        .offering(Batch.class, Commit.class, Expiry.class, SoleWriter.class, IndexHome.class);
  }
}
