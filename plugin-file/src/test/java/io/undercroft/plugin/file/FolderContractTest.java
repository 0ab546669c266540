package io.undercroft.plugin.file;

import io.undercroft.runtime.QueryText;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.SoleWriter;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.Map;

/** A folder keeps every promise of a storage. */
class FolderContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return promising(Outages.of(temp.resolve("rooms"), Map.of()));
  }

  /** What a folder promises, however its files lie in it. */
  static PluginUnderTest promising(PluginUnderTest folder) {
    return folder
        .queryText(query -> QueryText.form().query(QueryText.form().text(query)))
        .indexing(IndexDefinition.Type.values())
        .bareDriver()
        .offering(
            Batch.class,
            Commit.class,
            Expiry.class,
            SoleWriter.class,
            Changes.class,
            IndexHome.class);
  }
}
