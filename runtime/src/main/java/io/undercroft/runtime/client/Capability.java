package io.undercroft.runtime.client;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Queries;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.TransactionalStorage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a storage may be beside a {@link Storage}, and which facets it takes.
 *
 * <p>The order is the one in which capabilities are listed.
 */
public enum Capability {
  /** Single-key reads and writes, which every storage has. */
  STORAGE(Storage.class, KeyValue.class),
  /** Many entries in one call. */
  BATCH(BatchStorage.class, Batch.class),
  /** Entries by what is in their values. */
  QUERY(QueryableStorage.class, Queries.class, BATCH),
  /** Queries with indexes. */
  INDEX(IndexedStorage.class, Indexes.class, QUERY),
  /** Several reads and writes as one. */
  TRANSACTION(TransactionalStorage.class, Transactions.class, BATCH),
  /** Events and watch. */
  OBSERVE(ObservableStorage.class, Changes.class),
  /** Nodes and consistency levels. */
  DISTRIBUTE(DistributedStorage.class, Cluster.class);

  private static final Set<Class<?>> OF_THE_SPI =
      Set.of(
          KeyValue.class,
          Batch.class,
          Commit.class,
          Expiry.class,
          SoleWriter.class,
          Transactions.class,
          Queries.class,
          IndexHome.class,
          Indexes.class,
          Changes.class,
          Cluster.class);

  private final Class<?> type;
  private final Class<? extends Facet> facet;
  private final @Nullable Capability base;

  Capability(Class<?> type, Class<? extends Facet> facet) {
    this(type, facet, null);
  }

  Capability(Class<?> type, Class<? extends Facet> facet, @Nullable Capability base) {
    this.type = type;
    this.facet = facet;
    this.base = base;
  }

  /** Returns the interface that the application sees. */
  public Class<?> type() {
    return type;
  }

  /** Returns the facet that makes the difference. */
  public Class<? extends Facet> facet() {
    return facet;
  }

  /** Returns whether these facets are enough for it. */
  public boolean isOfferedBy(Facets present) {
    return present.types().contains(facet) && (base == null || base.isOfferedBy(present));
  }

  /** Returns the capability of this interface, if it is one. */
  public static Optional<Capability> of(Class<?> type) {
    return Arrays.stream(values()).filter(c -> c.type == type).findFirst();
  }

  /** Returns the facets among these that the SPI does not know: the plugin's own. */
  public static List<Class<? extends Facet>> ownFacets(Facets present) {
    List<Class<? extends Facet>> own = new ArrayList<>();
    for (Class<? extends Facet> facet : present.types()) {
      if (!OF_THE_SPI.contains(facet)) {
        own.add(facet);
      }
    }
    return own;
  }

  /** Returns the simple names of all that these facets make, for a message. */
  static String describe(Facets present) {
    List<String> names = new ArrayList<>();
    for (Capability capability : values()) {
      if (capability.isOfferedBy(present)) {
        names.add(capability.type.getSimpleName());
      }
    }
    ownFacets(present).forEach(own -> names.add(own.getSimpleName()));
    return String.join(", ", names);
  }
}
