package io.undercroft.runtime.config;

import io.undercroft.spi.Option;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.PluginInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What configuration may ask for: plain data about what discovery found.
 *
 * @param plugins the usable plugins by id
 * @param broken entries that were found and cannot be used; usable ones among them are passed over
 * @param layers the options of every layer by the layer's id, without the id in front; no options
 *     for a ready-made layer
 * @param scopes {@link io.undercroft.spi.LayerPlugin#scope} of the layers that have options, by id
 * @param uses which other storages a layer uses, by the layer's id; none for one that is not there
 * @param codecs the ids that {@code storage.codec} may have
 * @param formats the ids that {@code storage.format} may have
 * @param compressions the ids that {@code storage.compression} may have
 * @param place where was looked, in words for a message: {@code "plugins/ and the class path"}
 */
public record Catalog(
    SortedMap<String, Plugin> plugins,
    List<PluginInfo> broken,
    SortedMap<String, List<Option<?>>> layers,
    SortedMap<String, Function<Settings, Optional<String>>> scopes,
    SortedMap<String, Function<Settings, Set<String>>> uses,
    SortedSet<String> codecs,
    SortedSet<String> formats,
    SortedSet<String> compressions,
    String place) {

  /** Checks that nothing is {@code null} and copies the collections. */
  public Catalog {
    plugins = Collections.unmodifiableSortedMap(new TreeMap<>(plugins));
    broken = broken.stream().filter(plugin -> !plugin.usable()).toList();
    layers = Collections.unmodifiableSortedMap(new TreeMap<>(layers));
    scopes = Collections.unmodifiableSortedMap(new TreeMap<>(scopes));
    uses = Collections.unmodifiableSortedMap(new TreeMap<>(uses));
    codecs = Collections.unmodifiableSortedSet(new TreeSet<>(codecs));
    formats = Collections.unmodifiableSortedSet(new TreeSet<>(formats));
    compressions = Collections.unmodifiableSortedSet(new TreeSet<>(compressions));
    Objects.requireNonNull(place, "place");
  }

  /**
   * One usable plugin.
   *
   * @param id the value of {@code storage.type} that asks for it
   * @param options the options that it understands
   * @param exclusiveResources {@link StoragePlugin#exclusiveResources}
   */
  public record Plugin(
      String id, List<Option<?>> options, Function<Settings, Set<String>> exclusiveResources) {
    /** Checks that nothing is {@code null} and copies the list. */
    public Plugin {
      Objects.requireNonNull(id, "id");
      options = List.copyOf(options);
      Objects.requireNonNull(exclusiveResources, "exclusiveResources");
    }

    /** Returns the plugin's own answers. */
    public static Plugin of(StoragePlugin plugin) {
      return new Plugin(plugin.id(), plugin.options(), plugin::exclusiveResources);
    }
  }

  /**
   * Returns an empty builder that knows the format {@code json} and the compression {@code none}.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects a catalog. */
  public static final class Builder {
    private final SortedMap<String, Plugin> plugins = new TreeMap<>();
    private final List<PluginInfo> broken = new ArrayList<>();
    private final SortedMap<String, List<Option<?>>> layers = new TreeMap<>();
    private final SortedMap<String, Function<Settings, Optional<String>>> scopes = new TreeMap<>();
    private final SortedMap<String, Function<Settings, Set<String>>> uses = new TreeMap<>();
    private final SortedSet<String> codecs = new TreeSet<>();
    private final SortedSet<String> formats = new TreeSet<>(Set.of(CommonOptions.JSON));
    private final SortedSet<String> compressions = new TreeSet<>(Set.of(CommonOptions.NONE));
    private String place = "the class path";

    private Builder() {}

    /** Adds a usable plugin. */
    public Builder plugin(Plugin plugin) {
      plugins.put(plugin.id(), plugin);
      return this;
    }

    /** Adds what discovery says; usable entries are passed over. */
    public Builder broken(Collection<PluginInfo> entries) {
      broken.addAll(entries);
      return this;
    }

    /** Adds a layer with its options, without the id in front. */
    public Builder layer(String id, List<Option<?>> options) {
      layers.put(id, List.copyOf(options));
      return this;
    }

    /**
     * Adds a layer.
     *
     * @param scope tells to which part of what is below it limits a storage
     * @param usedStorages tells which other storages it uses
     */
    public Builder layer(
        String id,
        List<Option<?>> options,
        Function<Settings, Optional<String>> scope,
        Function<Settings, Set<String>> usedStorages) {
      scopes.put(id, Objects.requireNonNull(scope, "scope"));
      uses.put(id, Objects.requireNonNull(usedStorages, "usedStorages"));
      return layer(id, options);
    }

    /** Adds what {@code codec} may be. */
    public Builder codecs(Collection<String> ids) {
      codecs.addAll(ids);
      return this;
    }

    /** Adds what {@code format} may be. */
    public Builder formats(Collection<String> ids) {
      formats.addAll(ids);
      return this;
    }

    /** Adds what {@code compression} may be. */
    public Builder compressions(Collection<String> ids) {
      compressions.addAll(ids);
      return this;
    }

    /** Says where was looked, in words that go after "in": {@code "plugins/"}. */
    public Builder place(String words) {
      place = Objects.requireNonNull(words, "words");
      return this;
    }

    /** Returns the catalog. */
    public Catalog build() {
      return new Catalog(
          plugins, broken, layers, scopes, uses, codecs, formats, compressions, place);
    }
  }
}
