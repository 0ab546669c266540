package io.undercroft.runtime.layers;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Queries;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * {@link Expiry} for a backend that only keeps deadlines: what has expired is hidden from every
 * read, and removed, by its version, before a write that would meet it. So every write finds what
 * it would find if the entry had vanished at its deadline, and nobody's newer entry is ever
 * removed.
 *
 * <p>It costs a read before each write, and a scan for keys and for a size.
 */
final class LiveOnly {
  private static final int PAGE = 1_000;

  private final Clock clock;
  private final Expired expired;

  LiveOnly(Clock clock, Expired expired) {
    this.clock = clock;
    this.expired = expired;
  }

  Facets over(Facets below) {
    KeyValue raw = below.require(KeyValue.class);
    LiveOnly inTransaction = new LiveOnly(clock, Expired.IN_TRANSACTION);
    return below
        .with(KeyValue.class, new LiveKeyValue(raw))
        .map(Batch.class, batch -> new LiveBatch(batch, raw))
        .map(Commit.class, commit -> new LiveCommit(commit, raw))
        .map(Queries.class, queries -> new LiveQueries(queries, raw))
        .map(Transactions.class, tx -> new InsideTransactions(tx, inTransaction::over))
        .map(Cluster.class, cluster -> new EveryConsistency(cluster, this::over))
        .with(Expiry.class, new Expiry() {});
  }

  /** Returns whether it is live; if it is not, that was noticed. */
  private boolean isLive(KeyValue raw, String key, StoredEntry entry) {
    if (!entry.meta().isExpired(clock.instant())) {
      return true;
    }
    expired.noticed(raw, key, entry);
    return false;
  }

  /** Returns whether there was an expired entry, which is gone now. */
  private boolean removeExpired(KeyValue raw, String key) {
    Optional<StoredEntry> found =
        raw.get(key).filter(entry -> entry.meta().isExpired(clock.instant()));
    found.ifPresent(entry -> expired.remove(raw, key, entry));
    return found.isPresent();
  }

  private final class LiveKeyValue implements KeyValue {
    private final KeyValue raw;

    LiveKeyValue(KeyValue raw) {
      this.raw = raw;
    }

    @Override
    public Optional<StoredEntry> get(String key) {
      return raw.get(key).filter(entry -> isLive(raw, key, entry));
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition precondition) {
      removeExpired(raw, key);
      while (true) {
        PutResult result = raw.put(key, entry, precondition);
        boolean met =
            result instanceof PutResult.Conflict found && found.foundVersion().isPresent();
        if (!met || !removeExpired(raw, key)) {
          return result;
        }
      }
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      removeExpired(raw, key);
      return raw.delete(key, precondition);
    }

    @Override
    public void clear() {
      raw.clear();
    }

    @Override
    public long size() {
      long size = 0;
      try (Cursor<KeyedEntry> live = scan("", PAGE)) {
        for (List<KeyedEntry> page = live.next(); !page.isEmpty(); page = live.next()) {
          size += page.size();
        }
      }
      return size;
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      return Pages.map(scan(prefix, pageSize), KeyedEntry::key);
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      return Pages.filter(
          raw.scan(prefix, pageSize), found -> isLive(raw, found.key(), found.entry()));
    }
  }

  private final class LiveBatch implements Batch {
    private final Batch batch;
    private final KeyValue raw;

    LiveBatch(Batch batch, KeyValue raw) {
      this.batch = batch;
      this.raw = raw;
    }

    @Override
    public Map<String, StoredEntry> getMany(Collection<String> keys) {
      Map<String, StoredEntry> live = new LinkedHashMap<>(batch.getMany(keys));
      live.entrySet().removeIf(found -> !isLive(raw, found.getKey(), found.getValue()));
      return live;
    }

    @Override
    public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
      removeExpired(entries.keySet());
      return batch.putMany(entries);
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      removeExpired(keys);
      return batch.deleteMany(keys);
    }

    private void removeExpired(Collection<String> keys) {
      batch
          .getMany(keys)
          .forEach(
              (key, entry) -> {
                if (entry.meta().isExpired(clock.instant())) {
                  expired.remove(raw, key, entry);
                }
              });
    }
  }

  private final class LiveCommit implements Commit {
    private final Commit commit;
    private final KeyValue raw;

    LiveCommit(Commit commit, KeyValue raw) {
      this.commit = commit;
      this.raw = raw;
    }

    @Override
    public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
      Set<String> keys = new LinkedHashSet<>();
      checks.forEach(check -> keys.add(check.key()));
      mutations.forEach(mutation -> keys.add(mutation.key()));
      keys.forEach(key -> removeExpired(raw, key));
      while (true) {
        CommitResult result = commit.commit(checks, mutations);
        boolean met =
            result instanceof CommitResult.Conflict found
                && found.foundVersion().isPresent()
                && removeExpired(raw, found.key());
        if (!met) {
          return result;
        }
      }
    }
  }

  /** Asks for everything that matches; the limit is applied above, to what is live. */
  private final class LiveQueries implements Queries {
    private final Queries queries;
    private final KeyValue raw;

    LiveQueries(Queries queries, KeyValue raw) {
      this.queries = queries;
      this.raw = raw;
    }

    @Override
    public Answer query(Query query) {
      Query whole =
          new Query(
              query.where(),
              query.order(),
              OptionalLong.empty(),
              0,
              query.select(),
              Optional.empty());
      Answer answer = queries.query(whole);
      Cursor<Found> live =
          Pages.filter(answer.entries(), found -> isLive(raw, found.key(), found.entry()));
      return new Answer(live, answer.residual(), answer.ordered(), false);
    }

    @Override
    public OptionalLong count(Optional<Condition> where) {
      return OptionalLong.empty();
    }

    @Override
    public Optional<Aggregated> aggregate(Pipeline pipeline) {
      return Optional.empty();
    }

    @Override
    public Explanation explain(Query query) {
      return queries.explain(query);
    }

    @Override
    public boolean isSpatial(String field) {
      return queries.isSpatial(field);
    }
  }
}
