package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** A plugin whose queries are counted: those that the engine is asked for in whole. */
final class Counted implements StoragePlugin {
  private final StoragePlugin plugin;
  private final Supplier<Notation> notations;
  private final LongAdder asked = new LongAdder();
  private final LongAdder said = new LongAdder();
  private final LongAdder answered = new LongAdder();

  Counted(StoragePlugin plugin, Supplier<Notation> notations) {
    this.plugin = plugin;
    this.notations = notations;
  }

  void print(String engine) {
    if (asked.sum() > 0) {
      System.out.printf(
          "queries in %s: %d, of which %.1f %% are said in whole, and %.1f %% left nothing over%n",
          engine, asked.sum(), 100.0 * said.sum() / asked.sum(), 100.0 * answered.sum() / asked.sum());
    }
  }

  @Override
  public String id() {
    return plugin.id();
  }

  @Override
  public List<Option<?>> options() {
    return plugin.options();
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    Backend backend = plugin.open(settings, context);
    Facets facets = backend.facets().map(Queries.class, Counting::new);
    return new Backend() {
      @Override
      public Facets facets() {
        return facets;
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
        backend.close();
      }
    };
  }

  private final class Counting implements Queries {
    private final Queries below;

    Counting(Queries below) {
      this.below = below;
    }

    @Override
    public Answer query(Query query) {
      Answer answer = below.query(query);
      if (query.where().isPresent()) {
        asked.increment();
        if (Translation.of(query.where(), notations).residual().isEmpty()) {
          said.increment();
        }
        if (answer.residual().isEmpty()) {
          answered.increment();
        }
      }
      return answer;
    }

    @Override
    public OptionalLong count(Optional<Condition> where) {
      return below.count(where);
    }

    @Override
    public Optional<List<Map<String, Object>>> aggregate(Pipeline pipeline) {
      return below.aggregate(pipeline);
    }

    @Override
    public Explanation explain(Query query) {
      return below.explain(query);
    }
  }
}
