package io.undercroft.layer.scope;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Commit;
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
import java.util.Optional;

/** The scope of a tenant with one hole: for the proof that the tests see it. */
final class LeakyPrefix implements Layer {
  private final PrefixLayer honest;
  private final Hole hole;

  /** What goes past the scope. */
  enum Hole {
    GET,
    PUT,
    DELETE,
    CLEAR,
    SIZE,
    KEYS,
    SCAN,
    BATCH,
    COMMIT,
    CHANGES
  }

  LeakyPrefix(String tenant, Hole hole) {
    this.honest = new PrefixLayer(Prefix.of(tenant));
    this.hole = hole;
  }

  @Override
  public String id() {
    return "leaky-prefix";
  }

  @Override
  public Stage stage() {
    return Stage.SHAPE;
  }

  @Override
  public Facets apply(Facets below) {
    Facets own = honest.apply(below);
    return switch (hole) {
      case BATCH -> own.map(Batch.class, batch -> below.require(Batch.class));
      case COMMIT -> own.map(Commit.class, commit -> below.require(Commit.class));
      case CHANGES -> own.map(Changes.class, changes -> below.require(Changes.class));
      default ->
          own.map(KeyValue.class, single -> new Leaky(single, below.require(KeyValue.class), hole));
    };
  }

  private record Leaky(KeyValue own, KeyValue all, Hole hole) implements KeyValue {
    private KeyValue through(Hole asked) {
      return hole == asked ? all : own;
    }

    @Override
    public Optional<StoredEntry> get(String key) {
      return through(Hole.GET).get(key);
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition precondition) {
      return through(Hole.PUT).put(key, entry, precondition);
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      return through(Hole.DELETE).delete(key, precondition);
    }

    @Override
    public void clear() {
      through(Hole.CLEAR).clear();
    }

    @Override
    public long size() {
      return through(Hole.SIZE).size();
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      return through(Hole.KEYS).keys(prefix, pageSize);
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      return through(Hole.SCAN).scan(prefix, pageSize);
    }
  }
}
