package io.undercroft.storage;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Undercroft#current} finds, from {@link Undercroft#bind} until it is closed.
 *
 * <p>Nothing that is bound to an application or a thread keeps the application, its class loader or
 * its storages in memory. <b>Threads:</b> a binding to a thread is closed on that thread, the
 * innermost first; one to an application by anybody.
 */
public final class Binding implements AutoCloseable {
  private static final ThreadLocal<@Nullable Binding> INNERMOST = new ThreadLocal<>();

  /** Those of each application, the latest last; guarded by itself. */
  private static final Map<ClassLoader, List<Binding>> APPLICATIONS = new WeakHashMap<>();

  /** Those of containers. */
  private static final List<Binding> CONTAINERS = new CopyOnWriteArrayList<>();

  private final WeakReference<@Nullable Undercroft> bound;
  private final @Nullable Undercroft kept;
  private final @Nullable Binding outer;
  private final @Nullable WeakReference<ClassLoader> application;
  private final @Nullable Supplier<Optional<Undercroft>> container;

  private Binding(
      Undercroft bound, boolean keep, @Nullable Binding outer, @Nullable ClassLoader application) {
    this.bound = new WeakReference<>(Objects.requireNonNull(bound, "bound"));
    this.kept = keep ? bound : null;
    this.outer = outer;
    this.application = application == null ? null : new WeakReference<>(application);
    this.container = null;
  }

  private Binding(Supplier<Optional<Undercroft>> container) {
    this.bound = new WeakReference<>(null);
    this.kept = null;
    this.outer = null;
    this.application = null;
    this.container = Objects.requireNonNull(container, "container");
  }

  /**
   * Has {@link Undercroft#current} ask a container, if nothing is bound to the thread or to its
   * application, until the binding is closed. For containers.
   *
   * @param container answers for the application that the calling thread is in, or that there is
   *     none; on any thread, also on those of other applications
   */
  public static Binding toContainer(Supplier<Optional<Undercroft>> container) {
    Binding binding = new Binding(container);
    CONTAINERS.add(binding);
    return binding;
  }

  static Binding toThread(Undercroft undercroft) {
    Binding binding = new Binding(undercroft, true, INNERMOST.get(), null);
    INNERMOST.set(binding);
    return binding;
  }

  static Binding toApplication(Undercroft undercroft, ClassLoader application) {
    Binding binding = new Binding(undercroft, false, null, application);
    synchronized (APPLICATIONS) {
      APPLICATIONS.computeIfAbsent(application, loader -> new ArrayList<>()).add(binding);
    }
    return binding;
  }

  static Undercroft current() {
    Binding innermost = INNERMOST.get();
    if (innermost != null && innermost.kept != null) {
      return innermost.kept;
    }
    return ofApplication()
        .or(Binding::ofContainer)
        .orElseThrow(
            () ->
                StorageException.of(
                    ErrorCode.UNSUPPORTED,
                    "no Undercroft is bound to this thread or to its application; inject it, or"
                        + " bind one: try (Binding open = undercroft.bind()) { … }"));
  }

  private static Optional<Undercroft> ofApplication() {
    synchronized (APPLICATIONS) {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      for (; loader != null; loader = loader.getParent()) {
        List<Binding> all = APPLICATIONS.getOrDefault(loader, List.of());
        for (int i = all.size() - 1; i >= 0; i--) {
          Undercroft latest = all.get(i).bound.get();
          if (latest != null) {
            return Optional.of(latest);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Undercroft> ofContainer() {
    for (Binding binding : CONTAINERS) {
      Optional<Undercroft> found =
          binding.container == null ? Optional.empty() : binding.container.get();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Takes it away. Idempotent. */
  @Override
  public void close() {
    if (container != null) {
      CONTAINERS.remove(this);
      return;
    }
    if (application == null) {
      closeOnThread();
      return;
    }
    synchronized (APPLICATIONS) {
      ClassLoader loader = application.get();
      List<Binding> all = loader == null ? null : APPLICATIONS.get(loader);
      if (all != null) {
        all.remove(this);
        if (all.isEmpty()) {
          APPLICATIONS.remove(loader);
        }
      }
    }
  }

  private void closeOnThread() {
    if (INNERMOST.get() != this) {
      return;
    }
    if (outer == null) {
      INNERMOST.remove();
    } else {
      INNERMOST.set(outer);
    }
  }
}
