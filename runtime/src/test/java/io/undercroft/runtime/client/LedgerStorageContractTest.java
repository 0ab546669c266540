package io.undercroft.runtime.client;

import io.undercroft.spi.Transactions;
import io.undercroft.storage.Isolation;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import io.undercroft.testkit.fixture.LedgerPlugin;
import java.nio.file.Path;
import java.util.Map;

/** What a plugin with transactions of its own promises, an application gets through the runtime. */
class LedgerStorageContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(
            new LedgerPlugin(LedgerPlugin.Conduct.OPTIMISTIC, Isolation.SERIALIZABLE), Map.of())
        .offering(Transactions.class)
        .scaled(0.3);
  }
}
