package io.undercroft.layer.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import io.undercroft.spi.ContainerTransactions;
import io.undercroft.spi.HeldEntries;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.StorageException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of one storage that are near at hand.
 *
 * <p>A read that begins after a write of this process has returned sees that write: the write drops
 * its keys before it begins, until it is over nothing is kept under them, and what was read before
 * is not kept either ({@link Stripe}). Reads of a key that is being written go down, so that a
 * commit of several keys is seen as one.
 *
 * <p>A container's transaction that the backend joins is such a write until it ends: who is inside
 * it reads past what is near, and keeps nothing.
 *
 * <p><b>Threads:</b> safe for concurrent use; no lock is held while anything is asked below.
 */
final class NearEntries implements Writes, HeldEntries {
  private static final Logger LOG = LoggerFactory.getLogger(NearEntries.class);
  private static final int STRIPES = 1 << 10;

  private final Cache<String, Held> held;
  private final ConcurrentMap<String, Load> loads = new ConcurrentHashMap<>();
  private final Set<String> refreshing = ConcurrentHashMap.newKeySet();
  private final Stripe[] stripes = new Stripe[STRIPES];
  private final KeyValue below;
  private final Clock clock;
  private final Ticker ticker;
  private final Executor executor;
  private final @Nullable ContainerTransactions transactions;
  private final boolean misses;
  private final boolean counting;
  private final long refreshAge;
  private final LongAdder loaded = new LongAdder();

  // Of who looked in vain, and then asks: Caffeine counts both.
  private final LongAdder missesAgain = new LongAdder();
  private final LongAdder hitsAgain = new LongAdder();

