package io.undercroft.layer.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Layer;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.event.Subscription;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cache of one storage. */
final class CacheLayer implements Layer, AutoCloseable {
  static final String ID = "cache";

  private static final Logger LOG = LoggerFactory.getLogger(CacheLayer.class);

  private final Bounds bounds;
  private final boolean watch;
  private final PluginContext context;
  private final Ticker ticker;
  private volatile String staleness = "";
  private volatile @Nullable NearEntries near;
  private volatile @Nullable Subscription subscription;

  CacheLayer(Bounds bounds, boolean watch, PluginContext context) {
    this(bounds, watch, context, Ticker.systemTicker());
  }

  CacheLayer(Bounds bounds, boolean watch, PluginContext context, Ticker ticker) {
    this.bounds = bounds;
    this.watch = watch;
    this.context = context;
    this.ticker = ticker;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Stage stage() {
    return Stage.CACHE;
  }

  @Override
  public Facets apply(Facets below) {
    KeyValue single = below.require(KeyValue.class);
    NearEntries entries =
        new NearEntries(
            single,
            bounds,
            context.clock(),
            ticker,
            context.executor(),
            new Upkeep(context.scheduler()),
            context.joinedTransactions());
    near = entries;
    Optional<Changes> told = below.find(Changes.class).filter(changes -> watch);
    told.ifPresent(
        changes ->
            subscription =
                changes.subscribe(Optional.empty(), change -> HeardChanges.hear(entries, change)));
    staleness = staleness(told.isPresent(), below.find(SoleWriter.class).isPresent());
    Facets noticed = noticed(below, entries);
    return noticed
        .with(KeyValue.class, new CachedKeyValue(entries, new NoticedKeyValue(single, entries)))
        .map(
            Batch.class,
            batch ->
                new CachedBatch(entries, new NoticedBatch(below.require(Batch.class), entries)))
        .map(Changes.class, changes -> new HeardChanges(changes, entries));
  }

  /** Returns the facets with every write noticed; what they read is not kept. */
  static Facets noticed(Facets below, Writes writes) {
    return below
        .map(KeyValue.class, single -> new NoticedKeyValue(single, writes))
        .map(Batch.class, batch -> new NoticedBatch(batch, writes))
        .map(Commit.class, commit -> new NoticedCommit(commit, writes))
        .map(Transactions.class, tx -> new NoticedTransactions(tx, writes))
        .map(
            Cluster.class,
            cluster -> new EveryConsistency(cluster, facets -> noticed(facets, writes)));
  }

  private String staleness(boolean told, boolean alone) {
    Optional<String> most = bounds.afterWrite().map(time -> "at most " + time);
    if (told) {
      return "own writes: none; writes by others: until the backend tells them"
          + most.map(text -> ", " + text).orElse("");
    }
    if (alone) {
      return "none: nobody else writes";
    }
    if (most.isEmpty()) {
      LOG.warn(
          "storage '{}': others may write it and its backend does not tell what they change, so the"
              + " layer cache may answer what is long gone; set cache.expire-after-write",
          context.storage());
    }
    return "own writes: none; writes by others: "
        + most.orElse("unbounded, until the entry is evicted");
  }

  @Override
  public Map<String, String> details() {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("staleness", staleness);
    NearEntries entries = near;
    if (entries != null) {
      details.putAll(entries.figures());
    }
    return details;
  }

  @Override
  public void close() {
    Subscription open = subscription;
    subscription = null;
    if (open != null) {
      open.close();
    }
    NearEntries entries = near;
    if (entries != null) {
      entries.close();
    }
  }
}
