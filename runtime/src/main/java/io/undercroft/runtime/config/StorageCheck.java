package io.undercroft.runtime.config;

import io.undercroft.runtime.config.StorageSpec.LayerSpec;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext.AccessPattern;
import io.undercroft.storage.ConfigInfo;
import io.undercroft.storage.PluginInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks single storages against a catalog.
 *
 * <p>One mistake is to give one line: what follows from another mistake is not reported. A type or
 * a layer with a near miss is taken for the near one, so that its settings are checked at the same
 * start.
 */
final class StorageCheck {
  private static final int SHOWN_OPTIONS = 12;

  private final Lookup lookup;
  private final Catalog catalog;
  private final boolean complete;
  private final boolean allSourcesRead;
  private final Problems problems;

  /**
   * Prepares.
   *
   * @param complete whether the catalog holds everything: if not, nothing is called unknown because
   *     the catalog lacks it
   */
  StorageCheck(Lookup lookup, Catalog catalog, boolean complete, Problems problems) {
    this.lookup = lookup;
    this.catalog = catalog;
    this.complete = complete;
    this.allSourcesRead = lookup.problems().isEmpty();
    this.problems = problems;
  }

  /**
   * A storage without a problem of its own, or with one that leaves its resources known.
   *
   * @param spec empty if there was a problem
   * @param resources what it needs for itself alone, and which setting says so
   */
  record Outcome(Optional<StorageSpec> spec, SortedMap<String, String> resources) {
    static final Outcome NOTHING = new Outcome(Optional.empty(), new TreeMap<>());
  }

  /** Returns the plugin that a storage asks for or, by a near miss, seems to. */
  Optional<Catalog.Plugin> pluginOf(String storage) {
    return lookup
        .find(PropertyName.prefix(storage) + CommonOptions.TYPE.name())
        .filter(Found::isSet)
        .flatMap(type -> plugin(type.text().strip()));
  }

  private Optional<Catalog.Plugin> plugin(String id) {
    return Optional.ofNullable(catalog.plugins().get(id))
        .or(
            () ->
                NearMiss.of(id, catalog.plugins().keySet())
                    .map(near -> catalog.plugins().get(near)));
  }

  /** Returns the names of the options that a storage of this plugin has, layers included. */
  SortedSet<String> options(Catalog.Plugin plugin) {
    SortedSet<String> names = commonOptions();
    plugin.options().forEach(option -> names.add(option.name()));
    return names;
  }

  /** Returns the names of all options that any storage may have. */
  SortedSet<String> allOptions() {
    SortedSet<String> names = commonOptions();
    catalog.plugins().values().forEach(plugin -> names.addAll(options(plugin)));
    return names;
  }

  private SortedSet<String> commonOptions() {
    SortedSet<String> names = new TreeSet<>();
    CommonOptions.STORAGE.forEach(option -> names.add(option.name()));
    catalog
        .layers()
        .forEach((id, options) -> options.forEach(option -> names.add(id + "." + option.name())));
    return names;
  }

