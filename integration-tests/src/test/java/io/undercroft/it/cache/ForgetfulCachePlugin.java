package io.undercroft.it.cache;

import io.undercroft.layer.cache.CacheLayerPlugin;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Layer;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Wrapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cache, with one kind of write going past it: for the proof that the oracle notices. */
public final class ForgetfulCachePlugin implements LayerPlugin {
  static final String ID = "forgetful-cache";

  static final Option<Write> FORGETS =
      Option.choice("forgets", Write.class).doc("which write it does not notice").required();

  private final LayerPlugin honest = new CacheLayerPlugin();

  /** What is forgotten. */
  enum Write {
    CLEAR,
    DELETE_MANY,
    COMMIT,
    PUT
  }

  /** Does no work. */
  public ForgetfulCachePlugin() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<Option<?>> options() {
    List<Option<?>> all = new ArrayList<>(honest.options());
    all.add(FORGETS);
    return all;
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    Layer cache = (Layer) honest.open(settings, context);
    Write forgotten = settings.get(FORGETS);
    return new Layer() {
      @Override
      public String id() {
        return ID;
      }

      @Override
      public Stage stage() {
        return cache.stage();
      }

      @Override
      public Facets apply(Facets below) {
        Facets cached = cache.apply(below);
        KeyValue past = below.require(KeyValue.class);
        return switch (forgotten) {
          case CLEAR, PUT ->
              cached.map(
                  KeyValue.class, single -> new Past(single, past, forgotten == Write.CLEAR));
          case DELETE_MANY ->
              cached.map(Batch.class, batch -> new PastBatch(batch, below.require(Batch.class)));
          case COMMIT -> cached.map(Commit.class, commit -> below.require(Commit.class));
        };
      }
    };
  }

  private record Past(KeyValue cached, KeyValue past, boolean clears) implements KeyValue {
    @Override
    public Optional<StoredEntry> get(String key) {
      return cached.get(key);
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition precondition) {
      return (clears ? cached : past).put(key, entry, precondition);
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      return cached.delete(key, precondition);
    }

    @Override
    public void clear() {
      (clears ? past : cached).clear();
    }

    @Override
    public long size() {
      return cached.size();
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      return cached.keys(prefix, pageSize);
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      return cached.scan(prefix, pageSize);
    }
  }

  private record PastBatch(Batch cached, Batch past) implements Batch {
    @Override
    public Map<String, StoredEntry> getMany(Collection<String> keys) {
      return cached.getMany(keys);
    }

    @Override
    public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
      return cached.putMany(entries);
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      return past.deleteMany(keys);
    }
  }
}
