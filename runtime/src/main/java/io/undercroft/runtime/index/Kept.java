package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Held.Item;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One index that is kept.
 *
 * <p>What a query sees is one {@link State}, which never changes, and of a fulltext index one
 * reading of its {@link Words}. What belongs to one key is changed by one thread at a time.
 */
final class Kept {
  private static final Comparator<Held> BY_KEY = Comparator.comparing(held -> held.key);

  final Shape shape;
  final LongAdder hits;
  final LongAdder misses;
  private final Map<String, Held> byKey = new ConcurrentHashMap<>();
  private final Set<String> touched = ConcurrentHashMap.newKeySet();
  private final Object changing = new Object();
  private final @Nullable Words words;
  private volatile State state;
  private volatile int clears;

  /** Whether every entry is in it, so that queries may use it. */
  private volatile boolean ready;

  /** Whether writes are refused that it does not allow. */
  private volatile boolean enforcing;

  /**
   * What the index holds at one moment.
   *
   * @param items every place
   * @param loose what must be looked at by every query, by key
   * @param entries how many entries have items or are loose
   * @param branched how many of them led through arrays
   * @param dated how many of them have a deadline
   * @param bytes about how large all this is
   */
  record State(
      Tree<Item> items, Tree<Held> loose, long entries, long branched, long dated, long bytes) {
    private State plus(Held held, int sign, Tree<Item> newItems, Tree<Held> newLoose) {
      return new State(
          newItems,
          newLoose,
          entries + (held.isThere() ? sign : 0),
          branched + (held.plain ? 0 : sign),
          dated + (held.expires.isPresent() ? sign : 0),
          bytes + sign * held.bytes);
    }
  }

  Kept(IndexDefinition definition) {
    this(new Shape(definition), new LongAdder(), new LongAdder());
  }

  private Kept(Shape shape, LongAdder hits, LongAdder misses) {
    this.shape = shape;
    this.hits = hits;
    this.misses = misses;
    this.words = shape.isFulltext() ? new Words() : null;
    this.state = new State(Tree.empty(shape.order), Tree.empty(BY_KEY), 0, 0, 0, 0);
  }

  /** Returns this index without what it holds, and with its counts. */
  Kept emptied() {
    return new Kept(shape, hits, misses);
  }

  /** Returns what a fulltext index has beside its state. */
  Words words() {
    Words own = words;
    if (own == null) {
      throw new IllegalStateException("index '" + name() + "' is no fulltext index");
    }
    return own;
  }

  /** Returns whether a change failed half way, so that the index must be built anew. */
  boolean isBroken() {
    return words != null && words.isBroken();
  }

  IndexDefinition definition() {
    return shape.definition;
  }

  String name() {
    return shape.definition.name();
  }

  State state() {
    return state;
  }

  boolean isReady() {
    return ready;
  }

  boolean isEnforcing() {
    return enforcing;
  }

  /** From now on what it does not allow is refused. Under all locks. */
  void enforce() {
    enforcing = true;
  }

  /** From now on queries may use it. */
  void use() {
    ready = true;
    touched.clear();
  }

  @Nullable Held held(String key) {
    return byKey.get(key);
  }

  /** Takes what an entry is now. Under the lock of the key. */
  void replace(String key, @Nullable Held now) {
    if (!ready) {
      touched.add(key);
    }
    swap(key, now);
  }

  /** Returns how often everything was removed. */
  int clears() {
    return clears;
  }

  /**
   * Takes what a scan found, unless a write came first. Under the lock of the key.
   *
   * @param seen how often everything had been removed before the scan looked
   */
  void fill(Held found, int seen) {
    if (clears == seen && !touched.contains(found.key)) {
      swap(found.key, found);
    }
  }

  private void swap(String key, @Nullable Held now) {
    if (words != null) {
      Held before = byKey.get(key);
      if (now != null && now.told) {
        words.put(now);
      } else if (before != null && before.told) {
        words.remove(key);
      }
    }
    Held was = now == null ? byKey.remove(key) : byKey.put(key, now);
    synchronized (changing) {
      Tree<Item> items = state.items;
      Tree<Held> loose = state.loose;
      State next = state;
      if (was != null) {
        for (Item item : was.items) {
          items = now != null && has(now, item) ? items : items.without(item);
        }
        loose = was.loose ? loose.without(was) : loose;
        next = next.plus(was, -1, items, loose);
      }
      if (now != null) {
        for (Item item : now.items) {
          items = items.with(item);
        }
        loose = now.loose ? loose.with(now) : loose;
        next = next.plus(now, 1, items, loose);
      }
      state = next;
    }
  }

  private boolean has(Held held, Item item) {
    List<Item> items = held.items;
    int low = 0;
    int high = items.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int compared = shape.compare(items.get(middle), item, shape.width());
      if (compared == 0) {
        return true;
      } else if (compared < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  /** Forgets everything. Under all locks. */
  void clear() {
    synchronized (changing) {
      clears = clears + 1;
      if (words != null) {
        words.clear();
      }
      byKey.clear();
      state = new State(Tree.empty(shape.order), Tree.empty(BY_KEY), 0, 0, 0, 0);
    }
  }

  /** Returns how many entries the storage had when this was last kept up. */
  int known() {
    return byKey.size();
  }

  IndexInfo info() {
    State now = state;
    return new IndexInfo(
        shape.definition,
        !ready,
        now.entries(),
        now.bytes() + (words == null ? 0 : words.bytes()),
        hits.sum(),
        misses.sum());
  }
}
