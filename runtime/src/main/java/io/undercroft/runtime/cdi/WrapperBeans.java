package io.undercroft.runtime.cdi;

import io.undercroft.runtime.lifecycle.WrapperSource;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The layers and arounds that are beans: which storages have some is known at deployment, the beans
 * themselves only when the application runs.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class WrapperBeans implements WrapperSource {
  private final Set<String> wrapped;
  private final ClassLoader application;
  private volatile @Nullable StorageKeeper keeper;

  /**
   * Begins without beans.
   *
   * @param wrapped the storages that beans are wrapped around
   * @param application knows the classes that configuration names
   */
  WrapperBeans(Collection<String> wrapped, ClassLoader application) {
    this.wrapped = Set.copyOf(wrapped);
    this.application = application;
  }

  /** Takes the beans from here on from this keeper. */
  void bind(StorageKeeper running) {
    keeper = running;
  }

  /** Returns whether beans are wrapped around this storage. */
  boolean wrap(String storage) {
    return wrapped.contains(storage);
  }

  /** Returns the container's principal on this thread, if there is one. */
  Optional<String> principal() {
    StorageKeeper running = keeper;
    return running == null ? Optional.empty() : running.principal();
  }

  /** Tells an event to the observers of a storage. */
  void tell(String storage, Object event) {
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
