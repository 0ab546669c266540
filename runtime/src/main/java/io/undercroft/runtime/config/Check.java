package io.undercroft.runtime.config;

import io.undercroft.runtime.config.PluginSettings.Trust;
import io.undercroft.storage.ConfigInfo;
import io.undercroft.storage.StorageName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks everything at once: sorts names and environment variables out to the storages that they
 * belong to, has every storage checked, and looks for two that use one resource.
 */
final class Check {
  static final String MEMORY = "memory";

  private static final String MANY = "STORAGES_";
  private static final String ONE = "STORAGE_";
  private static final String TYPE = "_TYPE";

  private final Lookup lookup;
  private final Set<String> expected;
  private final Problems problems;
  private final StorageCheck storages;

  /** What is set, by storage and option. */
  private final SortedMap<String, SortedMap<String, Found>> given = new TreeMap<>();

  /** What is set under {@code storage.plugins}, by option. */
  private final SortedMap<String, Found> givenPlugins = new TreeMap<>();

  private final SortedSet<String> notes = new TreeSet<>();

  /**
   * Prepares.
   *
   * @param expected names of storages that the application asks for
   * @param complete whether the catalog holds everything
   */
  Check(
      Lookup lookup,
      Collection<String> expected,
      Catalog catalog,
      boolean complete,
      Problems problems) {
    this.lookup = lookup;
    this.expected = new TreeSet<>(expected);
    this.problems = problems;
    this.storages = new StorageCheck(lookup, catalog, complete, problems);
    problems.addAll(lookup.problems());
    lookup.names().forEach(this::sortName);
    sortVariables();
  }

  private void sortName(String name) {
    Optional<PropertyName> parts = PropertyName.parse(name);
    Optional<Found> found = lookup.find(name).filter(Found::isSet);
    if (parts.isEmpty() || found.isEmpty()) {
      return;
    }
    String storage = parts.get().storage();
    String option = parts.get().option();
    if (name.equals("storages")) {
      problems.add(name, found.get().source(), "names no storage; write storages.NAME.type");
    } else if (storage.equals(StorageName.DEFAULT) && name.startsWith("storages.")) {
      problems.add(
          name,
          found.get().source(),
          "the default storage is configured without a name; write storage." + Mask.value(option));
    } else if (storage.equals(StorageName.DEFAULT)
        && CommonOptions.firstWord(option).equals(CommonOptions.PLUGINS)) {
      givenPlugins.put(option, found.get());
    } else if (PropertyName.isStorageName(storage)) {
      give(storage, option, found.get());
    } else {
      problems.add(
          name,
          found.get().source(),
          Mask.quoted(Mask.value(storage))
              + " is no name for a storage; use 1 to 64 letters, digits, '-' or '_', the first a"
              + " letter or digit");
    }
  }

  private void give(String storage, String option, Found found) {
    given.computeIfAbsent(storage, name -> new TreeMap<>()).putIfAbsent(option, found);
  }

  // ---- environment variables

