package io.undercroft.runtime.lifecycle;

import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.Map;

/**
 * A plugin with nothing but key-value keeps every promise too: the runtime gives batches, watch and
 * expiry, and refuses an atomic batch.
 */
class CupboardContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(new CupboardPlugin(), Map.of()).offering(CupboardPlugin.Boards.class);
  }
}
