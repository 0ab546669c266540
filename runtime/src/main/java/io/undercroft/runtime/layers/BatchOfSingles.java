package io.undercroft.runtime.layers;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Facets;
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@link Batch} from single calls, one after the other in the order that was given. */
record BatchOfSingles(KeyValue single) implements Batch {
  /** Adds it where it is missing: here, inside transactions, at every consistency. */
  static Facets complete(Facets below) {
    Facets here =
        below.find(Batch.class).isPresent()
            ? below
            : below.with(Batch.class, new BatchOfSingles(below.require(KeyValue.class)));
    return here.map(Transactions.class, tx -> new InsideTransactions(tx, BatchOfSingles::complete))
        .map(Cluster.class, cluster -> new EveryConsistency(cluster, BatchOfSingles::complete));
  }

  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    Map<String, StoredEntry> found = new LinkedHashMap<>();
    for (String key : keys) {
      single.get(key).ifPresent(entry -> found.put(key, entry));
    }
    return found;
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    Map<String, EntryMeta> written = new LinkedHashMap<>();
    entries.forEach(
        (key, entry) -> {
          PutResult result = single.put(key, entry, Precondition.NONE);
          if (!(result instanceof PutResult.Written done)) {
            throw new IllegalStateException(
                "the backend answered a put without a precondition with " + result);
          }
          written.put(key, done.meta());
        });
    return written;
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    long deleted = 0;
    for (String key : keys) {
      if (single.delete(key, Precondition.NONE) == DeleteResult.DELETED) {
        deleted++;
      }
    }
    return deleted;
  }
}
