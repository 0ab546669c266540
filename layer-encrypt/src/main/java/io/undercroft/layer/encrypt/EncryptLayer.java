package io.undercroft.layer.encrypt;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Layer;
import io.undercroft.spi.Limits;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.Transactions;
import java.util.Map;
import java.util.Set;

/** The seal about the values of one storage. */
final class EncryptLayer implements Layer {
  static final String ID = "encrypt";

  private static final long LEAST_VALUE_BYTES = 1L << 20;

  /** What is sealed, or sees no value. Everything else would look into the values. */
  private static final Set<Class<? extends Facet>> SEALED =
      Set.of(
          KeyValue.class,
          Batch.class,
          Commit.class,
          Transactions.class,
          Changes.class,
          Cluster.class,
          IndexHome.class,
          Expiry.class,
          SoleWriter.class);

  private final Seal seal;

  EncryptLayer(Seal seal) {
    this.seal = seal;
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
    Facets sealed = below;
    for (Class<? extends Facet> type : below.types()) {
      if (!SEALED.contains(type)) {
        sealed = sealed.without(type);
      }
    }
    return sealed
        .map(KeyValue.class, single -> new SealedKeyValue(single, seal))
        .map(Batch.class, batch -> new SealedBatch(batch, seal))
        .map(Commit.class, commit -> new SealedCommit(commit, seal))
        .map(Transactions.class, tx -> new InsideTransactions(tx, this::apply))
        .map(Changes.class, changes -> new SealedChanges(changes, seal))
        .map(Cluster.class, cluster -> new EveryConsistency(cluster, this::apply));
  }

  @Override
  public Limits limits(Limits below) {
    return new Limits(
        Math.max(LEAST_VALUE_BYTES, below.valueBytes() - Seal.OVERHEAD),
        below.metadataBytes(),
        below.batchEntries(),
        below.commitEntries());
  }

  @Override
  public Map<String, String> details() {
    return seal.details();
  }
}
