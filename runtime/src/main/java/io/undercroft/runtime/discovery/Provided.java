package io.undercroft.runtime.discovery;

import io.undercroft.spi.Option;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A service that was found: a storage plugin, a layer, a codec provider.
 *
 * <p>Its code is called through {@link #call} and {@link #run} for construction, open, ping and
 * close, so that libraries which ask the context class loader see the plugin's classes. Single
 * reads and writes need no such care.
 *
 * <p><b>Threads:</b> immutable.
 *
 * @param <S> the service type
 */
public final class Provided<S> {
  private final String id;
  private final S service;
  private final String version;
  private final String origin;
  private final String file;
  private final List<Option<?>> options;
  private final ClassLoader loader;

  Provided(
      String id,
      S service,
      String version,
      String origin,
      String file,
      List<Option<?>> options,
      ClassLoader loader) {
    this.id = Objects.requireNonNull(id, "id");
    this.service = Objects.requireNonNull(service, "service");
    this.version = Objects.requireNonNull(version, "version");
    this.origin = Objects.requireNonNull(origin, "origin");
    this.file = Objects.requireNonNull(file, "file");
    this.options = List.copyOf(options);
    this.loader = Objects.requireNonNull(loader, "loader");
  }

  /** Returns the name by which configuration asks for it. */
  public String id() {
    return id;
  }

  /** Returns the one instance. */
  public S service() {
    return service;
  }

  /** Returns the version of the plugin that it came with, {@code "unknown"} if it does not tell. */
  public String version() {
    return version;
  }

  /**
   * Returns where it came from: a path, {@code "class path"}, {@code "built in"} or {@code "code"}.
   */
  public String origin() {
    return origin;
  }

  /** Returns what to name in a message when it has to be taken away or mended. */
  String file() {
    return file;
  }

  /**
   * Returns its options, as read once when it was found; empty for a kind of service that has none.
   */
  public List<Option<?>> options() {
    return options;
  }

  /** Returns the class loader of its code. */
  public ClassLoader classLoader() {
    return loader;
  }

  /** Does this work with its class loader as the thread's context class loader. */
  public <T> T call(Supplier<T> work) {
    return ContextLoader.call(loader, work);
  }

  /** Does this work with its class loader as the thread's context class loader. */
  public void run(Runnable work) {
    ContextLoader.run(loader, work);
  }

  /** Returns id, version and origin. */
  @Override
  public String toString() {
    return id + " " + version + " (" + origin + ")";
  }
}
