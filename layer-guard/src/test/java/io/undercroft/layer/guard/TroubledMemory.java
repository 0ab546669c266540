package io.undercroft.layer.guard;

import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.Around;
import io.undercroft.spi.Backend;
import io.undercroft.spi.Call;
import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Limits;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Memory whose reads and writes of single keys meet trouble first. */
final class TroubledMemory implements StoragePlugin {
  private final StoragePlugin memory = new MemoryPlugin();
  private final Around trouble;

  TroubledMemory(Around trouble) {
    this.trouble = trouble;
  }

  @Override
  public String id() {
    return "troubled";
  }

  @Override
  public List<Option<?>> options() {
    return memory.options();
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    Backend below = memory.open(settings, context);
    return new Troubled(
        below, below.facets().map(KeyValue.class, single -> new Single(single, trouble)));
  }

  private record Troubled(Backend below, Facets facets) implements Backend {
    @Override
    public Limits limits() {
      return below.limits();
    }

    @Override
    public void ping() {
      below.ping();
    }

    @Override
    public void close() {
      below.close();
    }
  }

  private record Single(KeyValue below, Around trouble) implements KeyValue {
    @SuppressWarnings("unchecked") // the trouble returns what it got
    private <R> R meet(Kind kind, String key, Supplier<R> work) {
      try {
        return (R) trouble.around(Call.of(kind, "rooms", key), call -> work.get());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw StorageException.of(ErrorCode.INTERRUPTED, "interrupted", e);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Optional<StoredEntry> get(String key) {
      return meet(Kind.GET, key, () -> below.get(key));
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition precondition) {
      return meet(Kind.PUT, key, () -> below.put(key, entry, precondition));
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      return below.delete(key, precondition);
    }

    @Override
    public void clear() {
      below.clear();
    }

    @Override
    public long size() {
      return below.size();
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      return below.keys(prefix, pageSize);
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      return below.scan(prefix, pageSize);
    }
  }
}
