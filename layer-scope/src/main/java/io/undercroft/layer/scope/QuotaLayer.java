package io.undercroft.layer.scope;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Layer;
import io.undercroft.spi.Queries;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.Transactions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The limits of one storage. */
final class QuotaLayer implements Layer {
  static final String ID = "quota";

  /** What is counted, or writes no entry. Everything else might write past the account. */
  private static final Set<Class<? extends Facet>> KNOWN =
      Set.of(
          KeyValue.class,
          Batch.class,
          Commit.class,
          Transactions.class,
          Queries.class,
          Indexes.class,
          IndexHome.class,
          Changes.class,
          Cluster.class,
          Expiry.class,
          SoleWriter.class);

  private final Optional<Long> mostEntries;
  private final Optional<Long> mostBytes;
  private volatile @Nullable Account account;

  QuotaLayer(Optional<Long> mostEntries, Optional<Long> mostBytes) {
    this.mostEntries = mostEntries;
    this.mostBytes = mostBytes;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Stage stage() {
    return Stage.SHAPE;
  }

  @Override
  public Facets apply(Facets below) {
    Account own =
        new Account(
            below.require(KeyValue.class),
            mostEntries,
            mostBytes,
            below.find(SoleWriter.class).isEmpty());
    account = own;
    return counted(below, own);
  }

  private static Facets counted(Facets below, Account account) {
    Facets known = below;
    for (Class<? extends Facet> type : below.types()) {
      if (!KNOWN.contains(type)) {
        known = known.without(type);
      }
    }
    KeyValue single = below.require(KeyValue.class);
    return known
        .with(KeyValue.class, new CountedKeyValue(single, account))
        .map(Batch.class, batch -> new CountedBatch(batch, account))
        .map(Commit.class, commit -> new CountedCommit(commit, single, account))
        .map(Transactions.class, tx -> new CountedTransactions(tx, account))
        .map(
            Cluster.class,
            cluster -> new EveryConsistency(cluster, facets -> counted(facets, account)));
  }

  @Override
  public Map<String, String> details() {
    Map<String, String> details = new LinkedHashMap<>();
    mostEntries.ifPresent(most -> details.put("max-entries", most.toString()));
    mostBytes.ifPresent(most -> details.put("max-bytes", most.toString()));
    Account own = account;
    if (own != null) {
      details.putAll(own.figures());
    }
    return details;
  }
}
