package io.undercroft.runtime.layers;

import io.undercroft.runtime.query.Candidates;
import io.undercroft.runtime.query.CompleteQueries;
import io.undercroft.runtime.query.Documents;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Facets;
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Transactions;
import java.time.Clock;

/**
 * {@link Queries} with complete answers: from a scan where the backend has none, and with what the
 * backend leaves over finished where it has.
 */
record QueriesByScan(Documents documents, Clock clock) {
  /** Returns the way to entries that an engine has itself. */
  static Candidates enginesOwn(Facets below) {
    return below.find(Queries.class).map(Candidates::of).orElse(Candidates.NONE);
  }

  /**
   * Puts them there: here, inside transactions, at every consistency.
   *
   * @param candidates the way to entries here; elsewhere it is the engine's own
   */
  Facets complete(Facets below, Candidates candidates) {
    Queries complete =
        new CompleteQueries(below.require(KeyValue.class), candidates, documents, clock);
    return below
        .with(Queries.class, complete)
        .map(Transactions.class, tx -> new InsideTransactions(tx, this::complete))
        .map(Cluster.class, cluster -> new EveryConsistency(cluster, this::complete));
  }

  private Facets complete(Facets below) {
    return complete(below, enginesOwn(below));
  }
}
