package io.undercroft.runtime.lifecycle;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Limits;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Secret;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A small plugin that offers key-value and a facet of its own, on boards that outlive their
 * backends; and does at every step what a test asks it to do there.
 */
final class CupboardPlugin implements StoragePlugin {
  static final Option<String> BOARD = Option.string("board").doc("which board").orElse("top");
  static final Option<Boolean> ALONE = Option.bool("alone").doc("for itself").orElse(false);
  static final Option<Secret> KEY = Option.secret("key").doc("to the cupboard");

  /** The facet of its own. */
  interface Boards extends Facet {
    String board();
  }

  /** What happened, in words: {@code "open rooms"}. */
  final List<String> steps = new CopyOnWriteArrayList<>();

  final List<ClassLoader> loaders = new CopyOnWriteArrayList<>();
  final List<PluginContext> contexts = new CopyOnWriteArrayList<>();
  volatile Consumer<String> onStep = step -> {};
  volatile Consumer<String> onCall = call -> {};

  private final String id;
  private final Map<String, Map<String, StoredEntry>> boards = new ConcurrentHashMap<>();
  private final AtomicLong writes = new AtomicLong();

  CupboardPlugin() {
    this("cupboard");
  }

  CupboardPlugin(String id) {
    this.id = id;
  }

  /** Returns what lies on a board. */
  Map<String, StoredEntry> board(String name) {
    return boards.computeIfAbsent(name, n -> new ConcurrentHashMap<>());
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(BOARD, ALONE, KEY);
  }

  @Override
  public Set<String> exclusiveResources(Settings settings) {
    return settings.get(ALONE) ? Set.of("board:" + settings.get(BOARD)) : Set.of();
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    step("open " + context.storage());
    contexts.add(context);
    return new Cupboard(settings.get(BOARD), context);
  }

  private void step(String what) {
    @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
    if (loader != null) {
      loaders.add(loader);
    }
    steps.add(what);
    onStep.accept(what);
  }

  private final class Cupboard implements Backend {
    private final String board;
    private final PluginContext context;
    private volatile boolean closed;

    Cupboard(String board, PluginContext context) {
      this.board = board;
      this.context = context;
    }

    @Override
    public Facets facets() {
      return Facets.of(new Entries()).with(Boards.class, () -> board);
    }

    @Override
    public Limits limits() {
      return Limits.DEFAULT;
    }

    @Override
    public Map<String, String> details() {
      return Map.of("board", board);
    }

    @Override
    public void ping() {
      if (closed) {
        throw StorageException.of(ErrorCode.CLOSED, "the cupboard is closed");
      }
      step("ping " + context.storage());
    }

    @Override
    public void close() {
      closed = true;
      step("close " + context.storage());
    }

    private final class Entries implements KeyValue {
      private final Map<String, StoredEntry> entries = board(board);
      private final Clock clock = context.clock();

      private void call(String what) {
        if (closed) {
          throw StorageException.of(ErrorCode.CLOSED, "the cupboard is closed");
        }
        onCall.accept(what);
      }

      @Override
      public Optional<StoredEntry> get(String key) {
        call("get " + key);
        return Optional.ofNullable(entries.get(key));
      }

      /** Deadlines are kept and not looked at: who has no Expiry leaves them to the runtime. */
      private boolean holds(Precondition precondition, @Nullable StoredEntry found) {
        if (precondition instanceof Precondition.HasVersion expected) {
          return found != null && found.meta().version().equals(expected.version());
        }
        return precondition instanceof Precondition.None || found == null;
      }

      @Override
      public PutResult put(String key, NewEntry entry, Precondition precondition) {
        call("put " + key);
        PutResult[] result = new PutResult[1];
        entries.compute(
            key,
            (k, found) -> {
              if (!holds(precondition, found)) {
                result[0] =
                    new PutResult.Conflict(
                        Optional.ofNullable(found).map(stored -> stored.meta().version()));
                return found;
              }
              Instant read = clock.instant();
              Instant created = found == null ? read : found.meta().created();
              Instant now = read.isBefore(created) ? created : read;
              EntryMeta meta =
                  new EntryMeta(
                      "c" + writes.incrementAndGet(),
                      created,
                      now,
                      entry.expires(),
                      entry.contentType(),
                      entry.metadata());
              result[0] = new PutResult.Written(meta, found == null);
              return new StoredEntry(entry.value(), meta);
            });
        return result[0];
      }

      @Override
      public DeleteResult delete(String key, Precondition precondition) {
        call("delete " + key);
        DeleteResult[] result = {DeleteResult.ABSENT};
        entries.compute(
            key,
            (k, found) -> {
              if (!holds(precondition, found)) {
                result[0] = DeleteResult.CONFLICT;
                return found;
              }
              result[0] = found == null ? DeleteResult.ABSENT : DeleteResult.DELETED;
              return null;
            });
        return result[0];
      }

      @Override
      public void clear() {
        call("clear");
        entries.clear();
      }

      @Override
      public long size() {
        call("size");
        return entries.size();
      }

      @Override
      public Cursor<String> keys(String prefix, int pageSize) {
        return new Pages<>(this, scanned(prefix).map(KeyedEntry::key), pageSize);
      }

      @Override
      public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
        return new Pages<>(this, scanned(prefix), pageSize);
      }

      private Stream<KeyedEntry> scanned(String prefix) {
        call("scan " + prefix);
        return entries.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(prefix))
            .map(entry -> new KeyedEntry(entry.getKey(), entry.getValue()));
      }
    }
  }

  private static final class Pages<E> implements Cursor<E> {
    private final Cupboard.Entries entries;
    private final Iterator<E> rest;
    private final int pageSize;
    private boolean over;

    Pages(Cupboard.Entries entries, Stream<E> all, int pageSize) {
      this.entries = entries;
      this.rest = all.iterator();
      this.pageSize = pageSize;
    }

    @Override
    public List<E> next() {
      entries.call("page");
      List<E> page = new ArrayList<>();
      while (!over && page.size() < pageSize && rest.hasNext()) {
        page.add(rest.next());
      }
      return page;
    }

    @Override
    public void close() {
      over = true;
    }
  }
}
