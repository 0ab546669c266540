package io.undercroft.plugin.jdbc;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.index.Meaning;
import io.undercroft.runtime.lifecycle.CodecDocuments;
import io.undercroft.runtime.query.Documents;
import io.undercroft.spi.Backend;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.ContainerTransactions;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Indexing;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.Transactions;
import io.undercroft.testkit.MutableClock;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** Opens storages by settings, and says what tests say often. */
final class Given implements AutoCloseable {
  static final String JSON = "application/json";
  static final Documents DOCUMENTS = new CodecDocuments(new StoredDocuments(CodecLimits.DEFAULT));

  private final MutableClock clock = MutableClock.atNow();
  private final ThreadFactory threads =
      work -> {
        Thread thread = new Thread(work, "jdbc-test");
        thread.setDaemon(true);
        return thread;
      };
  private final ExecutorService executor = Executors.newCachedThreadPool(threads);
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(threads);
  private final List<Backend> opened = new CopyOnWriteArrayList<>();

  private Optional<Indexing> meaning = Optional.empty();
  private Optional<ContainerTransactions> transactions = Optional.empty();

  /** Lets the storages know what words and places are, as the runtime does. */
  Given withMeaning() {
    meaning = Optional.of(new Meaning(DOCUMENTS));
    return this;
  }

  /** Lets them know of transactions, as a server's. */
  Given within(ContainerTransactions given) {
    transactions = Optional.of(given);
    return this;
  }

  MutableClock clock() {
    return clock;
  }

  /** One storage with its facets. */
  record Store(Backend backend) {
    KeyValue keyValue() {
      return backend.facets().require(KeyValue.class);
    }

    Batch batch() {
      return backend.facets().require(Batch.class);
    }

    Commit commit() {
      return backend.facets().require(Commit.class);
    }

    Transactions transactions() {
      return backend.facets().require(Transactions.class);
    }

    EntryMeta put(String key, String json) {
      return ((PutResult.Written) keyValue().put(key, entry(json), Precondition.NONE)).meta();
    }

    Optional<String> get(String key) {
      return keyValue().get(key).map(entry -> new String(entry.value(), StandardCharsets.UTF_8));
    }

    void close() {
      backend.close();
    }
  }

  static NewEntry entry(String json) {
    return NewEntry.of(json.getBytes(StandardCharsets.UTF_8), JSON);
  }

  /** Returns what is past its deadline in a minute. */
  NewEntry brief(String json) {
    return new NewEntry(
        json.getBytes(StandardCharsets.UTF_8),
        JSON,
        Optional.of(clock.instant().plusSeconds(60)),
        Map.of());
  }

  /** Opens the storage {@code rooms} with settings as name and text, one after the other. */
  Store open(StoragePlugin plugin, String... settings) {
    return openNamed("rooms", plugin, settings);
  }

  Store openNamed(String storage, StoragePlugin plugin, String... settings) {
    Backend backend = plugin.open(settings(plugin, settings), context(storage));
    opened.add(backend);
    return new Store(backend);
  }

  static Settings settings(StoragePlugin plugin, String... pairs) {
    Map<String, Object> values = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      texts.put(pairs[i], pairs[i + 1]);
    }
    for (Option<?> option : plugin.options()) {
      option.fallback().ifPresent(value -> values.put(option.name(), value));
      String text = texts.get(option.name());
      if (text != null) {
        values.put(option.name(), option.parse(text));
      }
    }
    return new Settings() {
      @Override
      public <T> T get(Option<T> option) {
        return find(option).orElseThrow();
      }

      @Override
      @SuppressWarnings("unchecked") // the value came from the option of this name
      public <T> Optional<T> find(Option<T> option) {
        return Optional.ofNullable((T) values.get(option.name()));
      }
    };
  }

  private PluginContext context(String storage) {
    return new PluginContext() {
      @Override
      public Optional<ContainerTransactions> transactions() {
        return transactions;
      }

      @Override
      public String storage() {
        return storage;
      }

      @Override
      public Clock clock() {
        return clock;
      }

      @Override
      public Executor executor() {
        return executor;
      }

      @Override
      public ScheduledExecutorService scheduler() {
        return scheduler;
      }

      @Override
      public ThreadFactory threads() {
        return threads;
      }

      @Override
      public OptionalLong expectedSize() {
        return OptionalLong.empty();
      }

      @Override
      public Optional<Indexing> indexing() {
        return meaning;
      }

      @Override
      public AccessPattern accessPattern() {
        return AccessPattern.UNKNOWN;
      }
    };
  }

  @Override
  public void close() {
    opened.forEach(Backend::close);
    scheduler.shutdownNow();
    executor.shutdownNow();
  }
}
