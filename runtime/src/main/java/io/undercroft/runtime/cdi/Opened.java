package io.undercroft.runtime.cdi;

import io.undercroft.runtime.config.StorageSpec;
import io.undercroft.runtime.lifecycle.Launch;
import io.undercroft.runtime.lifecycle.Started;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.Objects;
import java.util.SortedMap;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * A running Undercroft and the container as it sees it.
 *
 * @param undercroft what runs
 * @param container bound to the application's beans as soon as there are some
 */
record Opened(Started undercroft, CdiContainer container) {
  Opened {
    Objects.requireNonNull(undercroft, "undercroft");
    Objects.requireNonNull(container, "container");
  }

  /**
   * Reads the application's configuration, finds the plugins and checks everything, without opening
   * a storage.
   *
   * @param application the application's class loader
   * @param expected the names of storages that it asks for
   * @param wrapped the storages that beans are wrapped around
   * @throws StorageException INVALID_CONFIG with every problem
   */
  static Opened start(
      ClassLoader application, Collection<String> expected, Collection<String> wrapped) {
    CdiContainer container = new CdiContainer(wrapped, application);
    Launch launch =
        new Launch().classLoader(application).wrapperSource(container).container(container);
    launch.configuration().ambient(config(application)).expect(expected);
    return new Opened(launch.start(), container);
  }

  /**
   * Asked once, with the application's own loader: some providers keep a Config for every loader.
   */
  private static Config config(ClassLoader application) {
    try {
      return ConfigProvider.getConfig(application);
    } catch (IllegalStateException e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "there is no MicroProfile Config here (" + e.getMessage() + "); add smallrye-config",
          e);
    }
  }

  /**
   * Returns the application's class loader, as a container sets it for its extensions and beans.
   */
  static ClassLoader application() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context == null ? Opened.class.getClassLoader() : context;
  }

  /** Returns the checked configuration of every storage. */
  SortedMap<String, StorageSpec> specs() {
    return undercroft.specs();
  }

  /** Returns whether a storage can be opened only when the application's beans are there. */
  boolean needsBeans(String storage) {
    StorageSpec spec = specs().get(storage);
    return container.wrap(storage) || (spec != null && !spec.bindings().isEmpty());
  }
}
