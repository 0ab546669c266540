package io.undercroft.runtime.cdi;

import io.undercroft.runtime.memory.Given;
import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.Backend;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The memory plugin, counting what is opened and closed; {@code reachable=false} is an outage. */
public final class CountingPlugin implements StoragePlugin {
  static final AtomicInteger OPENED = new AtomicInteger();
  static final AtomicInteger CLOSED = new AtomicInteger();

  private static final Option<Boolean> REACHABLE =
      Option.bool("reachable").doc("whether it can be opened").orElse(true);

  private final MemoryPlugin memory = new MemoryPlugin();

  static void reset() {
    OPENED.set(0);
    CLOSED.set(0);
  }

  @Override
  public String id() {
    return "counting";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(REACHABLE);
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    if (!settings.get(REACHABLE)) {
      throw StorageException.of(ErrorCode.CONNECTION_FAILED, "nobody answers");
    }
    Backend backend = memory.open(Given.NOTHING, context);
    OPENED.incrementAndGet();
    return new Counted(backend);
  }

  private record Counted(Backend backend) implements Backend {
    @Override
    public Facets facets() {
      return backend.facets();
    }

    @Override
    public Limits limits() {
      return backend.limits();
    }

    @Override
    public Map<String, String> details() {
      return backend.details();
    }

    @Override
    public void ping() {
      backend.ping();
    }

    @Override
    public void close() {
      CLOSED.incrementAndGet();
      backend.close();
    }
  }
}
