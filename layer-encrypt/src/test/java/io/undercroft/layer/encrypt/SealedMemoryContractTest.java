package io.undercroft.layer.encrypt;

import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.SoleWriter;
import io.undercroft.testkit.LayeredPlugin;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.Map;

/** An encrypted storage keeps every promise of a readable one. */
class SealedMemoryContractTest extends StoragePluginContract {
  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(
            LayeredPlugin.of(
                new MemoryPlugin(),
                new EncryptLayerPlugin(),
                Map.of("keys", "a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")),
            Map.of())
        .scaled(0.1)
        .offering(Batch.class, Commit.class, Expiry.class, SoleWriter.class, IndexHome.class);
  }
}
