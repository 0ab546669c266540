package io.undercroft.runtime.lifecycle;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.config.StorageSpec;
import io.undercroft.runtime.index.Meaning;
import io.undercroft.spi.Indexing;
import io.undercroft.spi.PluginContext;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the plugin and the layers of one storage are given. */
final class StorageContext implements PluginContext {
  private static final Logger LOG = LoggerFactory.getLogger(StorageContext.class);

  /** Values as large as any plugin takes; it has checked them when they were written. */
  private static final CodecLimits LIMITS = CodecLimits.DEFAULT.withBytes(1 << 30);

  private final Indexing indexing = new Meaning(new CodecDocuments(new StoredDocuments(LIMITS)));
  private final StorageSpec spec;
  private final Clock clock;
  private final Executor executor;
  private final StorageScheduler scheduler;
  private final ThreadFactory threads;
  private final List<WeakReference<Thread>> started = new CopyOnWriteArrayList<>();

  StorageContext(StorageSpec spec, Clock clock, Workers workers) {
    this.spec = spec;
    this.clock = clock;
    this.executor = workers.work();
    this.scheduler = new StorageScheduler(workers.scheduler());
    this.threads = Workers.named("undercroft-" + spec.name());
  }

  @Override
  public String storage() {
    return spec.name();
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
    return task -> {
      Thread thread = Objects.requireNonNull(threads.newThread(task));
      started.removeIf(known -> known.refersTo(null));
      started.add(new WeakReference<>(thread));
      return thread;
    };
  }

  @Override
  public OptionalLong expectedSize() {
    return spec.expectedSize();
  }

  @Override
  public AccessPattern accessPattern() {
    return spec.accessPattern();
  }

  @Override
  public Optional<Indexing> indexing() {
    return Optional.of(indexing);
  }

  /** Ends what was scheduled and tells about threads that the plugin should have ended. */
  void end() {
    scheduler.shutdown();
    for (WeakReference<Thread> known : started) {
      Thread thread = known.get();
      if (thread != null && thread.isAlive()) {
        LOG.warn(
            "storage '{}': plugin {} is closed and has left thread '{}' running",
            spec.name(),
            spec.type(),
            thread.getName());
      }
    }
  }
}
