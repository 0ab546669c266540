package io.undercroft.testkit;

import io.undercroft.spi.Transactions;
import io.undercroft.storage.Isolation;
import io.undercroft.testkit.fixture.LedgerPlugin;
import io.undercroft.testkit.fixture.LedgerPlugin.Conduct;
import java.nio.file.Path;
import java.util.Map;

/** The contracts have nothing to say against an honest plugin with transactions. */
class LedgerContractTest extends BackendContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(
            new LedgerPlugin(Conduct.OPTIMISTIC, Isolation.SERIALIZABLE), Map.of())
        .offering(Transactions.class);
  }
}
