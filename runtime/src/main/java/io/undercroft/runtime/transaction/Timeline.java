package io.undercroft.runtime.transaction;

import io.undercroft.runtime.transaction.Running.Doom;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Limits;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The order of the writes to one storage, and what transactions that began earlier have yet to see
 * of the time before.
 *
 * <p>Every write of this process passes through it. While no transaction runs, it is only counted
 * in and out. While one runs, each write holds the stripes of its keys, takes the next stamp and,
 * before it changes anything, notes what its keys were. A transaction begins at a moment at which
 * no write is under way; it sees what was there then: a key that was noted since as it was noted,
 * any other as it is stored. Its commit holds the stripes of all that it read and wrote, finds that
 * nothing of it was written since it began, and writes through the backend's own commit, which
 * looks at the versions once more. So at that moment everything that the transaction read is still
 * true, and it might as well have run wholly then: the outcome is serializable, in an order that
 * agrees with real time.
 *
 * <p>A write notes what its key was only if a transaction began since the last one did: what is
 * kept for a key is bounded by the number of running transactions. Altogether it is bounded by
 * {@link Bounds}.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public final class Timeline implements AutoCloseable {
  private static final AtomicLong BEGUN = new AtomicLong();
  private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

  private final String storage;
  private final Clock clock;
  private final LongSupplier nanos;
  private final int mostInCommit;
  private final Bounds bounds;
  private final Turnstile turnstile = new Turnstile();
  private final KeyStripes stripes = new KeyStripes();
  private final AtomicLong stamp = new AtomicLong();
  private final Past past = new Past();
  private final Register register = new Register(past);

  /**
   * Makes the timeline of the storage that the context names.
   *
   * @param limits of the backend; its commits are the transactions' commits
   */
  public Timeline(PluginContext context, Limits limits) {
    this(context, limits.commitEntries(), Bounds.USUAL, System::nanoTime);
  }

  Timeline(PluginContext context, int mostInCommit, Bounds bounds, LongSupplier nanos) {
    this.storage = context.storage();
    this.clock = context.clock();
    this.mostInCommit = mostInCommit;
    this.bounds = bounds;
    this.nanos = nanos;
  }

  /** Returns whether transactions can be made from these facets, and are not there already. */
  public static boolean completes(Facets below) {
    return below.find(Commit.class).isPresent() && below.find(Transactions.class).isEmpty();
  }

  /**
   * Leads the writes of these facets through this timeline, and adds transactions if they have a
   * commit.
   *
   * @param below facets that hide what has expired
   */
  public Facets over(Facets below) {
    KeyValue single = below.require(KeyValue.class);
    boolean alone = below.find(SoleWriter.class).isPresent();
    Facets traced =
        below
            .with(KeyValue.class, new TracedKeyValue(this, single))
            .map(Batch.class, batch -> new TracedBatch(this, batch))
            .map(Commit.class, commit -> new TracedCommit(this, commit, single));
    return below
        .find(Commit.class)
        .map(commit -> new OptimisticTransactions(this, single, commit, alone))
        .map(transactions -> traced.with(Transactions.class, transactions))
        .orElse(traced);
  }

  /** Ends the running transactions; the facets stay usable for as long as the backend is. */
  @Override
  public void close() {
    register.close(
        new Doom(ErrorCode.CLOSED, "storage '" + storage + "' was closed; nothing was written"));
  }

  // ---- for writers

  int enter() {
    return turnstile.enter();
  }

  void leave(int ticket) {
    turnstile.leave(ticket);
  }

  /** Returns whether a transaction runs; no other one begins while the caller is inside. */
  boolean isNeeded() {
    return register.count() > 0;
  }

  /** Does a write while a transaction runs; the caller is inside. */
  <R> R write(long keys, Tracing<R> work) {
    endOverdue();
    stripes.lock(keys, PATIENCE_NANOS);
    try {
      return work.run(new Trace());
    } finally {
      stripes.unlock(keys);
    }
  }

  /** A write that says beforehand what it changes. */
  @FunctionalInterface
  interface Tracing<R> {
    R run(Trace trace);
  }

  /** One write, or several as one; under the stripes of its keys. */
  final class Trace {
    private final long number = stamp.incrementAndGet();
    private final List<Past.Former> added = new ArrayList<>();

    /** The key, which may be changed by what follows, is read first. */
    void note(String key, KeyValue below) {
      if (isToBeNoted(key)) {
        try {
          add(key, below.get(key));
        } catch (StorageException e) {
          unreadable(key);
        }
      }
    }

    /** As {@link #note(String, KeyValue)}, of a key that is known to be this. */
    void note(String key, Optional<StoredEntry> before) {
      if (isToBeNoted(key)) {
        add(key, before);
      }
    }

    /** As {@link #note(String, KeyValue)}, of many at once. */
    void noteMany(Collection<String> keys, Batch below, Predicate<Optional<StoredEntry>> matters) {
      List<String> wanted = keys.stream().filter(this::isToBeNoted).toList();
      if (wanted.isEmpty()) {
        return;
      }
      Map<String, StoredEntry> before;
      try {
        before = below.getMany(wanted);
      } catch (StorageException e) {
        unreadable(wanted.get(0));
        return;
      }
      for (String key : wanted) {
        Optional<StoredEntry> found = Optional.ofNullable(before.get(key));
        if (matters.test(found)) {
          add(key, found);
        }
      }
    }

    /** Nothing is noted for a key of which everybody who began sees an earlier state. */
    boolean isToBeNoted(String key) {
      return register.count() > 0 && !past.isWrittenAfter(key, register.lastBegin());
    }

    private void add(String key, Optional<StoredEntry> before) {
      added.add(past.add(key, number, before.orElse(null)));
      keepWithinBounds();
    }

    /** The write must not fail for the sake of those who would see what was there before. */
    void unreadable(String key) {
      register.doomEvery(
          new Doom(
              ErrorCode.TRANSACTION_ABORTED,
              (key.isEmpty() ? "everything" : "key " + StorageException.quote(key))
                  + " was written, and what was there before could not be read; run it again"));
    }

    /** Does what is wholly done or not at all. */
    <R> R attempt(Supplier<R> write, Predicate<R> isDone) {
      R result;
      try {
        result = write.get();
      } catch (StorageException e) {
        if (e.code() != ErrorCode.UNKNOWN_OUTCOME) {
          takeBack();
        }
        throw e;
      }
      if (!isDone.test(result)) {
        takeBack();
      }
      return result;
    }

    private void takeBack() {
      for (int i = added.size() - 1; i >= 0; i--) {
        past.takeBack(added.get(i));
      }
      added.clear();
    }
  }

  private void endOverdue() {
    Running first = register.oldest();
    long now = nanos.getAsLong();
    if (first != null && first.isOverdue(now)) {
      register.doomOldest(running -> running.isOverdue(now) ? running.tooLong() : null);
    }
  }

  private void keepWithinBounds() {
    if (past.bytes() > bounds.bytes()) {
      register.doomOldest(
          running ->
              past.bytes() > bounds.bytes()
                  ? new Doom(
                      ErrorCode.TRANSACTION_ABORTED,
                      "it is the oldest one, and what it has yet to see takes more than "
                          + bounds.bytes()
                          + " bytes; keep it shorter, or write less beside it")
                  : null);
    }
  }

  // ---- for transactions

  Running begin(Optional<Duration> timeout) {
    long limit = nanos(timeout.orElse(bounds.age()));
    String id = "tx-" + BEGUN.incrementAndGet();
    long mustEndAt = nanos.getAsLong() + limit;
    return turnstile.alone(
        Math.min(limit, PATIENCE_NANOS),
        () -> {
          Running running = new Running(id, stamp.get(), mustEndAt, timeout);
          if (!register.add(running)) {
            throw StorageException.of(ErrorCode.CLOSED, "the storage was closed; open it again");
          }
          return running;
        });
  }

  private static long nanos(Duration limit) {
    return limit.compareTo(Duration.ofDays(1)) > 0 ? Duration.ofDays(1).toNanos() : limit.toNanos();
  }

  /** Throws if it was ended from outside, or is to end now because its time is over. */
  void requireActive(Running running) {
    if (running.isOverdue(nanos.getAsLong())) {
      register.doom(running, running.tooLong());
    }
    running.requireActive();
  }

  void doom(Running running, Doom why) {
    register.doom(running, why);
  }

  void end(Running running) {
    register.remove(running);
  }

  /** Holds the stripes while the work decides and writes; the caller is not inside. */
  void commit(Running running, long keys, Runnable work) {
    int ticket = turnstile.enter();
    try {
      long left = Math.max(1, running.mustEndAt - nanos.getAsLong());
      stripes.lock(keys, Math.min(left, PATIENCE_NANOS));
      try {
        requireActive(running);
        register.commit(running);
        work.run();
      } finally {
        stripes.unlock(keys);
        register.remove(running);
      }
    } finally {
      turnstile.leave(ticket);
    }
  }

  Trace trace() {
    return new Trace();
  }

  /** Returns whether others run beside the one that commits. */
  boolean hasOthers() {
    return register.count() > 1;
  }

  Past past() {
    return past;
  }

  /** Returns the stamp of the last write that was begun while a transaction ran. */
  long now() {
    return stamp.get();
  }

  Clock clock() {
    return clock;
  }

  int mostInCommit() {
    return mostInCommit;
  }
}
