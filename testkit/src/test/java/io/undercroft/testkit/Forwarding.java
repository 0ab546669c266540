package io.undercroft.testkit;

import io.undercroft.spi.Backend;
import io.undercroft.spi.BareDriver;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Things that do what another does, so that a liar has to write down nothing but the lie. */
final class Forwarding {
  private Forwarding() {}

  static class Plugin implements StoragePlugin {
    private final StoragePlugin honest;

    Plugin(StoragePlugin honest) {
      this.honest = honest;
    }

    @Override
    public String id() {
      return honest.id();
    }

    @Override
    public List<Option<?>> options() {
      return honest.options();
    }

    @Override
    public Set<String> exclusiveResources(Settings settings) {
      return honest.exclusiveResources(settings);
    }

    @Override
    public Backend open(Settings settings, PluginContext context) {
      return honest.open(settings, context);
    }
  }

  /** Returns a plugin whose backends have other facets. */
  static StoragePlugin facets(StoragePlugin honest, UnaryOperator<Facets> lie) {
    return new Plugin(honest) {
      @Override
      public Backend open(Settings settings, PluginContext context) {
        Backend backend = super.open(settings, context);
        Facets facets = lie.apply(backend.facets());
        return new OpenBackend(backend) {
          @Override
          public Facets facets() {
            return facets;
          }
        };
      }
    };
  }

  static class OpenBackend implements Backend {
    private final Backend honest;

    OpenBackend(Backend honest) {
      this.honest = honest;
    }

    @Override
    public Facets facets() {
      return honest.facets();
    }

    @Override
    public Limits limits() {
      return honest.limits();
    }

    @Override
    public Map<String, String> details() {
      return honest.details();
    }

    @Override
    public Optional<BareDriver> bareDriver() {
      return honest.bareDriver();
    }

    @Override
    public void ping() {
      honest.ping();
    }

    @Override
    public void close() {
      honest.close();
    }
  }

  static class Driver implements BareDriver {
    private final BareDriver honest;

    Driver(BareDriver honest) {
      this.honest = honest;
    }

    @Override
    public String description() {
      return honest.description();
    }

    @Override
    public Optional<byte[]> get(String key) {
      return honest.get(key);
    }

    @Override
    public void set(String key, byte[] value) {
      honest.set(key, value);
    }

    @Override
    public Map<String, byte[]> getMany(Collection<String> keys) {
      return honest.getMany(keys);
    }

    @Override
    public void setMany(Map<String, byte[]> values) {
      honest.setMany(values);
    }

    @Override
    public void close() {
      honest.close();
    }
  }

  static class Store implements KeyValue {
    final KeyValue honest;

    Store(KeyValue honest) {
      this.honest = honest;
    }

    @Override
    public Optional<StoredEntry> get(String key) {
      return honest.get(key);
    }

    @Override
    public boolean has(String key) {
      return honest.has(key);
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition precondition) {
      return honest.put(key, entry, precondition);
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      return honest.delete(key, precondition);
    }

    @Override
    public void clear() {
      honest.clear();
    }

    @Override
    public long size() {
      return honest.size();
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      return honest.keys(prefix, pageSize);
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      return honest.scan(prefix, pageSize);
    }
  }

  /** Returns a cursor whose pages are changed on their way. */
  static <E> Cursor<E> pages(Cursor<E> honest, UnaryOperator<List<E>> lie) {
    return new Cursor<>() {
      @Override
      public List<E> next() {
        return lie.apply(honest.next());
      }

      @Override
      public void close() {
        honest.close();
      }
    };
  }

  /** Returns the entry with other meta or bytes. */
  static StoredEntry entry(StoredEntry honest, byte[] value) {
    return new StoredEntry(value, honest.meta());
  }
}
