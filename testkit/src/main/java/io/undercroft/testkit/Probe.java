package io.undercroft.testkit;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Layer;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A layer right above the backend that counts what the runtime takes from a scan, and fails when
 * told to.
 */
final class Probe implements Layer {
  final AtomicInteger cursorsOpened = new AtomicInteger();
  final AtomicInteger cursorsClosed = new AtomicInteger();
  final AtomicInteger pages = new AtomicInteger();
  final AtomicInteger elements = new AtomicInteger();
  final AtomicInteger largestPage = new AtomicInteger();
  final AtomicInteger calls = new AtomicInteger();
  private final AtomicReference<@Nullable StorageException> outage = new AtomicReference<>();

  /** Lets every call from now on fail so, as a backend would. */
  void fail(StorageException how) {
    outage.set(how);
  }

  /** Lets calls go through again. */
  void heal() {
    outage.set(null);
  }

  @Override
  public Stage stage() {
    return Stage.GUARD;
  }

  @Override
  public Facets apply(Facets below) {
    return below.map(KeyValue.class, Watched::new);
  }

  private void called() {
    calls.incrementAndGet();
    StorageException failure = outage.get();
    if (failure != null) {
      throw failure;
    }
  }

  private final class Watched implements KeyValue {
    private final KeyValue below;

    Watched(KeyValue below) {
      this.below = below;
    }

    @Override
    public Optional<StoredEntry> get(String key) {
      called();
      return below.get(key);
    }

    @Override
    public boolean has(String key) {
      called();
      return below.has(key);
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition precondition) {
      called();
      return below.put(key, entry, precondition);
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      called();
      return below.delete(key, precondition);
    }

    @Override
    public void clear() {
      called();
      below.clear();
    }

    @Override
    public long size() {
      called();
      return below.size();
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      called();
      return watch(below.keys(prefix, pageSize));
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      called();
      return watch(below.scan(prefix, pageSize));
    }

    private <E> Cursor<E> watch(Cursor<E> cursor) {
      cursorsOpened.incrementAndGet();
      return new Cursor<>() {
        private boolean closed;

        @Override
        public List<E> next() {
          called();
          List<E> page = cursor.next();
          pages.incrementAndGet();
          elements.addAndGet(page.size());
          largestPage.accumulateAndGet(page.size(), Math::max);
          return page;
        }

        @Override
        public void close() {
          if (!closed) {
            closed = true;
            cursorsClosed.incrementAndGet();
          }
          cursor.close();
        }
      };
    }
  }
}