  /**
   * Makes an empty one.
   *
   * @param clock for the deadlines of entries
   * @param ticker for the age of what is kept
   * @param executor for reading ahead
   * @param upkeep for what Caffeine does by the way
   * @param joined the container's transactions, if the backend joins them
   */
  NearEntries(
      KeyValue below,
      Bounds bounds,
      Clock clock,
      Ticker ticker,
      Executor executor,
      Executor upkeep,
      Optional<ContainerTransactions> joined) {
    this.below = below;
    this.clock = clock;
    this.ticker = ticker;
    this.executor = executor;
    this.transactions = joined.orElse(null);
    this.misses = bounds.misses();
    this.counting = bounds.counting();
    this.refreshAge = bounds.refreshAhead().map(age -> age.toNanos()).orElse(Long.MAX_VALUE);
    this.held = caffeine(bounds, ticker, upkeep);
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  private static Cache<String, Held> caffeine(Bounds bounds, Ticker ticker, Executor upkeep) {
    Caffeine<Object, Object> builder = Caffeine.newBuilder().executor(upkeep).ticker(ticker);
    bounds.afterWrite().ifPresent(builder::expireAfterWrite);
    bounds.afterAccess().ifPresent(builder::expireAfterAccess);
    if (bounds.counting()) {
      builder.recordStats();
    }
    return bounds.inBytes()
        ? builder.maximumWeight(bounds.most()).weigher(NearEntries::weight).build()
        : builder.maximumSize(bounds.most()).build();
  }

  private static int weight(String key, Held value) {
    return value.weight(key);
  }

  // --- reads -------------------------------------------------------------------------------

  private boolean isInside() {
    return transactions != null && transactions.isActive();
  }

  Optional<StoredEntry> get(String key) {
    if (isInside()) {
      return below.get(key);
    }
    Held there = near(key);
    return there != null ? Optional.ofNullable(there.entry()) : load(key);
  }

  @Override
  public @Nullable StoredEntry find(String key) {
    if (isInside()) {
      return null;
    }
    Held there = near(key);
    StoredEntry entry = there == null ? null : there.entry();
    if (entry == null && counting) {
      (there == null ? missesAgain : hitsAgain).increment();
    }
    return entry;
  }

  private @Nullable Held near(String key) {
    Held there = held.getIfPresent(key);
    if (there == null) {
      return null;
    }
    if (!isLive(there.deadline())) {
      held.asMap().remove(key, there);
      return null;
    }
    if (refreshAge != Long.MAX_VALUE && ticker.read() - there.since() >= refreshAge) {
      refresh(key);
    }
    return there;
  }

  /** A question for a key that is not near is passed on: no entry comes back to be kept. */
  boolean has(String key) {
    if (isInside()) {
      return below.has(key);
    }
    Held there = held.getIfPresent(key);
    if (there != null && isLive(there.deadline())) {
      return there.entry() != null;
    }
    Stripe stripe = stripe(key);
    long stamp = stripe.stamp();
    boolean found = below.has(key);
    if (!found) {
      keep(key, Optional.empty(), stripe, stamp);
    }
    return found;
  }

  /** Answers from what is near, and asks once for all the rest. */
  Map<String, StoredEntry> getMany(
      Collection<String> keys, Function<Collection<String>, Map<String, StoredEntry>> rest) {
    if (isInside()) {
      return rest.apply(keys);
    }
    Map<String, StoredEntry> found = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (String key : keys) {
      Held there = held.getIfPresent(key);
      if (there == null || !isLive(there.deadline())) {
        missing.add(key);
        continue;
      }
      StoredEntry entry = there.entry();
      if (entry != null) {
        found.put(key, entry);
      }
    }
    if (missing.isEmpty()) {
      return found;
    }
    long[] stamps = new long[missing.size()];
    for (int i = 0; i < stamps.length; i++) {
      stamps[i] = stripe(missing.get(i)).stamp();
    }
    loaded.add(stamps.length);
    Map<String, StoredEntry> fresh = rest.apply(missing);
    for (int i = 0; i < stamps.length; i++) {
      String key = missing.get(i);
      keep(key, Optional.ofNullable(fresh.get(key)), stripe(key), stamps[i])
          .ifPresent(entry -> found.put(key, entry));
    }
    return found;
  }

  private boolean isLive(long deadline) {
    return deadline == Long.MAX_VALUE || clock.millis() < deadline;
  }

  /** Reads from below, or waits for who does, if no write has begun since that one did. */
  private Optional<StoredEntry> load(String key) {
    Stripe stripe = stripe(key);
    while (true) {
      long stamp = stripe.stamp();
      if (Stripe.isWriting(stamp)) {
        loaded.increment();
        return below.get(key);
      }
      Load running = loads.get(key);
      if (running != null && running.stamp() == stamp) {
        Optional<Optional<StoredEntry>> answer = running.await(key);
        if (answer.isPresent() && isLive(Held.deadline(answer.get()))) {
          return answer.get();
        }
        loads.remove(key, running);
        continue;
      }
      Load own = new Load(stamp);
      if (running == null
          ? loads.putIfAbsent(key, own) == null
          : loads.replace(key, running, own)) {
        return load(key, own, stripe);
      }
    }
  }

  private Optional<StoredEntry> load(String key, Load own, Stripe stripe) {
    loaded.increment();
    try {
      Optional<StoredEntry> found = keep(key, below.get(key), stripe, own.stamp());
      own.complete(found);
      return found;
    } catch (RuntimeException | Error e) {
      own.fail(e);
      throw e;
    } finally {
      loads.remove(key, own);
    }
  }

  /** Reads anew in the background; what is there is answered until then. */
  private void refresh(String key) {
    if (!refreshing.add(key)) {
      return;
    }
    try {
      executor.execute(
          () -> {
            Stripe stripe = stripe(key);
            long stamp = stripe.stamp();
            try {
              loaded.increment();
              keep(key, below.get(key), stripe, stamp);
            } catch (StorageException e) {
              LOG.debug("{} could not be read ahead", StorageException.quote(key), e);
            } finally {
              refreshing.remove(key);
            }
          });
    } catch (RejectedExecutionException e) {
      refreshing.remove(key);
      LOG.debug("nothing is read ahead any more: the storage is being closed", e);
    }
  }

  /**
   * Keeps an answer, unless something was written meanwhile. Returns it as it is kept, so that what
   * is made of its bytes now is there for the next reader; or as it came.
   */
  private Optional<StoredEntry> keep(
      String key, Optional<StoredEntry> answer, Stripe stripe, long stamp) {
    if (Stripe.isWriting(stamp)) {
      return answer;
    }
    Held fresh = answer.isPresent() || misses ? Held.of(answer, ticker.read()) : null;
    synchronized (stripe) {
      if (stripe.stamp() != stamp) {
        return answer;
      }
      if (fresh == null) {
        held.invalidate(key);
        return answer;
      }
      held.put(key, fresh);
    }
    return Optional.ofNullable(fresh.entry());
  }

  // --- writes ------------------------------------------------------------------------------

  @Override
  public <R> R one(String key, Supplier<R> write) {
    Stripe stripe = begin(key);
    try {
      return write.get();
    } finally {
      atTheEnd(stripe::end);
    }
  }

  /** The end of a write is that of the transaction which it belongs to. */
  private void atTheEnd(Runnable end) {
    if (transactions != null && transactions.isActive()) {
      transactions.afterCompletion(committed -> end.run());
    } else {
      end.run();
    }
  }

  @Override
  public <R> R many(Collection<String> keys, Supplier<R> write) {
    List<Stripe> begun = new ArrayList<>(keys.size());
    try {
      for (String key : keys) {
        begun.add(begin(key));
      }
      return write.get();
    } finally {
      atTheEnd(() -> begun.forEach(Stripe::end));
    }
  }

  @Override
  public void all(Runnable write) {
    for (Stripe stripe : stripes) {
      stripe.begin();
    }
    try {
      held.invalidateAll();
      write.run();
    } finally {
      atTheEnd(
          () -> {
            for (Stripe stripe : stripes) {
              stripe.end();
            }
          });
    }
  }

  private Stripe begin(String key) {
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      stripe.begin();
      held.invalidate(key);
    }
    return stripe;
  }

