package io.undercroft.plugin.jdbc;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.lifecycle.CodecDocuments;
import io.undercroft.runtime.query.Documents;
import io.undercroft.runtime.query.Evaluation;
import io.undercroft.spi.Backend;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexes;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/** A plugin whose queries are counted: those that the engine is asked for in whole. */
final class Counted implements StoragePlugin {
  private static final Documents DOCUMENTS =
      new CodecDocuments(new StoredDocuments(CodecLimits.DEFAULT));

  private final StoragePlugin plugin;
  private final Dialect dialect;
  private final LongAdder checked = new LongAdder();
  private final LongAdder asked = new LongAdder();
  private final LongAdder said = new LongAdder();
  private final LongAdder answered = new LongAdder();

  Counted(StoragePlugin plugin, Dialect dialect) {
    this.plugin = plugin;
    this.dialect = dialect;
  }

  void print(String engine) {
    if (asked.sum() > 0) {
      System.out.printf(
          "queries in %s: %d, of which %.1f %% are said in whole, and %.1f %% left nothing over; %d"
              + " rows found were looked at again%n",
          engine,
          asked.sum(),
          100.0 * said.sum() / asked.sum(),
          100.0 * answered.sum() / asked.sum(),
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
    Facets facets =
        backend
            .facets()
            .map(
                Queries.class,
                queries -> new Counting(queries, backend.facets().require(Indexes.class)));
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

  /** What the engine was asked for in whole and sees into, it has not found by mistake. */
  private final class Checked implements Cursor<Queries.Found> {
    private final Cursor<Queries.Found> below;
    private final Query query;
    private final Evaluation meaning;

    Checked(Cursor<Queries.Found> below, Query query) {
      this.below = below;
      this.query = query;
      this.meaning = new Evaluation(query, DOCUMENTS, field -> false);
    }

    @Override
    public List<Queries.Found> next() {
      List<Queries.Found> page = below.next();
      for (Queries.Found found : page) {
        if (dialect.sees(found.entry().value())) {
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
      below.close();
    }
  }

  private final class Counting implements Queries {
    private final Queries below;
    private final Indexes indexes;

    Counting(Queries below, Indexes indexes) {
      this.below = below;
      this.indexes = indexes;
    }

    @Override
    public Answer query(Query query) {
      Answer answer = below.query(query);
      if (query.where().isEmpty()) {
        return answer;
      }
      asked.increment();
      if (answer.residual().isEmpty()) {
        answered.increment();
      }
      if (Translation.of(query.where(), dialect::notation).residual().isEmpty()) {
        said.increment();
        if (answer.residual().isEmpty() || !isByIndex(query)) {
          return new Answer(
              new Checked(answer.entries(), query), answer.residual(), answer.ordered(), false);
        }
      }
      return answer;
    }

    /** Then what is odd to the index is among what is found, and left over. */
    private boolean isByIndex(Query query) {
      List<JdbcIndexes.Kept> kept =
          indexes.list().stream()
              .map(info -> new JdbcIndexes.Kept(info.definition(), 0, ""))
              .toList();
      return IndexPlan.of(query, kept, dialect.indexWords(), dialect::notation).isPresent();
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
