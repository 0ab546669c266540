package io.undercroft.runtime.lifecycle;

import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A plugin with nothing but key-value keeps every promise too: the runtime gives batches, watch and
 * expiry, and refuses an atomic batch.
 */
class CupboardContractTest extends StoragePluginContract {
  private final AtomicInteger boards = new AtomicInteger();

  @Override
  protected PluginUnderTest plugin(Path temp) {
    Map<String, String> settings = Map.of("board", "board " + boards.incrementAndGet());
    return PluginUnderTest.of(new CupboardPlugin(), settings).offering(CupboardPlugin.Boards.class);
  }
}