  private void sortVariables() {
    List<String> many = new ArrayList<>();
    List<String> one = new ArrayList<>();
    for (String variable : lookup.variables()) {
      (upper(variable).startsWith(MANY) ? many : one).add(variable);
    }
    many.sort(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()));
    many.stream().filter(name -> upper(name).endsWith(TYPE)).forEach(this::defineBy);
    List<String> homeless = new ArrayList<>();
    for (String variable : many) {
      if (!sortToNamed(variable)) {
        homeless.add(variable);
      }
    }
    homeless(homeless);
    one.forEach(this::sortToDefault);
  }

  private static String upper(String variable) {
    return variable.toUpperCase(Locale.ROOT);
  }

  /** Lets {@code STORAGES_X_TYPE} define a storage, if it is neither known nor something else. */
  private void defineBy(String variable) {
    int end = variable.length() - TYPE.length();
    if (end <= MANY.length()) {
      return;
    }
    String name = upper(variable).substring(MANY.length(), end);
    if (given.keySet().stream().anyMatch(known -> PropertyName.variable(known).equals(name))
        || !ownMatches(variable).isEmpty()) {
      return;
    }
    String written = variable.substring(MANY.length(), end);
    String storage =
        expected.stream()
            .filter(wanted -> PropertyName.variable(wanted).equals(name))
            .findFirst()
            .orElseGet(
                () ->
                    (written.equals(name) ? written.toLowerCase(Locale.ROOT) : written)
                        .replace('_', '-'));
    if (storage.equals(StorageName.DEFAULT)) {
      problems.add(
          "environment "
              + variable
              + ": the default storage is configured without a name; write"
              + " STORAGE_TYPE");
      given.computeIfAbsent(StorageName.DEFAULT, key -> new TreeMap<>());
      return;
    }
    if (!PropertyName.isStorageName(storage)) {
      problems.add(
          "environment " + variable + ": " + Mask.quoted(storage) + " is no name for a storage");
      return;
    }
    find(storage, CommonOptions.TYPE.name())
        .ifPresent(found -> give(storage, CommonOptions.TYPE.name(), found));
  }

  private Optional<Found> find(String storage, String option) {
    return lookup.find(PropertyName.prefix(storage) + option).filter(Found::isSet);
  }

  /** A storage and one of its options. */
  private record Match(String storage, String option) {}

  /** Returns the options of known storages that are written as this variable. */
  private List<Match> ownMatches(String variable) {
    List<Match> matches = new ArrayList<>();
    for (String storage : owners(variable)) {
      storages.pluginOf(storage).map(storages::options).orElseGet(storages::allOptions).stream()
          .filter(option -> isWritten(storage, option, variable))
          .forEach(option -> matches.add(new Match(storage, option)));
    }
    return matches;
  }

  private static boolean isWritten(String storage, String option, String variable) {
    return PropertyName.variable(PropertyName.prefix(storage) + option).equals(upper(variable));
  }

  /** Returns the storages that a variable may belong to, the longest name first. */
  private List<String> owners(String variable) {
    return given.keySet().stream()
        .filter(
            name ->
                !name.equals(StorageName.DEFAULT)
                    && upper(variable).startsWith(PropertyName.variable(PropertyName.prefix(name))))
        .sorted(Comparator.comparing(String::length).reversed())
        .toList();
  }

  private boolean sortToNamed(String variable) {
    List<Match> matches = ownMatches(variable);
    Set<String> claimants = new TreeSet<>();
    matches.forEach(match -> claimants.add(match.storage()));
    if (claimants.size() > 1) {
      problems.add(
          "environment "
              + variable
              + ": may mean "
              + String.join(
                  " or ",
                  matches.stream()
                      .map(match -> PropertyName.prefix(match.storage()) + match.option())
                      .toList())
              + "; set it in a file instead");
      return true;
    }
    for (Match match : matches) {
      find(match.storage(), match.option())
          .ifPresent(found -> give(match.storage(), match.option(), found));
    }
    if (!matches.isEmpty()) {
      return true;
    }
    List<String> owners = owners(variable);
    if (owners.isEmpty()) {
      return false;
    }
    String storage = owners.get(0);
    String tail =
        upper(variable).substring(PropertyName.variable(PropertyName.prefix(storage)).length());
    giveUnknown(storage, tail, variable);
    return true;
  }

  /** Gives a storage a setting that it does not understand, so that it is reported. */
  private void giveUnknown(String storage, String tail, String variable) {
    String option =
        storages.allOptions().stream()
            .filter(known -> PropertyName.variable(known).equals(tail))
            .findFirst()
            .orElseGet(() -> dashed(tail));
    give(
        storage,
        option,
        new Found(
            PropertyName.prefix(storage) + option,
            "set",
            "environment " + variable,
            0,
            Optional.empty()));
  }

  private static String dashed(String tail) {
    return tail.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void homeless(List<String> variables) {
    Set<String> reported = new TreeSet<>();
    for (String variable : variables) {
      int last = variable.lastIndexOf('_');
      String start = upper(variable).substring(0, last + 1);
      String end = upper(variable).substring(last + 1);
      if (start.length() > MANY.length()
          && NearMiss.of(end, List.of("TYPE")).isPresent()
          && !end.equals("TYPE")) {
        reported.add(start);
        problems.add(
            "environment "
                + variable
                + ": belongs to no storage; did you mean '"
                + start
                + "TYPE'?");
      }
    }
    for (String variable : variables) {
      if (reported.stream().noneMatch(upper(variable)::startsWith)
          && !upper(variable).startsWith("STORAGES_DEFAULT_")
          && lookup.problems().isEmpty()) {
        problems.add(
            "environment "
                + variable
                + ": belongs to no storage; a variable STORAGES_NAME_TYPE configures one");
      }
    }
  }

  private void sortToDefault(String variable) {
    String tail = upper(variable).substring(ONE.length());
    SortedSet<String> options =
        storages
            .pluginOf(StorageName.DEFAULT)
            .map(storages::options)
            .orElseGet(storages::allOptions);
    Set<String> plugins = new TreeSet<>();
    CommonOptions.ALL_PLUGINS.forEach(option -> plugins.add(option.name()));
    if (plugins.stream().anyMatch(option -> PropertyName.variable(option).equals(tail))) {
      return; // found by its name
    }
    boolean inUse =
        given.containsKey(StorageName.DEFAULT)
            || find(StorageName.DEFAULT, CommonOptions.TYPE.name()).isPresent()
            || given.isEmpty();
    List<String> matches =
        options.stream().filter(option -> PropertyName.variable(option).equals(tail)).toList();
    if (inUse && !matches.isEmpty()) {
      matches.forEach(
          option ->
              find(StorageName.DEFAULT, option)
                  .ifPresent(found -> give(StorageName.DEFAULT, option, found)));
      return;
    }
    SortedSet<String> near = new TreeSet<>(options);
    near.addAll(plugins);
    Optional<String> meant = NearMiss.of(dashed(tail), near);
    if (tail.equals("PLUGINS")
        || tail.startsWith("PLUGINS_")
        || meant.filter(plugins::contains).isPresent()) {
      givenPlugins.putIfAbsent(
          dashed(tail).replaceFirst("^plugins-", "plugins."),
          new Found(variable, "set", "environment " + variable, 0, Optional.empty()));
    } else if (inUse && meant.isPresent()) {
      giveUnknown(StorageName.DEFAULT, tail, variable);
    } else {
      notes.add(
          "environment "
              + variable
              + " is no setting of Undercroft and was left alone; "
              + ONE
              + "* configures the default storage");
    }
  }

  // ---- the two phases

  /** Reads {@code storage.plugins.*}; empty if anything is wrong with it. */
  Optional<PluginSettings> pluginSettings() {
    String prefix = PropertyName.prefix(StorageName.DEFAULT);
    Reading reading = new Reading(lookup, prefix, problems);
    reading.read(CommonOptions.ALL_PLUGINS, option -> {});
    boolean wrong = reading.isWrong();
    SortedSet<String> known = new TreeSet<>();
    CommonOptions.ALL_PLUGINS.forEach(option -> known.add(option.name()));
    for (Map.Entry<String, Found> each : givenPlugins.entrySet()) {
      if (!known.contains(each.getKey())) {
        wrong = true;
        problems.add(
            prefix + each.getKey(),
            each.getValue().source(),
            "unknown option" + hintOrAll(each.getKey(), known));
      }
    }
    for (Map.Entry<String, Found> each : takeMisspelt(known).entrySet()) {
      wrong = true;
      problems.add(
          prefix + each.getKey(),
          each.getValue().source(),
          "unknown option" + NearMiss.hint(each.getKey(), known));
    }
    Optional<Trust> trust = reading.value(CommonOptions.PLUGINS_TRUST);
    if (trust.equals(Optional.of(Trust.SIGNED))
        && reading.found(CommonOptions.PLUGINS_TRUSTSTORE.name()).isEmpty()) {
      wrong = true;
      problems.add(
          prefix + CommonOptions.PLUGINS_TRUSTSTORE.name(),
          reading.found(CommonOptions.PLUGINS_TRUST.name()).orElseThrow().source(),
          "not set, but storage.plugins.trust=signed requires it (path): "
              + CommonOptions.PLUGINS_TRUSTSTORE.doc());
    }
    if (wrong) {
      return Optional.empty();
    }
    Path path = reading.value(CommonOptions.PLUGINS_PATH).orElseThrow();
    List<ConfigInfo> config = new ArrayList<>(reading.config());
    config.sort(Comparator.comparing(ConfigInfo::name));
    return Optional.of(
        new PluginSettings(
            path,
            reading
                .found(CommonOptions.PLUGINS_PATH.name())
                .map(Found::source)
                .orElse(Reading.DEFAULT),
            trust.orElseThrow(),
            reading.value(CommonOptions.PLUGINS_LOCK),
            reading.value(CommonOptions.PLUGINS_TRUSTSTORE),
            reading.value(CommonOptions.PLUGINS_TRUSTSTORE_PASSWORD),
            reading.value(CommonOptions.PLUGINS_STAGING),
            config));
  }

  private static String hintOrAll(String option, SortedSet<String> known) {
    String hint = NearMiss.hint(option, known);
    return hint.isEmpty() ? "; there are " + String.join(", ", known) : hint;
  }

  /** Takes {@code storage.plugin.trust} and the like: no plugin may load before they are mended. */
  private Map<String, Found> takeMisspelt(SortedSet<String> known) {
    SortedMap<String, Found> others = given.getOrDefault(StorageName.DEFAULT, new TreeMap<>());
    SortedMap<String, Found> misspelt = new TreeMap<>(others);
    misspelt
        .keySet()
        .removeIf(
            option ->
                storages.allOptions().contains(option)
                    || NearMiss.of(option, known).isEmpty()
                    || NearMiss.of(CommonOptions.firstWord(option), List.of(CommonOptions.PLUGINS))
                        .isEmpty());
    others.keySet().removeAll(misspelt.keySet());
    return misspelt;
  }

  /** Checks every storage; what is wrong is among the problems. */
  StorageSpecs storages(List<ConfigInfo> pluginConfig) {
    SortedMap<String, StorageSpec> specs = new TreeMap<>();
    List<ConfigInfo> config = new ArrayList<>(pluginConfig);
    SortedMap<String, String> taken = new TreeMap<>();
    if (given.isEmpty()) {
      given.put(StorageName.DEFAULT, new TreeMap<>());
      specs.putAll(check(StorageName.DEFAULT, Optional.of(MEMORY), taken));
    } else {
      for (String name : given.keySet()) {
        specs.putAll(check(name, Optional.empty(), taken));
      }
    }
    specs.values().forEach(spec -> config.addAll(spec.config()));
    config.sort(Comparator.comparing(ConfigInfo::name));
    return new StorageSpecs(specs, config, List.copyOf(notes));
  }

  private Map<String, StorageSpec> check(
      String name, Optional<String> implied, SortedMap<String, String> taken) {
    StorageCheck.Outcome outcome =
        storages.check(name, given.getOrDefault(name, new TreeMap<>()), implied);
    outcome
        .resources()
        .forEach(
            (resource, where) -> {
              String other = taken.putIfAbsent(resource, where);
              if (other != null) {
                problems.add(
                    where
                        + ": "
                        + Mask.quoted(Mask.value(resource))
                        + " is already used by "
                        + other
                        + "; give each storage its own");
              }
            });
    return outcome.spec().map(spec -> Map.of(name, spec)).orElse(Map.of());
  }
}
