package io.undercroft.runtime;

import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.Map;

/** The built-in backend keeps every promise, through the whole runtime and directly. */
class MemoryContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(new MemoryPlugin(), Map.of())
        .builtIn()
        .offering(Batch.class, Commit.class, Expiry.class);
  }
}
