package io.undercroft.runtime.layers;

import io.undercroft.spi.KeyValue;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what reads found expired, on the runtime's executor, one after the other. At most 1,000
 * entries wait; what finds no place is noticed again by the next read. In a read-only storage
 * nothing is removed.
 */
final class Reaper implements Expired, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
  private static final int MOST = 1_000;

  private final String storage;
  private final Executor executor;
  private final boolean readOnly;
  private final Removal removal;
  private final Map<String, Found> waiting = new ConcurrentHashMap<>();
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile boolean closed;

  private record Found(KeyValue raw, StoredEntry entry) {}

  /** How an entry is removed if it still is the one that was found. */
  @FunctionalInterface
  interface Removal {
    /** Without anybody to tell. */
    Removal SILENT =
        (raw, key, entry) -> raw.delete(key, Precondition.version(entry.meta().version()));

    void remove(KeyValue raw, String key, StoredEntry entry);
  }

  Reaper(PluginContext context, boolean readOnly, Removal removal) {
    this.storage = context.storage();
    this.executor = context.executor();
    this.readOnly = readOnly;
    this.removal = removal;
  }

  @Override
  public void noticed(KeyValue raw, String key, StoredEntry entry) {
    if (readOnly || closed || waiting.size() >= MOST) {
      return;
    }
    waiting.put(key, new Found(raw, entry));
    start();
  }

  @Override
  public void remove(KeyValue raw, String key, StoredEntry entry) {
    removal.remove(raw, key, entry);
  }

  private void start() {
    if (running.compareAndSet(false, true)) {
      try {
        executor.execute(this::run);
      } catch (RejectedExecutionException e) {
        running.set(false);
        LOG.debug("storage '{}' is being closed; what has expired stays", storage, e);
      }
    }
  }

  private void run() {
    try {
      Iterator<Map.Entry<String, Found>> rest = waiting.entrySet().iterator();
      while (rest.hasNext() && !closed) {
        Map.Entry<String, Found> next = rest.next();
        rest.remove();
        removal.remove(next.getValue().raw(), next.getKey(), next.getValue().entry());
      }
    } catch (RuntimeException e) {
      // Nobody waits for this work, and the entry stays hidden; the next read notices it again.
      LOG.debug("storage '{}': an expired entry could not be removed", storage, e);
    } finally {
      running.set(false);
    }
    if (!waiting.isEmpty() && !closed) {
      start();
    }
  }

  @Override
  public void close() {
    closed = true;
    waiting.clear();
  }
}
