package io.undercroft.layer.scope;

import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.Wrapper;
import io.undercroft.testkit.LayeredPlugin;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The storage of a tenant keeps every promise of a whole one. The contracts use keys as long as
 * they may be; memory takes longer ones, so here the prefix comes on top.
 */
class PrefixedMemoryContractTest extends StoragePluginContract {
  private static final class Acme implements LayerPlugin {
    @Override
    public String id() {
      return PrefixLayer.ID;
    }

    @Override
    public List<Option<?>> options() {
      return List.of();
    }

    @Override
    public Wrapper open(Settings settings, PluginContext context) {
      return new PrefixLayer(new Prefix("acme/", 5, 1_024 + 5));
    }
  }

  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(LayeredPlugin.of(new MemoryPlugin(), new Acme(), Map.of()), Map.of())
        .scaled(0.1)
        .offering(Batch.class, Commit.class, Expiry.class, SoleWriter.class);
  }
}
