package io.undercroft.runtime.lifecycle;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.config.StorageSpec;
import io.undercroft.runtime.index.Meaning;
import io.undercroft.runtime.query.Evaluation;
import io.undercroft.runtime.query.QueryForm;
import io.undercroft.spi.ContainerTransactions;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexing;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.query.Query;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
  private final Supplier<Optional<String>> caller;
  private final Optional<Container> container;
  private final Function<String, Supplier<Facets>> neighbours;
  private final JndiTransactions transactions;
  private volatile boolean joined;
  private final List<WeakReference<Thread>> started = new CopyOnWriteArrayList<>();

  /**
   * Makes what is given.
   *
   * @param caller tells who calls on this thread
   * @param container tells the application's observers, and has its beans
   * @param transactions finds those of the container
   * @param neighbours gives the facets of another storage
   */
  StorageContext(
      StorageSpec spec,
      Clock clock,
      Workers workers,
      Supplier<Optional<String>> caller,
      Optional<Container> container,
      JndiTransactions transactions,
      Function<String, Supplier<Facets>> neighbours) {
    this.spec = spec;
    this.clock = clock;
    this.caller = caller;
    this.container = container;
    this.transactions = transactions;
    this.neighbours = neighbours;
    this.executor = workers.work();
    this.scheduler = new StorageScheduler(workers.scheduler());
    this.threads = workers.named("undercroft-" + spec.name());
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

  @Override
  public Optional<String> caller() {
    return caller.get();
  }

  @Override
  public void tell(Object event) {
    if (container.isEmpty()) {
      PluginContext.super.tell(event); // which says so
    }
    container.ifPresent(there -> there.tell(spec.name(), event));
  }

  @Override
  public Optional<ContainerTransactions> transactions() {
    return transactions.find();
  }

  @Override
  public Optional<ContainerTransactions> joinedTransactions() {
    return joined ? transactions.find() : Optional.empty();
  }

  /** The backend is open, and has said whether it joins the container's transactions. */
  void opened(boolean joins) {
    joined = joins;
  }

  @Override
  public <B> Optional<B> bean(Class<B> type) {
    return container.flatMap(there -> there.bean(type));
  }

  @Override
  public Supplier<Facets> storage(String name) {
    return neighbours.apply(name);
  }

  @Override
  public Predicate<KeyedEntry> matching(String json) {
    CodecDocuments documents = new CodecDocuments(new StoredDocuments(LIMITS));
    Query query = Query.where(new QueryForm(documents).condition(json));
    Evaluation evaluation = new Evaluation(query, documents, field -> false);
    return entry ->
        evaluation.matches(new Found(entry.key(), entry.entry(), OptionalDouble.empty()));
  }

  /** Ends what was scheduled and tells about threads that the plugin should have ended. */
  void end() {
    scheduler.shutdown();
    for (WeakReference<Thread> known : started) {
      Thread thread = known.get();
      if (thread != null && !Workers.hasEnded(thread)) {
        LOG.warn(
            "storage '{}': plugin {} is closed and has left thread '{}' running",
            spec.name(),
            spec.type(),
            thread.getName());
      }
    }
  }
}
