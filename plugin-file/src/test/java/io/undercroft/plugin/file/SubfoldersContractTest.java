package io.undercroft.plugin.file;

import io.undercroft.testkit.PluginUnderTest;
import java.nio.file.Path;
import java.util.Map;

/** A folder whose files are spread over subfolders keeps every promise of a storage, too. */
class SubfoldersContractTest extends FolderContractTest {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return promising(Outages.of(temp.resolve("rooms"), Map.of("subfolders", "16")));
  }
}
