package io.undercroft.cli;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.testkit.fixture.LedgerPlugin;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A backend of the class path with transactions and indexes of its own. The indexes outlive a run,
 * as an engine's do; no query uses them.
 */
public final class IndexedLedgerPlugin implements StoragePlugin {
  static final Map<String, IndexDefinition> INDEXES = new ConcurrentSkipListMap<>();

  private final StoragePlugin ledger =
      new LedgerPlugin(
          LedgerPlugin.Conduct.OPTIMISTIC, Isolation.REPEATABLE_READ, Isolation.SERIALIZABLE);

  @Override
  public String id() {
    return "indexed-ledger";
  }

  @Override
  public List<Option<?>> options() {
    return List.of();
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    return new Indexed(ledger.open(settings, context));
  }

  private record Indexed(Backend below) implements Backend, Indexes {
    @Override
    public Facets facets() {
      return below.facets().with(Indexes.class, this);
    }

    @Override
    public Limits limits() {
      return below.limits();
    }

    @Override
    public void ping() {
      below.ping();
    }

    @Override
    public void close() {
      below.close();
    }

    @Override
    public void create(IndexDefinition index) {
      INDEXES.put(index.name(), index);
    }

    @Override
    public boolean drop(String name) {
      return INDEXES.remove(name) != null;
    }

    @Override
    public List<IndexInfo> list() {
      return INDEXES.values().stream()
          .map(index -> new IndexInfo(index, false, 3, -1, 2, 1))
          .toList();
    }
  }
}
