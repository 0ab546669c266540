package io.undercroft.layer.scope;

import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.Backend;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.StoragePlugin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One backend in memory for all of its storages. */
final class SharedMemory implements StoragePlugin {
  private final StoragePlugin memory = new MemoryPlugin();
  private @Nullable Backend backend;

  @Override
  public String id() {
    return "shared";
  }

  @Override
  public List<Option<?>> options() {
    return memory.options();
  }

  @Override
  public synchronized Backend open(Settings settings, PluginContext context) {
    Backend there = backend;
    if (there == null) {
      there = memory.open(settings, context);
      backend = there;
    }
    return new Part(there);
  }

  private record Part(Backend whole) implements Backend {
    @Override
    public Facets facets() {
      return whole.facets().without(SoleWriter.class);
    }

    @Override
    public Limits limits() {
      return whole.limits();
    }

    @Override
    public void ping() {
      whole.ping();
    }

    @Override
    public void close() {
      // The others go on; the heap is all that it holds.
    }
  }
}
