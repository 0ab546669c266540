package io.undercroft.benchmarks;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.Vector;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import site.ycsb.ByteIterator;
import site.ycsb.DB;
import site.ycsb.DBException;
import site.ycsb.Status;
import site.ycsb.measurements.Measurements;

/**
 * Hands every call on and notes its time, in nanoseconds where YCSB itself takes microseconds. A
 * call that did not find what must be there is thrown.
 */
final class TimedDb extends DB {
  private final DB db;
  private final Measurements times;
  private long inserts;

  TimedDb(DB db, Measurements times) {
    this.db = db;
    this.times = times;
  }

  /** Returns how many records were written anew. */
  long inserts() {
    return inserts;
  }

  private Status timed(String operation, Supplier<Status> call) {
    long start = System.nanoTime();
    Status status = call.get();
    long nanos = System.nanoTime() - start;
    if (!status.isOk()) {
      throw new IllegalStateException(operation + " gave " + status);
    }
    times.measure(operation, (int) Math.min(nanos, Integer.MAX_VALUE));
    return status;
  }

  @Override
  public Status read(
      String table, String key, @Nullable Set<String> fields, Map<String, ByteIterator> result) {
    return timed("READ", () -> db.read(table, key, fields, result));
  }

  @Override
  @SuppressWarnings("NonApiType") // as YCSB has it
  public Status scan(
      String table,
      String startkey,
      int recordcount,
      @Nullable Set<String> fields,
      Vector<HashMap<String, ByteIterator>> result) {
    return timed("SCAN", () -> db.scan(table, startkey, recordcount, fields, result));
  }

  @Override
  public Status update(String table, String key, Map<String, ByteIterator> values) {
    return timed("UPDATE", () -> db.update(table, key, values));
  }

  @Override
  public Status insert(String table, String key, Map<String, ByteIterator> values) {
    inserts++;
    return timed("INSERT", () -> db.insert(table, key, values));
  }

  @Override
  public Status delete(String table, String key) {
    return timed("DELETE", () -> db.delete(table, key));
  }

  @Override
  public void cleanup() throws DBException {
    db.cleanup();
  }
}
