package io.undercroft.plugin.file;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Settings;
import io.undercroft.testkit.MutableClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** Opens storages at any path, also one of another file system, and says what tests say often. */
final class Given implements AutoCloseable {
  static final String JSON = "application/json";

  private final MutableClock clock = MutableClock.atNow();
  private final ThreadFactory threads =
      work -> {
        Thread thread = new Thread(work, "file-test");
        thread.setDaemon(true);
        return thread;
      };
  private final ExecutorService executor = Executors.newCachedThreadPool(threads);
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(threads);
  private final List<Backend> opened = new ArrayList<>();

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

    Changes changes() {
      return backend.facets().require(Changes.class);
    }

    EntryMeta put(String key, String json) {
      return put(key, entry(json));
    }

    EntryMeta put(String key, NewEntry entry) {
      return ((PutResult.Written) keyValue().put(key, entry, Precondition.NONE)).meta();
    }

    /** Returns the value without its white space, which layouts may change. */
    Optional<String> get(String key) {
      return keyValue()
          .get(key)
          .map(entry -> new String(entry.value(), StandardCharsets.UTF_8).replaceAll("\\s", ""));
    }

    List<String> keys() {
      List<String> all = new ArrayList<>();
      try (Cursor<String> cursor = keyValue().keys("", 100)) {
        for (List<String> page = cursor.next(); !page.isEmpty(); page = cursor.next()) {
          all.addAll(page);
        }
      }
      return all;
    }

    void close() {
      backend.close();
    }
  }

  static NewEntry entry(String json) {
    return NewEntry.of(json.getBytes(StandardCharsets.UTF_8), JSON);
  }

  /** Opens a storage at a path; more settings as name and text, one after the other. */
  Store open(Path path, String... more) {
    Backend backend = new FilePlugin().open(settings(path, more), context());
    opened.add(backend);
    return new Store(backend);
  }

  /** Returns the settings of a folder whose files are spread over subfolders. */
  static String[] spread(int subfolders) {
    return new String[] {"subfolders", String.valueOf(subfolders)};
  }

  static Settings settings(Path path, String... more) {
    Map<String, Object> values = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < more.length; i += 2) {
      texts.put(more[i], more[i + 1]);
    }
    for (Option<?> option : new FilePlugin().options()) {
      option.fallback().ifPresent(value -> values.put(option.name(), value));
      String text = texts.get(option.name());
      if (text != null) {
        values.put(option.name(), option.parse(text));
      }
    }
    values.put("path", path);
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

  private PluginContext context() {
    return new PluginContext() {
      @Override
      public String storage() {
        return "rooms";
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
