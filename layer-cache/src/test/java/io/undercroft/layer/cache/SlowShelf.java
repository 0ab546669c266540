package io.undercroft.layer.cache;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.MutableClock;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Entries whose reading can be stopped between the look and the answer, and is counted. */
final class SlowShelf implements KeyValue {
  private final MutableClock clock = MutableClock.atNow();
  private final Map<String, StoredEntry> entries = new ConcurrentHashMap<>();
  private final Map<String, Integer> loads = new ConcurrentHashMap<>();
  private final AtomicInteger versions = new AtomicInteger();
  private final AtomicInteger stopped = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile boolean failing;

  MutableClock clock() {
    return clock;
  }

  /** From now on who has looked waits before answering. */
  void stop() {
    stopped.set(0);
    gate = new CountDownLatch(1);
  }

  void go() {
    gate.countDown();
  }

  void fail(boolean on) {
    failing = on;
  }

  /** Returns when so many have looked and wait. */
  void awaitStopped(int many) {
    while (stopped.get() < many) {
      Thread.onSpinWait();
    }
  }

  int loads(String key) {
    return loads.getOrDefault(key, 0);
  }

  void set(String key, String value) {
    put(key, NewEntry.of(value.getBytes(StandardCharsets.UTF_8), "text/plain"), Precondition.NONE);
  }

  @Override
  public Optional<StoredEntry> get(String key) {
    loads.merge(key, 1, Integer::sum);
    Optional<StoredEntry> found = look(key);
    stopped.incrementAndGet();
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StorageException.of(ErrorCode.INTERRUPTED, "interrupted", e);
    }
    if (failing) {
      throw StorageException.of(ErrorCode.CONNECTION_LOST, "the shelf is gone");
    }
    return found;
  }

  private Optional<StoredEntry> look(String key) {
    return Optional.ofNullable(entries.get(key))
        .filter(entry -> !entry.meta().isExpired(clock.instant()));
  }

  @Override
  public boolean has(String key) {
    return look(key).isPresent();
  }

  Map<String, StoredEntry> getMany(Collection<String> keys) {
    Map<String, StoredEntry> found = new HashMap<>();
    keys.forEach(key -> look(key).ifPresent(entry -> found.put(key, entry)));
    return found;
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    EntryMeta meta =
        new EntryMeta(
            "v" + versions.incrementAndGet(),
            clock.instant(),
            clock.instant(),
            entry.expires(),
            entry.contentType(),
            entry.metadata());
    return new PutResult.Written(
        meta, entries.put(key, new StoredEntry(entry.value(), meta)) == null);
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    return entries.remove(key) == null ? DeleteResult.ABSENT : DeleteResult.DELETED;
  }

  @Override
  public void clear() {
    entries.clear();
  }

  @Override
  public long size() {
    return entries.size();
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    throw new UnsupportedOperationException("not scanned here");
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    throw new UnsupportedOperationException("not scanned here");
  }
}