  /**
   * Somebody has written a key: perhaps this process, whose write was told like any other.
   *
   * @param version what the key has now, where it is known; an entry of this version stays
   */
  void changed(String key, Optional<String> version) {
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      stripe.change();
      Held there = held.policy().getIfPresentQuietly(key);
      if (there != null && !isVersion(there.entry(), version)) {
        held.invalidate(key);
      }
    }
  }

  private static boolean isVersion(@Nullable StoredEntry entry, Optional<String> version) {
    return entry != null && version.isPresent() && entry.meta().version().equals(version.get());
  }

  /** Nothing is near any more, and nothing will be. */
  void close() {
    for (Stripe stripe : stripes) {
      stripe.begin();
    }
    held.invalidateAll();
  }

  /** Anything may have been written. */
  void allChanged() {
    for (Stripe stripe : stripes) {
      stripe.change();
    }
    held.invalidateAll();
  }

  private Stripe stripe(String key) {
    int hash = key.hashCode();
    hash ^= hash >>> 16;
    hash *= 0x9E3779B9;
    return stripes[hash >>> 22];
  }

  // --- figures -----------------------------------------------------------------------------

  /** Returns the figures by name; empty unless they are counted. */
  Map<String, String> figures() {
    if (!counting) {
      return Map.of();
    }
    held.cleanUp();
    CacheStats stats = held.stats();
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("entries", Long.toString(held.estimatedSize()));
    figures.put("hits", Long.toString(stats.hitCount() - hitsAgain.sum()));
    figures.put("misses", Long.toString(stats.missCount() - missesAgain.sum()));
    figures.put("loads", Long.toString(loaded.sum()));
    figures.put("evictions", Long.toString(stats.evictionCount()));
    return figures;
  }
}
