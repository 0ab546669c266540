package io.undercroft.testkit;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import java.nio.file.Path;
import java.util.Map;

/** The contracts have nothing to say against an honest plugin. */
class ShelfContractTest extends BackendContract {
  private final ShelfPlugin plugin = new ShelfPlugin();

  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(plugin, Map.of("shelf", temp.toString()))
        .persistent()
        .concurrentProcesses()
        .bareDriver()
        .offering(Batch.class, Commit.class, Expiry.class, Changes.class)
        .outage(() -> plugin.setOutOfReach(true), () -> plugin.setOutOfReach(false));
  }
}
