package io.undercroft.layer.guard;

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

/** A storage whose calls are repeated keeps every promise of one whose are not. */
class RepeatedMemoryContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(
            LayeredPlugin.of(new MemoryPlugin(), new RetryLayerPlugin(), Map.of()), Map.of())
        .scaled(0.1)
        .offering(Batch.class, Commit.class, Expiry.class, SoleWriter.class, IndexHome.class);
  }
}
