package io.undercroft.runtime.config;

import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext.AccessPattern;
import io.undercroft.storage.ConfigInfo;
import io.undercroft.storage.StorageName;
import java.util.ArrayList;
import java.util.Comparator;
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
 * Checks one storage against a catalog.
 *
 * <p>One mistake is to give one line: what follows from another mistake is not reported. A type or
 * a layer with a near miss is taken for the near one, so that its settings are checked at the same
 * start.
 */
final class StorageCheck {
  private final String storage;
  private final String prefix;
  private final SortedMap<String, Found> given;
  private final Lookup lookup;
  private final Vocabulary vocabulary;
  private final Problems problems;
  private final int problemsBefore;
  private final Reading common;
  private final Reading own;

  /** What the storage needs for itself alone, and which setting says so. */
  private final SortedMap<String, String> resources = new TreeMap<>();

  /**
   * Prepares.
   *
   * @param given everything that is set for it, by option
   */
  StorageCheck(
      String storage,
      SortedMap<String, Found> given,
      Lookup lookup,
      Vocabulary vocabulary,
      Problems problems) {
    this.storage = storage;
    this.prefix = PropertyName.prefix(storage);
    this.given = given;
    this.lookup = lookup;
    this.vocabulary = vocabulary;
    this.problems = problems;
    this.problemsBefore = problems.count();
    this.common = new Reading(lookup, prefix, problems);
    this.own = new Reading(lookup, prefix, problems);
  }

  /**
   * Checks, once.
   *
   * @param implied the type if none is set
   * @return empty if there is any problem
   */
  Optional<StorageSpec> check(Optional<String> implied) {
    common.read(CommonOptions.STORAGE, "every storage", "");
    if (vocabulary.complete()) {
      choose(CommonOptions.CODEC, "codec provider", vocabulary.catalog().codecs());
      choose(CommonOptions.FORMAT, "format", vocabulary.catalog().formats());
      choose(CommonOptions.COMPRESSION, "compression", vocabulary.catalog().compressions());
    }
    Optional<Found> typeAt = common.found(CommonOptions.TYPE.name());
    if (typeAt.isEmpty() && implied.isEmpty()) {
      withoutType();
      return Optional.empty();
    }
    String type = common.value(CommonOptions.TYPE).or(() -> implied).orElse("");
    String source = typeAt.map(Found::source).orElse(Reading.DEFAULT);
    if (vocabulary.complete()
        && !type.isEmpty()
        && !vocabulary.catalog().plugins().containsKey(type)) {
      problems.add(typeIs(type), source, vocabulary.noSuchPlugin(type));
    }
    Optional<Catalog.Plugin> plugin = vocabulary.plugin(type);
    plugin.ifPresent(
        found -> own.read(usable(found, source), "plugin '" + found.id() + "'", source));
    LayerCheck layers = new LayerCheck(lookup, vocabulary, problems, prefix, common);
    unknown(plugin, type, layers);
    if (plugin.isEmpty()) {
      return Optional.empty();
    }
    CheckedSettings settings =
        new CheckedSettings(
            "plugin '" + plugin.get().id() + "', storage '" + storage + "'",
            plugin.get().options(),
            own.values());
    findResources(plugin.get(), settings, source, layers);
    if (!isClean() || !vocabulary.catalog().plugins().containsKey(type)) {
      return Optional.empty();
    }
    List<ConfigInfo> config = new ArrayList<>(common.config());
    config.addAll(own.config());
    config.addAll(layers.config());
    if (typeAt.isEmpty()) {
      config.add(new ConfigInfo(prefix + CommonOptions.TYPE.name(), type, Reading.DEFAULT));
    }
    config.sort(Comparator.comparing(ConfigInfo::name));
    return Optional.of(spec(type, settings, layers, config));
  }

