package io.undercroft.testkit;

import io.undercroft.spi.Facet;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A plugin with the settings of one empty storage, and what its author declares about it.
 *
 * <p>Declared behaviour decides which tests run: what is declared must hold, what is not declared
 * must be refused properly.
 *
 * <p><b>Threads:</b> every method returns a new one; to be handed over safely.
 */
public final class PluginUnderTest {
  /**
   * How to take the engine away and give it back.
   *
   * @param begin makes the engine unreachable; returns when it is
   * @param end makes it reachable again; without effect when it is
   */
  record Outage(Runnable begin, Runnable end) {
    Outage {
      Objects.requireNonNull(begin, "begin");
      Objects.requireNonNull(end, "end");
    }
  }

  /**
   * A layer about the backend.
   *
   * @param settings its options by their names
   */
  record Layered(LayerPlugin layer, Map<String, String> settings) {
    Layered {
      Objects.requireNonNull(layer, "layer");
      settings = Map.copyOf(settings);
    }
  }

  // Written only by the methods below, on a copy that nobody else has seen yet.
  private StoragePlugin plugin;
  private final Map<String, String> settings;
  private boolean builtIn;
  private boolean persistent;
  private boolean concurrentProcesses;
  private boolean bareDriver;
  private double scale = 1.0;
  private Optional<Set<Class<? extends Facet>>> facets = Optional.empty();
  private Optional<Set<IndexDefinition.Type>> indexes = Optional.empty();
  private Optional<Outage> outage = Optional.empty();
  private UnaryOperator<StoragePlugin> reopening = same -> same;
  private UnaryOperator<Undercroft.Builder> starting = same -> same;
  private List<Layered> layers = List.of();
  private Optional<UnaryOperator<Query>> queryText = Optional.empty();
  private Runnable cleaning = () -> {};

  private PluginUnderTest(StoragePlugin plugin, Map<String, String> settings) {
    this.plugin = Objects.requireNonNull(plugin, "plugin");
    this.settings = Map.copyOf(settings);
  }

  private PluginUnderTest copy() {
    PluginUnderTest copy = new PluginUnderTest(plugin, settings);
    copy.builtIn = builtIn;
    copy.persistent = persistent;
    copy.concurrentProcesses = concurrentProcesses;
    copy.bareDriver = bareDriver;
    copy.scale = scale;
    copy.facets = facets;
    copy.indexes = indexes;
    copy.outage = outage;
    copy.reopening = reopening;
    copy.starting = starting;
    copy.layers = layers;
    copy.queryText = queryText;
    copy.cleaning = cleaning;
    return copy;
  }

  /**
   * Returns a plugin about which nothing is declared yet.
   *
   * @param plugin a new instance
   * @param settings the options of one storage that is empty and that nobody else uses, by the
   *     names that follow {@code storages.NAME.} in configuration; without {@code type}
   */
  public static PluginUnderTest of(StoragePlugin plugin, Map<String, String> settings) {
    return new PluginUnderTest(plugin, settings);
  }

  /** Declares that the runtime brings this plugin along: it is not handed to the builder. */
  public PluginUnderTest builtIn() {
    PluginUnderTest copy = copy();
    copy.builtIn = true;
    return copy;
  }

  /**
   * Declares that what a write has acknowledged is still there after close and a new open with the
   * same settings.
   */
  public PluginUnderTest persistent() {
    PluginUnderTest copy = copy();
    copy.persistent = true;
    return copy;
  }

  /**
   * Declares that several backends, also of several processes, may be open with the same settings
   * and write at the same time.
   */
  public PluginUnderTest concurrentProcesses() {
    PluginUnderTest copy = copy();
    copy.concurrentProcesses = true;
    return copy;
  }

  /**
   * Declares that the backend has a {@link io.undercroft.spi.BareDriver}. Without it the tests
   * believe the backend.
   */
  public PluginUnderTest bareDriver() {
    PluginUnderTest copy = copy();
    copy.bareDriver = true;
    return copy;
  }

  /**
   * Declares which facets the backend has beside {@link KeyValue}, no more and no fewer. Without it
   * the tests believe the backend, and one that forgets to offer a facet is not noticed.
   */
  @SafeVarargs
  public final PluginUnderTest offering(Class<? extends Facet>... facets) {
    Set<Class<? extends Facet>> all = new LinkedHashSet<>();
    all.add(KeyValue.class);
    for (Class<? extends Facet> facet : facets) {
      all.add(facet);
    }
    PluginUnderTest copy = copy();
    copy.facets = Optional.of(Set.copyOf(all));
    return copy;
  }

