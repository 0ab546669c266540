package io.undercroft.runtime.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undercroft.spi.Codec;
import io.undercroft.spi.Facets;
import io.undercroft.storage.Caller;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageInfo;
import java.lang.reflect.Type;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A mount point over a notebook, with texts and numbers as values, and a clock to turn. */
final class Desk implements AutoCloseable {
  static final String NAME = "rooms";
  static final Instant NOON = Instant.parse("2026-05-01T12:00:00.123456789Z");

  /** What the context of a thread is here. */
  static final ThreadLocal<String> CONTEXT = ThreadLocal.withInitial(() -> "none");

  final Turned clock = new Turned();
  final ExecutorService threads = Executors.newCachedThreadPool();
  final Surroundings surroundings =
      new Surroundings(
          threads,
          threads,
          clock,
          ThreadLocalRandom::current,
          Caller::current,
          Desk::context,
          Duration.ofSeconds(5));
  final Notebook notebook;
  final MountPoint point;

  /** Takes the context of the calling thread, as a container does. */
  private static Executor context() {
    String taken = CONTEXT.get();
    return task -> {
      String former = CONTEXT.get();
      CONTEXT.set(taken);
      try {
        task.run();
      } finally {
        CONTEXT.set(former);
      }
    };
  }

  private Desk(Function<Clock, Notebook> backend, Function<Notebook, Facets> facets) {
    this.notebook = backend.apply(clock);
    this.point = point(notebook, facets.apply(notebook));
  }

  /** Over everything that a notebook offers. */
  static Desk full() {
    return new Desk(Notebook::new, Notebook::facets);
  }

  /** Over key-value and nothing else. */
  static Desk plain() {
    return new Desk(Notebook::new, Notebook::plain);
  }

  static Desk of(Function<Clock, Notebook> backend) {
    return new Desk(backend, Notebook::facets);
  }

  /** Over a notebook whose facets are changed. */
  static Desk with(UnaryOperator<Facets> change) {
    return new Desk(Notebook::new, notebook -> change.apply(notebook.facets()));
  }

  MountPoint point(Notebook backend, Facets facets) {
    return new MountPoint(NAME, () -> mount(backend, facets), surroundings);
  }

  Mount mount(Notebook backend) {
    return mount(backend, backend.facets());
  }

  Mount mount(Notebook backend, Facets facets) {
    return new Mount(
        "notebook 1.0",
        facets,
        backend.limits(),
        clock,
        Desk::codec,
        () -> {},
        () -> new StorageInfo(NAME, "notebook", "1.0", List.of(), Map.of(), Map.of(), Map.of()),
        backend::close);
  }

  Storage<String> texts() {
    return point.handle(String.class);
  }

  Storage<Integer> numbers() {
    return point.handle(Integer.class);
  }

  private static Codec<?> codec(Type type) {
    if (type == Integer.class) {
      return new Plain<>(Integer::parseInt);
    } else if (type == String.class) {
      return new Plain<>(UnaryOperator.identity());
    }
    throw StorageException.of(
        ErrorCode.INVALID_CONFIG, "no codec for " + type.getTypeName() + " on this desk");
  }

  /** A value as its text. */
  private record Plain<T>(Function<String, T> reader) implements Codec<T> {
    @Override
    public String contentType() {
      return "text/plain";
    }

    @Override
    public byte[] encode(T value) {
      if (value.equals("unspeakable")) {
        throw new IllegalStateException("a codec with a mistake");
      }
      return value.toString().getBytes(UTF_8);
    }

    @Override
    public T decode(byte[] bytes, String contentType) {
      if (!contentType.equals("text/plain")) {
        throw StorageException.of(
            ErrorCode.SERIALIZATION_FAILED, "text/plain is read here, not " + contentType);
      }
      return reader.apply(new String(bytes, UTF_8));
    }
  }

  /** Waits for a condition, at most ten seconds. */
  static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("in ten seconds it did not come true that " + what);
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    point.end("the test is over");
    threads.shutdown();
  }

  /** A clock that stands still until it is turned. */
  static final class Turned extends Clock {
    private volatile Instant now = NOON;

    synchronized void forward(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
