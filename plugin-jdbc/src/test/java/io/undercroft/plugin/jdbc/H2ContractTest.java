package io.undercroft.plugin.jdbc;

import io.undercroft.runtime.QueryText;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Transactions;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.Map;

/** A table in a file of H2 keeps every promise of a storage. */
class H2ContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(new JdbcPlugin(), Map.of("url", "jdbc:h2:" + temp.resolve("data")))
        .persistent()
        .scaled(0.1)
        .queryText(query -> QueryText.form().query(QueryText.form().text(query)))
        .bareDriver()
        .offering(Batch.class, Commit.class, Expiry.class, Transactions.class);
  }
}