  /**
   * Declares which kinds of indexes are kept, by the engine or for it, no more and no fewer.
   * Without it a kind that is refused is left out by the tests.
   */
  public PluginUnderTest indexing(IndexDefinition.Type... kinds) {
    PluginUnderTest copy = copy();
    copy.indexes = Optional.of(Set.of(kinds));
    return copy;
  }

  /**
   * Lets tests that count (entries, rounds, steps) do only a part of their work, for a slow engine.
   *
   * @param factor more than 0, at most 1
   */
  public PluginUnderTest scaled(double factor) {
    if (!(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException("factor must be more than 0 and at most 1, got " + factor);
    }
    PluginUnderTest copy = copy();
    copy.scale = factor;
    return copy;
  }

  /**
   * Declares how to take the engine away and give it back, so that the tests can see that an outage
   * is never reported as absence.
   *
   * @param begin makes the engine unreachable; returns when it is
   * @param end makes it reachable again; runs at the end of the test in any case, so it may run
   *     twice
   */
  public PluginUnderTest outage(Runnable begin, Runnable end) {
    PluginUnderTest copy = copy();
    copy.outage = Optional.of(new Outage(begin, end));
    return copy;
  }

  /**
   * Says what to do between close and the next open, such as restarting the engine; the default is
   * to open the same plugin again at once.
   *
   * @param between gets the plugin that was closed and returns the one to open
   */
  public PluginUnderTest reopening(UnaryOperator<StoragePlugin> between) {
    PluginUnderTest copy = copy();
    copy.reopening = Objects.requireNonNull(between, "between");
    return copy;
  }

  /**
   * Sets more on the builder of the runtime before it opens: a layer about the storage {@link
   * Subject#NAME}, a codec …
   */
  public PluginUnderTest starting(UnaryOperator<Undercroft.Builder> more) {
    PluginUnderTest copy = copy();
    copy.starting = Objects.requireNonNull(more, "more");
    return copy;
  }

  /**
   * Has the runtime put a layer about the backend, so that what is promised to applications is
   * tested with it, and with every layer that was named before. The contracts of single facets meet
   * the backend without it; those test a {@link LayeredPlugin} as a whole.
   *
   * @param layer makes the layer, for every runtime anew
   * @param settings its options by their names, without the layer's own
   */
  public PluginUnderTest layered(LayerPlugin layer, Map<String, String> settings) {
    PluginUnderTest copy = copy();
    List<Layered> all = new ArrayList<>(layers);
    all.add(new Layered(layer, settings));
    copy.layers = List.copyOf(all);
    return copy;
  }

  /**
   * Says how a query is written as a text and read again, so that what is asked in this form is
   * compared, too.
   */
  public PluginUnderTest queryText(UnaryOperator<Query> thereAndBack) {
    PluginUnderTest copy = copy();
    copy.queryText = Optional.of(thereAndBack);
    return copy;
  }

  /** Says what to do when the test is over and everything is closed. */
  public PluginUnderTest cleaning(Runnable afterwards) {
    PluginUnderTest copy = copy();
    copy.cleaning = Objects.requireNonNull(afterwards, "afterwards");
    return copy;
  }

  StoragePlugin plugin() {
    return plugin;
  }

  Map<String, String> settings() {
    return settings;
  }

  boolean isBuiltIn() {
    return builtIn;
  }

  boolean isPersistent() {
    return persistent;
  }

  boolean allowsConcurrentProcesses() {
    return concurrentProcesses;
  }

  boolean hasBareDriver() {
    return bareDriver;
  }

  double scale() {
    return scale;
  }

  Optional<Set<Class<? extends Facet>>> facets() {
    return facets;
  }

  Optional<Set<IndexDefinition.Type>> indexes() {
    return indexes;
  }

  List<Layered> layers() {
    return layers;
  }

  Optional<Outage> outage() {
    return outage;
  }

  Optional<UnaryOperator<Query>> queryText() {
    return queryText;
  }

  Undercroft.Builder start(Undercroft.Builder builder) {
    return starting.apply(builder);
  }

  PluginUnderTest reopened() {
    PluginUnderTest copy = copy();
    copy.plugin = reopening.apply(plugin);
    return copy;
  }

  void clean() {
    cleaning.run();
  }
}