  private StorageSpec spec(
      String type, CheckedSettings settings, LayerCheck layers, List<ConfigInfo> config) {
    return new StorageSpec(
        storage,
        type,
        settings,
        layers.specs(),
        common.value(CommonOptions.BINDINGS).orElse(List.of()),
        common.value(CommonOptions.CODEC),
        common.value(CommonOptions.FORMAT).orElseThrow(),
        common.value(CommonOptions.COMPRESSION).orElseThrow(),
        common.value(CommonOptions.EMULATION).orElseThrow() == CommonOptions.Emulation.NATIVE_ONLY,
        common.value(CommonOptions.READ_ONLY).orElseThrow(),
        common.value(CommonOptions.JTA).orElseThrow() == CommonOptions.InsideJta.IGNORE,
        common.value(CommonOptions.REQUIRED).orElseThrow(),
        common.value(CommonOptions.DEBUG).orElseThrow(),
        new StorageSpec.History(
            common.value(CommonOptions.HISTORY_CHANGES).orElseThrow(),
            common.value(CommonOptions.HISTORY_BYTES).orElseThrow(),
            common.value(CommonOptions.HISTORY_TIME).orElseThrow()),
        common
            .value(CommonOptions.EXPECTED_SIZE)
            .map(OptionalLong::of)
            .orElse(OptionalLong.empty()),
        common.value(CommonOptions.ACCESS_PATTERN).orElse(AccessPattern.UNKNOWN),
        new TreeSet<>(resources.keySet()),
        config);
  }

  /**
   * Returns what the storage needs for itself alone, with the setting that says so; known after
   * {@link #check}, also if other settings are wrong.
   */
  SortedMap<String, String> resources() {
    return resources;
  }

  private boolean isClean() {
    return problems.count() == problemsBefore && lookup.problems().isEmpty();
  }

  private boolean isDefault() {
    return storage.equals(StorageName.DEFAULT);
  }

  private String typeIs(String type) {
    return prefix + CommonOptions.TYPE.name() + "=" + Mask.quoted(Mask.value(type));
  }

  private void choose(Option<String> option, String kind, SortedSet<String> ids) {
    Optional<String> id = common.value(option);
    Optional<Found> at = common.found(option.name());
    if (id.isPresent() && at.isPresent() && !ids.contains(id.get())) {
      problems.add(
          common.named(option.name()), at.get().source(), Vocabulary.noSuch(kind, id.get(), ids));
    }
  }

