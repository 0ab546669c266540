package io.undercroft.layer.guard;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Layer;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Transactions;

/** What repeats the calls of one storage. */
final class RetryLayer implements Layer {
  static final String ID = "retry";

  private final Repeating repeating;

  RetryLayer(Repeating repeating) {
    this.repeating = repeating;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Stage stage() {
    return Stage.GUARD;
  }

  @Override
  public Facets apply(Facets below) {
    KeyValue single = below.require(KeyValue.class);
    return below
        .with(KeyValue.class, new RepeatedKeyValue(single, repeating))
        .map(Batch.class, batch -> new RepeatedBatch(batch, repeating))
        .map(Commit.class, commit -> new RepeatedCommit(commit, single, repeating))
        .map(Queries.class, queries -> new RepeatedQueries(queries, repeating))
        .map(Transactions.class, tx -> new RepeatedTransactions(tx, repeating))
        .map(Cluster.class, cluster -> new EveryConsistency(cluster, this::apply));
  }
}
