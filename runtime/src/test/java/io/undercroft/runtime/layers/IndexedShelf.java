package io.undercroft.runtime.layers;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.lifecycle.CodecDocuments;
import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Query;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A stack over a backend, and short words for what tests of its indexes do. */
final class IndexedShelf implements AutoCloseable {
  private final Stack stack;

  IndexedShelf(ManualClock clock) {
    this(Memory.facets(clock), clock);
  }

  IndexedShelf(Facets backend, ManualClock clock) {
    stack =
        Stack.over(backend, new TestContext(clock))
            .documents(new CodecDocuments(new StoredDocuments(CodecLimits.DEFAULT)))
            .compose();
  }

  /**
   * Returns how long this thread has worked, in nanoseconds: waiting for a processor is no work.
   */
  static long worked() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  Facets facets() {
    return stack.facets();
  }

  KeyValue entries() {
    return facets().require(KeyValue.class);
  }

  static NewEntry json(String text) {
    return NewEntry.of(text.getBytes(UTF_8), "application/json");
  }

  void put(String key, String json) {
    Memory.put(entries(), key, json(json));
  }

  void putUntil(String key, String json, Instant deadline) {
    Memory.put(
        entries(),
        key,
        new NewEntry(json.getBytes(UTF_8), "application/json", Optional.of(deadline), Map.of()));
  }

  void delete(String key) {
    entries().delete(key, Precondition.NONE);
  }

  void create(IndexDefinition index) {
    facets().require(Indexes.class).create(index);
  }

  IndexInfo info() {
    return facets().require(Indexes.class).list().get(0);
  }

  List<Found> found(Query query) {
    return Memory.drain(facets().require(Queries.class).query(query).entries());
  }

  List<String> keys(Query query) {
    return found(query).stream().map(Found::key).toList();
  }

  List<String> keys(Condition condition) {
    return keys(Query.where(condition));
  }

  long count(Condition condition) {
    return facets().require(Queries.class).count(Optional.of(condition)).orElseThrow();
  }

  Explanation explain(Query query) {
    return facets().require(Queries.class).explain(query);
  }

  @Override
  public void close() {
    stack.close();
  }
}
