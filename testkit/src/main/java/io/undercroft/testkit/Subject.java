package io.undercroft.testkit;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Facet;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.Storage;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.Undercroft;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * What one test works on: one empty storage of the plugin under test, opened directly or through
 * the runtime when it is first asked for, and closed when the test is over.
 *
 * <p><b>Threads:</b> for the thread of the test; what it returns is as safe as its own type says.
 */
public final class Subject {
  /** The name of the storage. */
  public static final String NAME = "subject";

  private final Function<Path, PluginUnderTest> factory;
  private final Path folder;
  private final MutableClock clock;
  private final BareContext context;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private PluginUnderTest plugin;
  private @Nullable Backend backend;
  private @Nullable Undercroft undercroft;
  private @Nullable Set<Class<? extends Facet>> offered;
  private int others;
  private boolean closed;

  Subject(Function<Path, PluginUnderTest> factory, Path folder, MutableClock clock) {
    this.factory = factory;
    this.folder = folder;
    this.clock = clock;
    this.plugin = factory.apply(folder);
    this.context = new BareContext(NAME, clock);
  }

  /** Returns the clock by which the storage tells versions, times and deadlines. */
  public MutableClock clock() {
    return clock;
  }

  /** Returns the storage's backend, opened directly, without the runtime. */
  public Backend backend() {
    Backend there = backend;
    if (there == null) {
      there = open();
      backend = there;
    }
    return there;
  }

  /** Opens one more backend with the same settings. */
  Backend open() {
    StoragePlugin opener = plugin.plugin();
    Backend fresh = opener.open(settings(), context);
    opened.push(fresh);
    return fresh;
  }

  /** Returns the backend's key-value facet. */
  public KeyValue keyValue() {
    return backend().facets().require(KeyValue.class);
  }

  /** Returns the backend's facet of this type; the test is skipped if there is none. */
  public <F extends Facet> F facet(Class<F> type) {
    Optional<F> facet = backend().facets().find(type);
    Assumptions.assumeTrue(
        facet.isPresent(), () -> id() + " does not offer " + type.getSimpleName());
    return facet.get();
  }

  /** Skips the test if the backend has no facet of this type. */
  void needs(Class<? extends Facet> type) {
    Assumptions.assumeTrue(offers(type), () -> id() + " does not offer " + type.getSimpleName());
  }

  /** Returns whether the backend has a facet of this type. */
  boolean offers(Class<? extends Facet> type) {
    return backend().facets().find(type).isPresent();
  }

  /** Returns whether backends of the plugin have a facet of this type; this one is not opened. */
  boolean pluginOffers(Class<? extends Facet> type) {
    Set<Class<? extends Facet>> known = offered;
    if (known == null) {
      Subject other = another();
      known = Set.copyOf(other.backend().facets().types());
      other.close();
      offered = known;
    }
    return known.contains(type);
  }

  /** Skips the test if the plugin was not declared to be persistent. */
  void needsPersistence() {
    Assumptions.assumeTrue(plugin.isPersistent(), () -> id() + " is not declared persistent");
  }

  /** Skips the test if the plugin was not declared to be used by several processes at a time. */
  void needsConcurrentProcesses() {
    Assumptions.assumeTrue(
        plugin.allowsConcurrentProcesses(), () -> id() + " is not declared for several processes");
  }

  /** Closes the backend and opens it anew with the same settings. */
  public Backend reopenBackend() {
    backend().close();
    backend = null;
    plugin = plugin.reopened();
    return backend();
  }

  /** Returns the runtime with the storage in it. */
  public Undercroft undercroft() {
    Undercroft there = undercroft;
    if (there == null) {
      there = start(same -> same);
      undercroft = there;
    }
    return there;
  }

  /** Opens the runtime with something more on its builder; {@link #undercroft()} is this one. */
  Undercroft undercroft(UnaryOperator<Undercroft.Builder> more) {
    Undercroft fresh = start(more);
    undercroft = fresh;
    return fresh;
  }

  /** Opens one more runtime, which nobody else returns. */
  Undercroft start(UnaryOperator<Undercroft.Builder> more) {
    Undercroft fresh = more.apply(builder().storage(NAME, storageSettings())).open();
    opened.push(fresh);
    return fresh;
  }

  /** Returns a builder that knows the plugin and the clock, and no storage yet. */
  Undercroft.Builder builder() {
    Undercroft.Builder builder =
        Undercroft.builder().withoutAmbientConfig().withoutClassPathPlugins().clock(clock);
    if (!plugin.isBuiltIn()) {
      builder = builder.plugin(plugin.plugin());
    }
    for (PluginUnderTest.Layered one : plugin.layers()) {
      builder = builder.wrap(NAME, wrapper(one));
    }
    return plugin.start(builder);
  }

  /** Makes a layer, which is closed after the runtime that it is made for. */
  private Wrapper wrapper(PluginUnderTest.Layered one) {
    LayerPlugin layer = one.layer();
    Wrapper wrapper =
        layer.open(BareSettings.parse(layer.id(), layer.options(), one.settings()), context);
    if (wrapper instanceof AutoCloseable closeable) {
      opened.push(closeable);
    }
    return wrapper;
  }

  /** Returns the settings with the type, as the runtime takes them. */
  Map<String, String> storageSettings() {
    Map<String, String> all = new HashMap<>(plugin.settings());
    all.put("type", id());
    return all;
  }

  /** Returns the storage, opened through the runtime. */
  public <T> Storage<T> storage(Class<T> valueType) {
    return undercroft().storage(NAME, valueType);
  }

  /** Returns the storage with values of a generic type, opened through the runtime. */
  public <T> Storage<T> storage(TypeRef<T> valueType) {
    return undercroft().storage(NAME, valueType);
  }

  /** Closes the runtime and starts it anew with the same settings. */
  public Undercroft reopen() {
    undercroft().close();
    undercroft = null;
    plugin = plugin.reopened();
    return undercroft();
  }

  /** Returns another empty storage of the same plugin; it is closed with this one. */
  Subject another() {
    Path place = folder.resolve("other-" + others++);
    try {
      Files.createDirectories(place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Subject other = new Subject(factory, place, clock);
    opened.push(other::close);
    return other;
  }

  /** Returns the plugin's id. */
  String id() {
    return plugin.plugin().id();
  }

  PluginUnderTest plugin() {
    return plugin;
  }

  BareSettings settings() {
    return BareSettings.parse(plugin.plugin(), plugin.settings());
  }

  BareContext context() {
    return context;
  }

  /** Returns the part of a count that the plugin's scale leaves, at least 1. */
  int scaled(int full) {
    return scaled(full, 1);
  }

  /** Returns the part of a count that the plugin's scale leaves, but not less than this. */
  int scaled(int full, int least) {
    return Math.max(least, (int) Math.round(full * plugin.scale()));
  }

  /** Closes everything that was opened, the last first. Idempotent. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    Throwable first = null;
    opened.addLast(context);
    opened.addLast(plugin::clean);
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception | AssertionError e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first instanceof RuntimeException e) {
      throw e;
    }
    if (first != null) {
      throw new AssertionError("closing failed: " + first.getMessage(), first);
    }
  }
}
