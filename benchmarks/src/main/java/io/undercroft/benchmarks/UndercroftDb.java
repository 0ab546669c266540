package io.undercroft.benchmarks;

import static io.undercroft.storage.query.Field.field;

import io.undercroft.storage.Storage;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * YCSB's binding to a storage: a document for each record. A storage has no columns: one field is
 * changed by reading the document, changing it and writing it under its version, as one step
 * ({@link Storage#update}). Keys have no order that one could begin in the middle of: for scans the
 * document holds its key once more, in an ordered index.
 */
final class UndercroftDb extends RecordDb {
  private static final String KEY = "id";

  private final Storage<YcsbRecord> records;
  private final boolean scans;

  /**
   * Uses a storage, which stays the caller's.
   *
   * @param scans whether documents hold their keys
   */
  UndercroftDb(Storage<YcsbRecord> records, boolean scans) {
    this.records = records;
    this.scans = scans;
  }

  /** Makes the index for scans. */
  static void index(Storage<YcsbRecord> records) {
    records.indexed().createIndex(IndexDefinition.ordered("by-key", Order.asc(KEY)));
  }

  /** Returns whether a scan is answered by the index; of few records it need not be. */
  static boolean scans(Storage<YcsbRecord> records) {
    return !records.indexed().explain(scan("user", 1)).indexes().isEmpty();
  }

  private static Query scan(String key, int count) {
    return Query.where(field(KEY).gte(key)).orderBy(Order.asc(KEY)).limit(count);
  }

  @Override
  @Nullable Map<String, String> find(String key) {
    return records.get(key).map(YcsbRecord::byName).orElse(null);
  }

  @Override
  void put(String key, Map<String, String> fields) {
    records.set(key, YcsbRecord.of(scans ? key : null, fields));
  }

  @Override
  boolean change(String key, Map<String, String> fields) {
    return records.update(key, now -> now.map(record -> record.with(fields))).isPresent();
  }

  @Override
  boolean remove(String key) {
    return records.delete(key);
  }

  @Override
  List<Map<String, String>> from(String key, int count) {
    return records.queryable().findMany(scan(key, count)).stream().map(YcsbRecord::byName).toList();
  }
}
