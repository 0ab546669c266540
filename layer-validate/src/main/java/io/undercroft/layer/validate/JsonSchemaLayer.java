package io.undercroft.layer.validate;

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
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Layer;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Queries;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.Transactions;
import java.util.Map;
import java.util.Set;

/** The schema of one storage. */
final class JsonSchemaLayer implements Layer {
  static final String ID = "json-schema";

  /** What is checked, or writes no value. Everything else might write past the schema. */
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

  private final Schema schema;

  JsonSchemaLayer(Schema schema) {
    this.schema = schema;
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
    Facets known = below;
    for (Class<? extends Facet> type : below.types()) {
      if (!KNOWN.contains(type)) {
        known = known.without(type);
      }
    }
    return known
        .map(KeyValue.class, single -> new CheckedKeyValue(single, schema))
        .map(Batch.class, batch -> new CheckedBatch(batch, schema))
        .map(Commit.class, this::checked)
        .map(Transactions.class, tx -> new InsideTransactions(tx, this::apply))
        .map(Cluster.class, cluster -> new EveryConsistency(cluster, this::apply));
  }

  private Commit checked(Commit below) {
    return (checks, mutations) -> {
      for (Mutation mutation : mutations) {
        if (mutation instanceof Mutation.Put put) {
          schema.check(put.key(), put.entry());
        }
      }
      return below.commit(checks, mutations);
    };
  }

  @Override
  public Map<String, String> details() {
    return Map.of("file", schema.toString());
  }
}
