package io.undercroft.runtime.lifecycle;

import io.undercroft.spi.PluginContext;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * What a container has for the storages of an application.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public interface Container {
  /** Returns the name of who calls on this thread, if the container knows. */
  Optional<String> principal();

  /** Tells an event to the application's observers of a storage; see {@link PluginContext#tell}. */
  void tell(String storage, Object event);

  /** Returns the application's bean of a type; see {@link PluginContext#bean}. */
  <B> Optional<B> bean(Class<B> type);

  /** Returns what makes threads, if they are to be the container's. */
  Optional<ThreadFactory> threads();

  /**
   * Takes the context of the calling thread: what names mean on it, who it works for, whatever else
   * the container has.
   *
   * @return what runs a task at once, on the thread that hands it in, in that context
   */
  Executor context();
}
