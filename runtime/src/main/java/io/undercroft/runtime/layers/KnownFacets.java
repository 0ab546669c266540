package io.undercroft.runtime.layers;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facet;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Queries;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.Transactions;
import java.util.Set;

/** The facets that the SPI defines; every other one is a plugin's own. */
final class KnownFacets {
  static final Set<Class<? extends Facet>> TYPES =
      Set.of(
          KeyValue.class,
          Batch.class,
          Commit.class,
          Expiry.class,
          SoleWriter.class,
          Queries.class,
          IndexHome.class,
          Indexes.class,
          Transactions.class,
          Changes.class,
          Cluster.class);

  private KnownFacets() {}
}