  /**
   * Checks one storage.
   *
   * @param given everything that is set for it, by option
   * @param implied the type if none is set
   */
  Outcome check(String storage, SortedMap<String, Found> given, Optional<String> implied) {
    String prefix = PropertyName.prefix(storage);
    Reading common = new Reading(lookup, prefix, problems);
    common.read(CommonOptions.STORAGE, option -> {});
    Optional<Found> typeAt = common.found(CommonOptions.TYPE.name());
    if (typeAt.isEmpty() && implied.isEmpty()) {
      withoutType(storage, given);
      return Outcome.NOTHING;
    }
    String type = common.value(CommonOptions.TYPE).or(() -> implied).orElse("");
    String source = typeAt.map(Found::source).orElse(Reading.DEFAULT);
    List<ConfigInfo> config = new ArrayList<>(common.config());
    if (typeAt.isEmpty()) {
      config.add(new ConfigInfo(prefix + CommonOptions.TYPE.name(), type, Reading.DEFAULT));
    }
    boolean wrong = common.isWrong();
    if (!type.isEmpty() && !catalog.plugins().containsKey(type)) {
      wrong = true;
      missingPlugin(prefix, type, source);
    }
    wrong |= !choice(common, CommonOptions.CODEC, "codec provider", catalog.codecs(), prefix);
    wrong |= !choice(common, CommonOptions.FORMAT, "format", catalog.formats(), prefix);
    wrong |=
        !choice(common, CommonOptions.COMPRESSION, "compression", catalog.compressions(), prefix);

    Optional<Catalog.Plugin> plugin = plugin(type);
    SortedSet<String> known = new TreeSet<>();
    CommonOptions.STORAGE.forEach(option -> known.add(option.name()));

    Reading own = new Reading(lookup, prefix, problems);
    if (plugin.isPresent()) {
      List<Option<?>> options = usable(plugin.get(), prefix, source);
      wrong |= options.size() < plugin.get().options().size();
      options.forEach(option -> known.add(option.name()));
      own.read(
          options, option -> missing(prefix, option, "plugin '" + plugin.get().id() + "'", source));
    }
    Layers layers = layers(common, prefix);
    known.addAll(layers.known());
    wrong |= own.isWrong() || layers.wrong();
    wrong |= unknown(prefix, given, known, layers, plugin, catalog.plugins().containsKey(type));

    if (plugin.isEmpty()) {
      return Outcome.NOTHING;
    }
    CheckedSettings settings =
        new CheckedSettings(
            "plugin '" + plugin.get().id() + "', storage '" + storage + "'",
            plugin.get().options(),
            own.values());
    SortedMap<String, String> resources = new TreeMap<>();
    wrong |= !resources(plugin.get(), settings, own, common, wrong, resources);
    if (wrong) {
      return new Outcome(Optional.empty(), resources);
    }
    config.addAll(own.config());
    config.addAll(layers.config());
    config.sort(Comparator.comparing(ConfigInfo::name));
    return new Outcome(
        Optional.of(
            new StorageSpec(
                storage,
                type,
                settings,
                layers.specs(),
                common.value(CommonOptions.BINDINGS).orElse(List.of()),
                common.value(CommonOptions.CODEC),
                common.value(CommonOptions.FORMAT).orElseThrow(),
                common.value(CommonOptions.COMPRESSION).orElseThrow(),
                common.value(CommonOptions.EMULATION).orElseThrow()
                    == CommonOptions.Emulation.NATIVE_ONLY,
                common.value(CommonOptions.READ_ONLY).orElseThrow(),
                common.value(CommonOptions.REQUIRED).orElseThrow(),
                common.value(CommonOptions.DEBUG).orElseThrow(),
                common
                    .value(CommonOptions.EXPECTED_SIZE)
                    .map(OptionalLong::of)
                    .orElse(OptionalLong.empty()),
                common.value(CommonOptions.ACCESS_PATTERN).orElse(AccessPattern.UNKNOWN),
                new TreeSet<>(resources.keySet()),
                config)),
        resources);
  }

  private void withoutType(String storage, SortedMap<String, Found> given) {
    String prefix = PropertyName.prefix(storage);
    boolean isDefault =
        prefix.equals(PropertyName.prefix(io.undercroft.storage.StorageName.DEFAULT));
    SortedSet<String> known = allOptions();
    SortedSet<String> near = new TreeSet<>(known);
    if (isDefault) {
      CommonOptions.ALL_PLUGINS.forEach(option -> near.add(option.name()));
    }
    Optional<Found> settled = Optional.empty();
    boolean typeMisspelt = false;
    for (Map.Entry<String, Found> each : given.entrySet()) {
      Optional<String> meant = NearMiss.of(each.getKey(), near);
      if (known.contains(each.getKey())) {
        settled = settled.or(() -> Optional.of(each.getValue()));
      } else if (!strange(prefix, each.getValue(), each.getKey()) && (complete || isOurs(meant))) {
        typeMisspelt |= meant.equals(Optional.of(CommonOptions.TYPE.name()));
        problems.add(
            prefix + each.getKey(),
            each.getValue().source(),
            "unknown option" + NearMiss.hint(each.getKey(), near));
      }
    }
    if (!isDefault) {
      settled = settled.or(() -> given.values().stream().findFirst());
    }
    if (settled.isPresent() && !typeMisspelt && allSourcesRead) {
      problems.add(
          prefix + CommonOptions.TYPE.name(),
          settled.get().source(),
          "not set, although "
              + Mask.value(settled.get().name())
              + " is; set it to one of "
              + String.join(", ", catalog.plugins().keySet()));
    }
  }

  private boolean isOurs(Optional<String> meant) {
    return meant.filter(CommonOptions::isReserved).isPresent();
  }

