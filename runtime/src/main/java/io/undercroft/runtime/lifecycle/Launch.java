package io.undercroft.runtime.lifecycle;

import io.undercroft.runtime.config.Configuration;
import io.undercroft.spi.CodecProvider;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.Caller;
import io.undercroft.storage.Undercroft;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects what to start with. Beside what {@link Undercroft.Builder} offers, the CDI extension
 * hands in its own configuration, class loader and wrappers here.
 *
 * <p><b>Threads:</b> for one thread.
 */
public final class Launch implements Undercroft.Builder {
  private static final String PLUGINS_PATH = "storage.plugins.path";

  private final Configuration.Builder configuration = Configuration.builder();
  private final List<StoragePlugin> plugins = new ArrayList<>();
  private final List<CodecProvider> codecs = new ArrayList<>();
  private final Map<String, List<Wrapper>> wrappers = new LinkedHashMap<>();
  private boolean classPathPlugins = true;
  private boolean openAtStart = true;
  private @Nullable Clock clock;
  private @Nullable Executor executor;
  private @Nullable ClassLoader classLoader;
  private @Nullable WrapperSource wrapperSource;
  private Optional<Container> container = Optional.empty();

  /** Begins with nothing. */
  public Launch() {}

  @Override
  public Launch set(String property, String value) {
    configuration.set(property, value);
    return this;
  }

  @Override
  public Launch storage(String name, Map<String, String> settings) {
    configuration.storage(name, settings);
    return this;
  }

  @Override
  public Launch config(Path file) {
    configuration.file(file);
    return this;
  }

  @Override
  public Launch withoutAmbientConfig() {
    configuration.withoutAmbient();
    return this;
  }

  @Override
  public Launch openOnUse() {
    openAtStart = false;
    return this;
  }

  /** Returns the configuration to be, for what only MicroProfile or CDI can tell. */
  public Configuration.Builder configuration() {
    return configuration;
  }

  @Override
  public Launch plugins(Path folder) {
    return set(PLUGINS_PATH, folder.toString());
  }

  @Override
  public Launch withoutClassPathPlugins() {
    classPathPlugins = false;
    return this;
  }

  @Override
  public Launch plugin(StoragePlugin plugin) {
    plugins.add(Objects.requireNonNull(plugin, "plugin"));
    return this;
  }

  @Override
  public Launch codec(CodecProvider codec) {
    codecs.add(Objects.requireNonNull(codec, "codec"));
    return this;
  }

  @Override
  public Launch wrap(String storage, Wrapper wrapper) {
    Objects.requireNonNull(wrapper, "wrapper");
    wrappers
        .computeIfAbsent(Objects.requireNonNull(storage, "storage"), name -> new ArrayList<>())
        .add(wrapper);
    return this;
  }

  @Override
  public Launch clock(Clock time) {
    requireUnset(clock, "clock");
    clock = Objects.requireNonNull(time, "clock");
    return this;
  }

  @Override
  public Launch executor(Executor given) {
    requireUnset(executor, "executor");
    executor = Objects.requireNonNull(given, "executor");
    return this;
  }

  /**
   * Looks for plugins, codecs and configuration files of the class path here instead of in the
   * context class loader of the thread that opens.
   */
  public Launch classLoader(ClassLoader loader) {
    requireUnset(classLoader, "classLoader");
    classLoader = Objects.requireNonNull(loader, "loader");
    configuration.classLoader(loader);
    return this;
  }

  /**
   * Asks here for wrappers that no configuration lists; without it, {@code bindings} are refused.
   */
  public Launch wrapperSource(WrapperSource source) {
    requireUnset(wrapperSource, "wrapperSource");
    wrapperSource = Objects.requireNonNull(source, "source");
    return this;
  }

  /** Takes from here what only a container has. */
  public Launch container(Container surrounding) {
    container = Optional.of(surrounding);
    return this;
  }

  private static void requireUnset(@Nullable Object former, String what) {
    if (former != null) {
      throw new IllegalStateException(what + " was given already");
    }
  }

  @Override
  public Undercroft open() {
    return Start.open(this);
  }

  /**
   * Starts as {@link #open} does, but leaves every storage closed, also those that are {@code
   * required}.
   */
  public Started start() {
    return Start.run(this);
  }

  List<StoragePlugin> plugins() {
    return plugins;
  }

  List<CodecProvider> codecs() {
    return codecs;
  }

  Map<String, List<Wrapper>> wrappers() {
    Map<String, List<Wrapper>> copy = new LinkedHashMap<>();
    wrappers.forEach((storage, list) -> copy.put(storage, List.copyOf(list)));
    return copy;
  }

  boolean openAtStart() {
    return openAtStart;
  }

  boolean classPathPlugins() {
    return classPathPlugins;
  }

  Clock clock() {
    return clock == null ? Clock.systemUTC() : clock;
  }

  Optional<Executor> executor() {
    return Optional.ofNullable(executor);
  }

  ClassLoader classLoader() {
    ClassLoader given = classLoader;
    if (given == null) {
      given = Thread.currentThread().getContextClassLoader();
    }
    return given == null ? Launch.class.getClassLoader() : given;
  }

  /** Returns what tells who calls on this thread. */
  Supplier<Optional<String>> caller() {
    return container
        .<Supplier<Optional<String>>>map(there -> () -> Caller.current().or(there::principal))
        .orElse(Caller::current);
  }

  /** Returns what takes the context of the calling thread. */
  Supplier<Executor> context() {
    Executor plain = Runnable::run;
    return container.<Supplier<Executor>>map(there -> there::context).orElse(() -> plain);
  }

  Optional<Container> container() {
    return container;
  }

  Optional<WrapperSource> wrapperSource() {
    return Optional.ofNullable(wrapperSource);
  }
}
