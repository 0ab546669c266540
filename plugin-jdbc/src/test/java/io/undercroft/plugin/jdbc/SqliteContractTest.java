package io.undercroft.plugin.jdbc;

import io.undercroft.runtime.QueryText;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

/** A table in a file of SQLite keeps every promise of a storage. */
class SqliteContractTest extends StoragePluginContract {
  private static final Counted COUNTED = new Counted(new SqlitePlugin());

  @AfterAll
  static void printShare() {
    COUNTED.print("SQLite");
  }

  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(COUNTED, Map.of("database", temp.resolve("data.db").toString()))
        .persistent()
        .concurrentProcesses()
        .scaled(0.1)
        .queryText(query -> QueryText.form().query(QueryText.form().text(query)))
        .indexing(IndexDefinition.Type.values())
        .bareDriver()
        .offering(
            Batch.class,
            Changes.class,
            Commit.class,
            Expiry.class,
            Indexes.class,
            Queries.class,
            Transactions.class);
  }
}
