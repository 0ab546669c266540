package io.undercroft.runtime.cdi;

import io.undercroft.runtime.lifecycle.Container;
import io.undercroft.runtime.lifecycle.WrapperSource;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The container as the runtime sees it. Which storages have layers and arounds that are beans is
 * known at deployment; the beans themselves, and what else is asked here, only when the application
 * runs.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class CdiContainer implements WrapperSource, Container {
  private final Set<String> wrapped;
  private final ClassLoader application;
  private final Optional<ServerThreads> threads = ServerThreads.expected();
  private final Map<Class<?>, Optional<?>> beans = new ConcurrentHashMap<>();
  private volatile @Nullable StorageKeeper keeper;

  /**
   * Begins without beans.
   *
   * @param wrapped the storages that beans are wrapped around
   * @param application knows the classes that configuration names
   */
  CdiContainer(Collection<String> wrapped, ClassLoader application) {
    this.wrapped = Set.copyOf(wrapped);
    this.application = application;
  }

  /** The application runs: its beans are this keeper's, from here on. */
  void bind(StorageKeeper running) {
    threads.ifPresent(ServerThreads::find);
    keeper = running;
  }

  /** Returns whether beans are wrapped around this storage. */
  boolean wrap(String storage) {
    return wrapped.contains(storage);
  }

  @Override
  public Optional<String> principal() {
    StorageKeeper running = keeper;
    return running == null ? Optional.empty() : running.principal();
  }

  @Override
  public <B> Optional<B> bean(Class<B> type) {
    StorageKeeper running = keeper;
    return running == null
        ? Optional.empty()
        : beans.computeIfAbsent(type, running::bean).map(type::cast);
  }

  @Override
  public Optional<ThreadFactory> threads() {
    return threads.map(found -> found::newThread);
  }

  @Override
  public Executor context() {
    return threads.map(ServerThreads::context).orElse(Runnable::run);
  }

  @Override
  public void tell(String storage, Object event) {
    StorageKeeper running = keeper;
    if (running == null) {
      throw StorageException.of(
              ErrorCode.CLOSED, "there are no observers before the application runs")
          .in(storage);
    }
    running.tell(storage, event);
  }

  @Override
  public List<Named> wrappers(String storage, List<String> bindings) {
    if (!wrap(storage) && bindings.isEmpty()) {
      return List.of();
    }
    StorageKeeper running = keeper;
    if (running == null) {
      throw StorageException.of(
              ErrorCode.CLOSED,
              "beans are wrapped around it, and there are none before the application runs")
          .in(storage);
    }
    List<Named> wrappers = new ArrayList<>();
    if (!bindings.isEmpty()) {
      try {
        wrappers.add(running.interceptors(storage, bindings, application));
      } catch (StorageException e) {
        throw e.in(storage);
      }
    }
    if (wrap(storage)) {
      wrappers.addAll(running.wrappers(storage));
    }
    return wrappers;
  }
}
