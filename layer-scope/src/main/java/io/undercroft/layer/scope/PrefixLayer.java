package io.undercroft.layer.scope;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Layer;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.Transactions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The scope of one tenant. */
final class PrefixLayer implements Layer {
  static final String ID = "prefix";

  /** What is scoped, or says nothing of keys. Everything else might reach a foreign key. */
  private static final Set<Class<? extends Facet>> SCOPED =
      Set.of(
          KeyValue.class,
          Batch.class,
          Commit.class,
          Transactions.class,
          Changes.class,
          Cluster.class,
          Expiry.class,
          SoleWriter.class);

  private final Prefix prefix;

  PrefixLayer(Prefix prefix) {
    this.prefix = prefix;
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
    Facets own = below;
    for (Class<? extends Facet> type : below.types()) {
      if (!SCOPED.contains(type)) {
        own = own.without(type);
      }
    }
    Optional<Batch> batch = below.find(Batch.class);
    return own.map(KeyValue.class, single -> new OwnKeyValue(single, batch, prefix))
        .map(Batch.class, many -> new OwnBatch(many, prefix))
        .map(Commit.class, commit -> new OwnCommit(commit, prefix))
        .map(Transactions.class, tx -> new InsideTransactions(tx, this::apply))
        .map(Changes.class, changes -> new OwnChanges(changes, prefix))
        .map(Cluster.class, cluster -> new EveryConsistency(cluster, this::apply));
  }

  @Override
  public Map<String, String> details() {
    return Map.of("keys", "below they begin with " + prefix.text());
  }
}