  private List<Option<?>> usable(Catalog.Plugin plugin, String source) {
    List<Option<?>> usable = new ArrayList<>();
    for (Option<?> option : plugin.options()) {
      if (CommonOptions.isReserved(option.name())) {
        problems.add(
            typeIs(plugin.id()),
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

  /** Asks for exclusive resources, and notes which setting the plugin looked at for them. */
  private void findResources(
      Catalog.Plugin plugin, CheckedSettings settings, String source, LayerCheck layers) {
    Set<String> reads = new LinkedHashSet<>();
    try {
      Set<String> names = plugin.exclusiveResources().apply(settings.tellingReads(reads::add));
      String where =
          reads.stream()
              .filter(option -> own.found(option).isPresent())
              .findFirst()
              .or(() -> reads.stream().findFirst())
              .map(own::where)
              .orElseGet(() -> typeIs(plugin.id()) + " (" + source + ")");
      // Where something of the layers is wrong, they cannot tell.
      List<String> scopes = isClean() ? layers.scopes() : List.of();
      String part = scopes.isEmpty() ? "" : " (" + String.join(", ", scopes) + ")";
      names.forEach(name -> resources.put(name + part, where));
    } catch (RuntimeException | LinkageError e) {
      if (isClean()) { // else it is because of what is missing or wrong, which was reported
        problems.add(
            typeIs(plugin.id()),
            source,
            "this plugin cannot tell what it needs for itself ("
                + e.getClass().getSimpleName()
                + "); tell its author");
      }
    }
  }

  // ---- what nobody understands

  private void withoutType() {
    SortedSet<String> known = vocabulary.allOptions();
    SortedSet<String> near = near(known);
    Optional<Found> understood = Optional.empty();
    boolean typeMisspelt = false;
    for (Map.Entry<String, Found> each : given.entrySet()) {
      String option = each.getKey();
      Optional<String> meant = NearMiss.of(option, near);
      if (known.contains(option)) {
        understood = understood.or(() -> Optional.of(each.getValue()));
      } else if (!isStrange(option, each.getValue()) && (vocabulary.complete() || isOurs(meant))) {
        typeMisspelt |= meant.equals(Optional.of(CommonOptions.TYPE.name()));
        unknown(option, each.getValue(), NearMiss.hint(option, near));
      }
    }
    if (!isDefault()) { // its name alone says that somebody wants this storage
      understood = understood.or(() -> given.values().stream().findFirst());
    }
    if (understood.isPresent() && !typeMisspelt && lookup.problems().isEmpty()) {
      problems.add(
          prefix + CommonOptions.TYPE.name(),
          understood.get().source(),
          "not set, although "
              + Mask.value(understood.get().name())
              + " is; set it to one of "
              + String.join(", ", vocabulary.catalog().plugins().keySet()));
    }
  }

  private void unknown(Optional<Catalog.Plugin> plugin, String type, LayerCheck layers) {
    SortedSet<String> known = Vocabulary.names(CommonOptions.STORAGE);
    known.addAll(layers.options());
    plugin.ifPresent(found -> known.addAll(Vocabulary.names(found.options())));
    SortedSet<String> near = near(known);
    // What a plugin that is not there would understand cannot be known; a slip in a word that
    // every storage has, can.
    boolean sure =
        vocabulary.catalog().plugins().containsKey(type)
            || (plugin.isPresent() && vocabulary.complete());
    for (Map.Entry<String, Found> each : given.entrySet()) {
      String option = each.getKey();
      if (known.contains(option)
          || layers.isOfAStranger(option)
          || isStrange(option, each.getValue())) {
        continue;
      }
      Optional<String> meant = NearMiss.of(option, near);
      Optional<String> layer = layers.unlistedOwner(option);
      if (layer.isPresent()) {
        problems.add(
            prefix + option,
            each.getValue().source(),
            "is a setting of the layer '"
                + layer.get()
                + "', which "
                + prefix
                + CommonOptions.LAYERS.name()
                + " does not list; add it there or remove this");
      } else if (sure || isOurs(meant)) {
        unknown(
            option,
            each.getValue(),
            meant.isPresent()
                ? NearMiss.hint(option, near)
                : plugin.map(found -> vocabulary.elsewhere(option, found)).orElse(""));
      }
    }
  }

  private void unknown(String option, Found at, String hint) {
    problems.add(prefix + option, at.source(), "unknown option" + hint);
  }

  private SortedSet<String> near(SortedSet<String> known) {
    SortedSet<String> near = new TreeSet<>(known);
    if (isDefault()) {
      near.addAll(Vocabulary.names(CommonOptions.ALL_PLUGINS));
    }
    return near;
  }

  private static boolean isOurs(Optional<String> meant) {
    return meant.filter(CommonOptions::isReserved).isPresent();
  }

  /** Reports what can be no option of a storage at all; returns whether it is such. */
  private boolean isStrange(String option, Found at) {
    if (option.isEmpty()) {
      problems.add(
          prefix.substring(0, prefix.length() - 1),
          at.source(),
          "names no setting; write " + prefix + CommonOptions.TYPE.name());
    } else if (CommonOptions.firstWord(option).equals(CommonOptions.PLUGINS)) {
      problems.add(
          prefix + option,
          at.source(),
          "plugins are configured once for all; write storage." + Mask.value(option));
    } else if (option.equals("id")) {
      problems.add(
          prefix + option, at.source(), "'id' is reserved and means nothing yet; remove it");
    } else {
      return false;
    }
    return true;
  }
}
