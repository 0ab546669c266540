package io.undercroft.layer.tier;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Layer;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Queries;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.tool.Tiers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tiers of one storage.
 *
 * <p>Its own backend is the hot tier. It has an entry for every key: the value itself, or a stub
 * that says where the value lies. So it alone decides what there is, what its version is and when
 * it expires, and every race is decided by one conditional write in it. What the engine could
 * answer by looking into values is taken away: the runtime does that above.
 */
final class TierLayer implements Layer, Tiers, AutoCloseable {
  static final String ID = "tier";

  private static final Logger LOG = LoggerFactory.getLogger(TierLayer.class);
  private static final double JITTER = 0.2;

  private final TierSettings settings;
  private final PluginContext context;
  private final Colder colder;
  private final Usage usage;
  private final Planner planner;
  private @Nullable TieredKeyValue tiered;
  private @Nullable Mover mover;
  private @Nullable ScheduledFuture<?> next;
  private boolean closed;

  TierLayer(TierSettings settings, PluginContext context) {
    this.settings = settings;
    this.context = context;
    this.colder = new Colder(settings, context);
    this.usage = new Usage(context.clock(), needsUsage(settings.rules()));
    this.planner = new Planner(settings.rules(), usage, context);
  }

  private static boolean needsUsage(List<Rule> rules) {
    return rules.stream()
        .flatMap(rule -> rule.parts().stream())
        .anyMatch(part -> part instanceof Rule.Part.Idle || part instanceof Rule.Part.Count);
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Stage stage() {
    return Stage.TIER;
  }

  @Override
  public Facets apply(Facets below) {
    KeyValue hot = below.require(KeyValue.class);
    TieredKeyValue above = tiered(hot, true);
    tiered = above;
    mover = new Mover(hot, above, colder);
    schedule();
    return mapped(below, true);
  }

  private TieredKeyValue tiered(KeyValue hot, boolean drops) {
    return new TieredKeyValue(hot, colder, usage, settings.promote() && drops, drops);
  }

  private Facets mapped(Facets below, boolean drops) {
    TieredKeyValue single = tiered(below.require(KeyValue.class), drops);
    return below
        .with(KeyValue.class, single)
        .map(Batch.class, hot -> new TieredBatch(hot, single))
        .map(Commit.class, hot -> new TieredCommit(hot, single))
        .map(
            Transactions.class, hot -> new InsideTransactions(hot, inside -> mapped(inside, false)))
        .map(Changes.class, TieredChanges::new)
        .without(Queries.class)
        .without(Indexes.class)
        .without(Cluster.class);
  }

  private Mover mover() {
    Mover there = mover;
    if (there == null) {
      throw StorageException.of(ErrorCode.CLOSED, "the storage is not open yet");
    }
    return there;
  }

  private TieredKeyValue single() {
    mover();
    return java.util.Objects.requireNonNull(tiered, "set with the mover");
  }

  private synchronized void schedule() {
    Optional<Duration> every = settings.every();
    if (closed || every.isEmpty()) {
      return;
    }
    double spread = 1 - JITTER / 2 + JITTER * ThreadLocalRandom.current().nextDouble();
    long nanos = (long) (every.get().toNanos() * spread);
    next =
        context
            .scheduler()
            .schedule(
                () -> context.executor().execute(this::applyAndGoOn), nanos, TimeUnit.NANOSECONDS);
  }

  private void applyAndGoOn() {
    try {
      List<Move> moved = apply(context.clock().instant(), move -> {});
      LOG.debug("storage '{}': {} entries were moved", context.storage(), moved.size());
    } catch (StorageException e) {
      if (e.code() == ErrorCode.TIMEOUT || e.code() == ErrorCode.CLOSED) {
        LOG.debug("storage '{}': nothing was moved: {}", context.storage(), e.reason());
      } else {
        LOG.warn(
            "storage '{}': moving entries between the tiers was broken off and is tried again: {}",
            context.storage(),
            e.reason());
      }
    } finally {
      schedule();
    }
  }

  @Override
  public List<Move> plan(Instant at) {
    return planner.plan(at, mover(), single()).stream().map(Planner.Planned::move).toList();
  }

  @Override
  public List<Move> apply(Instant at, Consumer<Move> progress) {
    List<Move> moved = new ArrayList<>();
    Tier keeper = colder.tiers().iterator().next();
    try (Lease lease = Lease.take(colder.of(keeper), context.clock(), settings.lease())) {
      for (Planner.Planned planned : planner.plan(at, mover(), single())) {
        lease.keep();
        if (mover().move(planned.move(), planned.version())) {
          moved.add(planned.move());
          progress.accept(planned.move());
        }
      }
      long swept = mover().sweep(lease);
      LOG.debug("{} copies that nothing stood for were taken away", swept);
    }
    return moved;
  }

  @Override
  public Optional<Explained> explain(String key, Instant at) {
    Optional<StoredEntry> there = single().hot().get(key);
    if (there.isEmpty()) {
      return Optional.empty();
    }
    Optional<Move> move =
        plan(at).stream().filter(planned -> planned.key().equals(key)).findFirst();
    return Optional.of(
        new Explained(
            key,
            Mover.tier(there.get().meta()).word(),
            move,
            planner.explain(new KeyedEntry(key, there.get()), at, single())));
  }

  @Override
  public List<Figures> figures() {
    Map<Tier, long[]> sums = new EnumMap<>(Tier.class);
    sums.put(Tier.HOT, new long[2]);
    colder.tiers().forEach(tier -> sums.put(tier, new long[2]));
    mover()
        .each(
            entry -> {
              Optional<Stub> stub = Stub.of(entry.entry().meta());
              long[] sum =
                  sums.computeIfAbsent(stub.map(Stub::tier).orElse(Tier.HOT), tier -> new long[2]);
              sum[0]++;
              sum[1] += stub.map(Stub::bytes).orElse((long) entry.entry().value().length);
            });
    return sums.entrySet().stream()
        .map(sum -> new Figures(sum.getKey().word(), sum.getValue()[0], sum.getValue()[1]))
        .toList();
  }

  /** Ends the schedule; what is being moved is moved to its end or not at all. */
  @Override
  public synchronized void close() {
    closed = true;
    if (next != null) {
      next.cancel(false);
    }
  }
}
