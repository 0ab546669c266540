package io.undercroft.plugin.jdbc;

import io.undercroft.runtime.QueryText;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.Queries;
import io.undercroft.spi.SoleWriter;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.Map;

/** A table of SQLite in memory keeps every promise of a storage. */
class SqliteMemoryContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(new SqlitePlugin(), Map.of("database", ":memory:"))
        .scaled(0.1)
        .queryText(query -> QueryText.form().query(QueryText.form().text(query)))
        .indexing(IndexDefinition.Type.values())
        .bareDriver()
        .offering(
            Batch.class,
            Commit.class,
            Expiry.class,
            Indexes.class,
            Queries.class,
            SoleWriter.class);
  }
}