  private void missingPlugin(String prefix, String type, String source) {
    if (!complete) {
      return;
    }
    String where = prefix + CommonOptions.TYPE.name() + "=" + Mask.quoted(Mask.value(type));
    for (PluginInfo broken : catalog.broken()) {
      if (broken.id().equals(type)) {
        problems.add(
            where,
            source,
            "this plugin cannot be used ("
                + broken.origin()
                + "): "
                + Mask.value(broken.problem().orElse("")));
        return;
      }
    }
    StringBuilder what = new StringBuilder("no such plugin");
    what.append(NearMiss.hint(type, catalog.plugins().keySet()));
    what.append(what.charAt(what.length() - 1) == '?' ? " found " : "; found ");
    what.append(
        catalog.plugins().isEmpty() ? "none" : String.join(", ", catalog.plugins().keySet()));
    what.append(" in ").append(catalog.place());
    for (PluginInfo broken : catalog.broken()) {
      what.append("; not usable: ")
          .append(broken.id())
          .append(" (")
          .append(broken.origin())
          .append("): ")
          .append(Mask.value(broken.problem().orElse("")));
    }
    problems.add(where, source, what.toString());
  }

  private boolean choice(
      Reading common, Option<String> option, String kind, SortedSet<String> ids, String prefix) {
    Optional<String> id = common.value(option);
    Optional<Found> at = common.found(option.name());
    if (!complete || id.isEmpty() || at.isEmpty() || ids.contains(id.get())) {
      return true;
    }
    problems.add(
        prefix + option.name() + "=" + Mask.quoted(Mask.value(id.get())),
        at.get().source(),
        noSuch(kind, id.get(), ids));
    return false;
  }

  private static String noSuch(String kind, String id, Collection<String> ids) {
    String hint = NearMiss.hint(id, ids);
    return "no such "
        + kind
        + hint
        + (hint.isEmpty() ? ";" : "")
        + (ids.isEmpty() ? " there is none" : " there are " + String.join(", ", ids));
  }

  private List<Option<?>> usable(Catalog.Plugin plugin, String prefix, String source) {
    List<Option<?>> usable = new ArrayList<>();
    for (Option<?> option : plugin.options()) {
      if (CommonOptions.isReserved(option.name())) {
        problems.add(
            prefix + CommonOptions.TYPE.name() + "=" + plugin.id(),
            source,
            "this plugin declares the option '"
                + option.name()
                + "', which means the same for every storage; tell its author to rename it");
      } else {
        usable.add(option);
      }
    }
    return usable;
  }

  private void missing(String prefix, Option<?> option, String who, String source) {
    if (allSourcesRead) {
      problems.add(
          prefix + option.name(),
          source,
          "not set, but "
              + who
              + " requires it ("
              + option.type()
              + ")"
              + (option.doc().isEmpty() ? "" : ": " + option.doc()));
    }
  }

  /** The layers of a storage, and those that it seems to mean. */
  private record Layers(
      List<LayerSpec> specs,
      Set<String> listed,
      Set<String> unknownIds,
      Set<String> known,
      List<ConfigInfo> config,
      boolean wrong) {}

  private Layers layers(Reading common, String prefix) {
    List<String> ids = common.value(CommonOptions.LAYERS).orElse(List.of());
    String source = common.found(CommonOptions.LAYERS.name()).map(Found::source).orElse("");
    Map<String, LayerSpec> specs = new LinkedHashMap<>();
    Set<String> listed = new LinkedHashSet<>();
    Set<String> unknownIds = new TreeSet<>();
    Set<String> known = new TreeSet<>();
    List<ConfigInfo> config = new ArrayList<>();
    boolean wrong = false;
    for (String id : ids) {
      String where = prefix + CommonOptions.LAYERS.name() + "=" + Mask.quoted(Mask.value(id));
      if (!listed.add(id)) {
        wrong = true;
        problems.add(where, source, "this layer is listed twice");
        continue;
      }
      Optional<String> meant =
          catalog.layers().containsKey(id)
              ? Optional.of(id)
              : NearMiss.of(id, catalog.layers().keySet());
      if (!catalog.layers().containsKey(id)) {
        wrong = true;
        unknownIds.add(id);
        if (complete) {
          problems.add(where, source, noSuch("layer", id, catalog.layers().keySet()));
        }
      }
      if (meant.isPresent() && (meant.get().equals(id) || listed.add(meant.get()))) {
        List<Option<?>> options = catalog.layers().getOrDefault(meant.get(), List.of());
        Reading reading = new Reading(lookup, prefix + meant.get() + ".", problems);
        reading.read(
            options,
            option ->
                missing(prefix + meant.get() + ".", option, "layer '" + meant.get() + "'", source));
        options.forEach(option -> known.add(meant.get() + "." + option.name()));
        wrong |= reading.isWrong();
        config.addAll(reading.config());
        specs.put(
            meant.get(),
            new LayerSpec(
                meant.get(),
                new CheckedSettings("layer '" + meant.get() + "'", options, reading.values())));
      }
    }
    return new Layers(List.copyOf(specs.values()), listed, unknownIds, known, config, wrong);
  }

