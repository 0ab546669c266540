package io.undercroft.layer.tier;

import io.undercroft.runtime.QueryText;
import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import io.undercroft.testkit.Subject;
import java.nio.file.Path;
import java.util.Map;

/** A storage keeps every promise though its entries are moved as soon as they are written. */
class TierContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(new MemoryPlugin(), Map.of())
        .builtIn()
        .scaled(0.05)
        .queryText(query -> QueryText.form().query(QueryText.form().text(query)))
        .indexing(IndexDefinition.Type.values())
        .starting(builder -> builder.wrap(Subject.NAME, new Restless()));
  }
}
