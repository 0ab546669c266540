package io.undercroft.plugin.jdbc;

import io.undercroft.runtime.query.Evaluation;
import io.undercroft.spi.Backend;
import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * A plugin whose queries are counted, by what the engine does of them; and what it is sure to have
 * found is looked at again.
 */
final class Counted implements StoragePlugin {
  private final StoragePlugin plugin;
  private final LongAdder checked = new LongAdder();
  private final LongAdder asked = new LongAdder();
  private final LongAdder translated = new LongAdder();
  private final LongAdder sorted = new LongAdder();
  private final LongAdder inOrder = new LongAdder();
  private final LongAdder sure = new LongAdder();

  Counted(StoragePlugin plugin) {
    this.plugin = plugin;
  }

  void print(String engine) {
    if (asked.sum() > 0) {
      System.out.printf(
          "%s was asked %d queries with a condition: %.1f %% translated in whole, %.1f %% in whole"
              + " and without any row of which it is unsure; of %d with an order by fields and a"
              + " limit, %.1f %% came in order; %d rows that it was sure of were looked at again%n",
          engine,
          asked.sum(),
          100.0 * translated.sum() / asked.sum(),
          100.0 * sure.sum() / asked.sum(),
          sorted.sum(),
          100.0 * inOrder.sum() / Math.max(1, sorted.sum()),
          checked.sum());
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
      public Optional<BareDriver> bareDriver() {
        return backend.bareDriver();
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

  /** What the engine is sure of and has nothing left over, it has not found by mistake. */
  private final class Checked implements Cursor<Queries.Found> {
    private final Cursor<Queries.Found> below;
    private final Query query;
    private final Evaluation meaning;
    private boolean unsure;

    Checked(Cursor<Queries.Found> below, Query query) {
      this.below = below;
      this.query = query;
      this.meaning = new Evaluation(query, Given.DOCUMENTS, field -> false);
    }

    @Override
    public List<Queries.Found> next() {
      List<Queries.Found> page = below.next();
      for (Queries.Found found : page) {
        unsure |= found.unsure();
        if (!found.unsure()) {
          checked.increment();
          if (!meaning.matches(found)) {
            throw new AssertionError(
                "the engine finds "
                    + new String(found.entry().value(), StandardCharsets.UTF_8)
                    + " by "
                    + query);
          }
        }
      }
      return page;
    }

    @Override
    public void close() {
      sure.add(unsure ? 0 : 1);
      below.close();
    }
  }

  private final class Counting implements Queries {
    private final Queries below;

    Counting(Queries below) {
      this.below = below;
    }

    @Override
    public Answer query(Query query) {
      Answer answer = below.query(query);
      if (!query.order().isEmpty() && query.limit().isPresent()) {
        sorted.increment();
        inOrder.add(answer.ordered() ? 1 : 0);
      }
      if (query.where().filter(Counting::searches).isPresent() || query.where().isEmpty()) {
        return answer; // the evaluator knows no words
      }
      asked.increment();
      if (answer.residual().isPresent()) {
        return answer;
      }
      translated.increment();
      return new Answer(
          new Checked(answer.entries(), query), Optional.empty(), answer.ordered(), false);
    }

    private static boolean searches(Condition where) {
      if (where instanceof Condition.All all) {
        return all.conditions().stream().anyMatch(Counting::searches);
      } else if (where instanceof Condition.Any any) {
        return any.conditions().stream().anyMatch(Counting::searches);
      }
      return where instanceof Condition.Comparison one && one.operator() == Operator.SEARCH;
    }

    @Override
    public OptionalLong count(Optional<Condition> where) {
      return below.count(where);
    }

    @Override
    public Optional<Aggregated> aggregate(Pipeline pipeline) {
      return below.aggregate(pipeline);
    }

    @Override
    public Explanation explain(Query query) {
      return below.explain(query);
    }

    @Override
    public boolean isSpatial(String field) {
      return below.isSpatial(field);
    }
  }
}