  /** Reports what nobody understands; returns whether there was any. */
  private boolean unknown(
      String prefix,
      SortedMap<String, Found> given,
      SortedSet<String> known,
      Layers layers,
      Optional<Catalog.Plugin> plugin,
      boolean certain) {
    boolean any = false;
    SortedSet<String> near = new TreeSet<>(known);
    if (prefix.equals(PropertyName.prefix(io.undercroft.storage.StorageName.DEFAULT))) {
      CommonOptions.ALL_PLUGINS.forEach(option -> near.add(option.name()));
    }
    for (Map.Entry<String, Found> each : given.entrySet()) {
      String option = each.getKey();
      String first = CommonOptions.firstWord(option);
      Found at = each.getValue();
      if (known.contains(option)) {
        continue;
      }
      if (strange(prefix, at, option)) {
        any = true;
        continue;
      }
      if (layers.unknownIds().contains(first)) {
        continue; // a setting of a layer that was reported
      }
      Optional<String> meant = NearMiss.of(option, near);
      String what = "unknown option";
      if (catalog.layers().containsKey(first) && !layers.listed().contains(first)) {
        what =
            "is a setting of the layer '"
                + first
                + "', which "
                + prefix
                + CommonOptions.LAYERS.name()
                + " does not list; add it there or remove this";
      } else if (meant.isPresent()) {
        what += "; did you mean '" + meant.get() + "'?";
      } else if (plugin.isPresent()) {
        what += elsewhere(option, plugin.get(), known);
      }
      // What a plugin that is not there would understand cannot be known; a slip in a word that
      // every storage has, can.
      boolean sure = certain || (plugin.isPresent() && complete);
      if (sure || isOurs(meant)) {
        any = true;
        problems.add(prefix + option, at.source(), what);
      }
    }
    return any;
  }

  private String elsewhere(String option, Catalog.Plugin plugin, SortedSet<String> known) {
    List<String> others =
        catalog.plugins().values().stream()
            .filter(other -> other.options().stream().anyMatch(o -> o.name().equals(option)))
            .map(Catalog.Plugin::id)
            .toList();
    if (!others.isEmpty()) {
      return " of plugin '" + plugin.id() + "'; " + String.join(", ", others) + " has it";
    }
    List<String> own = known.stream().filter(name -> !CommonOptions.isReserved(name)).toList();
    if (own.isEmpty()) {
      return "; plugin '" + plugin.id() + "' has none of its own";
    }
    return "; plugin '"
        + plugin.id()
        + "' has "
        + String.join(", ", own.subList(0, Math.min(SHOWN_OPTIONS, own.size())))
        + (own.size() > SHOWN_OPTIONS ? " …" : "");
  }

  /** Reports what can be no option of a storage at all; returns whether it is such. */
  private boolean strange(String prefix, Found at, String option) {
    String where = prefix + option;
    if (option.isEmpty()) {
      problems.add(
          where.substring(0, where.length() - 1),
          at.source(),
          "names no setting; write " + prefix + CommonOptions.TYPE.name());
    } else if (CommonOptions.firstWord(option).equals(CommonOptions.PLUGINS)) {
      problems.add(
          where,
          at.source(),
          "plugins are configured once for all; write storage." + Mask.value(option));
    } else if (option.equals("id")) {
      problems.add(where, at.source(), "'id' is reserved and means nothing yet; remove it");
    } else {
      return false;
    }
    return true;
  }

  /** Asks for exclusive resources; returns false if the plugin fails without a reason. */
  private boolean resources(
      Catalog.Plugin plugin,
      CheckedSettings settings,
      Reading own,
      Reading common,
      boolean wrong,
      SortedMap<String, String> resources) {
    Set<String> reads = new LinkedHashSet<>();
    try {
      Set<String> names = plugin.exclusiveResources().apply(settings.tellingReads(reads::add));
      String where =
          reads.stream()
              .filter(option -> own.found(option).isPresent())
              .findFirst()
              .or(() -> reads.stream().findFirst())
              .map(own::where)
              .orElseGet(() -> common.where(CommonOptions.TYPE.name()));
      names.forEach(name -> resources.put(name, where));
      return true;
    } catch (RuntimeException | LinkageError e) {
      if (!wrong) { // else it is because of what is missing, which was reported
        problems.add(
            common.where(CommonOptions.TYPE.name())
                + ": this plugin cannot tell what it needs for itself ("
                + e.getClass().getSimpleName()
                + "); tell its author");
      }
      return wrong;
    }
  }
}
