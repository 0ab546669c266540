package io.undercroft.benchmarks;

import static io.undercroft.storage.query.Field.field;

import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A place with many rows, open. */
interface Grown extends AutoCloseable {
  Optional<GrowthRow> get(String key);

  void set(String key, GrowthRow row);

  void setMany(Map<String, GrowthRow> rows);

  long size();

  Stream<String> keys();

  /** Makes an index of shelf and number; throws if a query does not use it. */
  void index();

  /** Removes the index. */
  void dropIndex();

  /** Returns the ten last rows of a shelf. */
  List<GrowthRow> shelf(int shelf);

  @Override
  void close();

  /** Opens a storage. */
  static Grown storage(Map<String, String> settings) {
    return new OfStorage(settings);
  }

  /** Returns a bare map, to see what the machine itself adds. */
  static Grown map() {
    return new OfMap();
  }

  /** A storage of ours. */
  final class OfStorage implements Grown {
    private static final String NAME = "rows";
    private static final String INDEX = "by-shelf";

    private final Undercroft undercroft;
    private final Storage<GrowthRow> rows;

    private OfStorage(Map<String, String> settings) {
      undercroft = Undercroft.builder().withoutAmbientConfig().storage(NAME, settings).open();
      rows = undercroft.storage(NAME, GrowthRow.class);
    }

    @Override
    public Optional<GrowthRow> get(String key) {
      return rows.get(key);
    }

    @Override
    public void set(String key, GrowthRow row) {
      rows.set(key, row);
    }

    @Override
    public void setMany(Map<String, GrowthRow> some) {
      rows.batched().setMany(some);
    }

    @Override
    public long size() {
      return rows.size();
    }

    @Override
    public Stream<String> keys() {
      return rows.keys();
    }

    @Override
    public void index() {
      IndexedStorage<GrowthRow> indexed = rows.indexed();
      indexed.createIndex(IndexDefinition.ordered(INDEX, Order.asc("shelf"), Order.desc("number")));
      if (!indexed.explain(query(0)).indexes().contains(INDEX)) {
        throw new IllegalStateException("the index is not used");
      }
    }

    @Override
    public void dropIndex() {
      rows.indexed().dropIndex(INDEX);
    }

    private static Query query(int shelf) {
      return Query.where(field("shelf").eq(shelf)).orderBy(Order.desc("number")).limit(10);
    }

    @Override
    public List<GrowthRow> shelf(int shelf) {
      return rows.queryable().findMany(query(shelf));
    }

    @Override
    public void close() {
      undercroft.close();
    }
  }

  /** A map of references. */
  final class OfMap implements Grown {
    private final Map<String, GrowthRow> rows = new ConcurrentHashMap<>();

    private OfMap() {}

    @Override
    public Optional<GrowthRow> get(String key) {
      return Optional.ofNullable(rows.get(key));
    }

    @Override
    public void set(String key, GrowthRow row) {
      rows.put(key, row);
    }

    @Override
    public void setMany(Map<String, GrowthRow> some) {
      rows.putAll(some);
    }

    @Override
    public long size() {
      return rows.size();
    }

    @Override
    public Stream<String> keys() {
      return rows.keySet().stream();
    }

    @Override
    public void index() {
      throw new UnsupportedOperationException("a map has no index");
    }

    @Override
    public void dropIndex() {
      throw new UnsupportedOperationException("a map has no index");
    }

    @Override
    public List<GrowthRow> shelf(int shelf) {
      throw new UnsupportedOperationException("a map has no index");
    }

    @Override
    public void close() {
      rows.clear();
    }
  }

  /** Adds rows in batches. */
  default void fill(int from, int to) {
    int atOnce = 2_000;
    for (int first = from; first < to; first += atOnce) {
      Map<String, GrowthRow> some = new HashMap<>();
      for (int i = first; i < Math.min(to, first + atOnce); i++) {
        some.put(GrowthRow.key(i), GrowthRow.of(i));
      }
      setMany(some);
    }
  }
}
