package io.undercroft.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Vector;
import org.jspecify.annotations.Nullable;
import site.ycsb.ByteIterator;
import site.ycsb.DB;
import site.ycsb.Status;
import site.ycsb.StringByteIterator;

/**
 * A database as YCSB calls it, in terms of records of texts. What cannot be done is thrown: no
 * error counts as an operation.
 *
 * <p><b>Threads:</b> one at a time; each thread has its own.
 */
abstract class RecordDb extends DB {
  /** Returns all fields of a record, or null if there is none. */
  abstract @Nullable Map<String, String> find(String key) throws Exception;

  /** Writes a new record. */
  abstract void put(String key, Map<String, String> fields) throws Exception;

  /** Writes these fields of a record and leaves the others; returns whether there is one. */
  abstract boolean change(String key, Map<String, String> fields) throws Exception;

  /** Removes a record; returns whether there was one. */
  abstract boolean remove(String key) throws Exception;

  /** Returns the records from this key on, in the order of the place. */
  abstract List<Map<String, String>> from(String key, int count) throws Exception;

  @Override
  public final Status read(
      String table, String key, @Nullable Set<String> fields, Map<String, ByteIterator> result) {
    Optional<Map<String, String>> found = done(() -> Optional.ofNullable(find(key)));
    found.ifPresent(all -> hand(all, fields, result));
    return status(found.isPresent());
  }

  @Override
  @SuppressWarnings("NonApiType") // as YCSB has it
  public final Status scan(
      String table,
      String startkey,
      int recordcount,
      @Nullable Set<String> fields,
      Vector<HashMap<String, ByteIterator>> result) {
    for (Map<String, String> each : done(() -> from(startkey, recordcount))) {
      HashMap<String, ByteIterator> one = new HashMap<>();
      hand(each, fields, one);
      result.add(one);
    }
    return Status.OK;
  }

  private static void hand(
      Map<String, String> found, @Nullable Set<String> fields, Map<String, ByteIterator> result) {
    found.forEach(
        (name, value) -> {
          if (fields == null || fields.contains(name)) {
            result.put(name, new StringByteIterator(value));
          }
        });
  }

  @Override
  public final Status update(String table, String key, Map<String, ByteIterator> values) {
    return status(done(() -> change(key, StringByteIterator.getStringMap(values))));
  }

  @Override
  public final Status insert(String table, String key, Map<String, ByteIterator> values) {
    return status(
        done(
            () -> {
              put(key, StringByteIterator.getStringMap(values));
              return true;
            }));
  }

  @Override
  public final Status delete(String table, String key) {
    return status(done(() -> remove(key)));
  }

  private static Status status(boolean found) {
    return found ? Status.OK : Status.NOT_FOUND;
  }

  private interface Work<T> {
    T run() throws Exception;
  }

  private static <T> T done(Work<T> work) {
    try {
      return work.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
