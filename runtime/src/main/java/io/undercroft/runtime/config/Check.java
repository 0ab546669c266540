package io.undercroft.runtime.config;

import io.undercroft.runtime.config.PluginSettings.Trust;
import io.undercroft.storage.ConfigInfo;
import io.undercroft.storage.StorageName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks everything at once: the settings of plugins as such, every storage, and whether two of
 * them use one resource.
 */
final class Check {
  static final String MEMORY = "memory";

  private final Lookup lookup;
  private final Problems problems;
  private final Vocabulary vocabulary;
  private final Given given;

  /**
   * Sorts out what is set.
   *
   * @param expected names of storages that the application asks for
   */
  Check(Lookup lookup, Collection<String> expected, Vocabulary vocabulary, Problems problems) {
    this.lookup = lookup;
    this.problems = problems;
    this.vocabulary = vocabulary;
    problems.addAll(lookup.problems());
    this.given = new Given(lookup, problems);
    new Variables(lookup, expected, vocabulary, given, problems).sort();
  }

  /** Returns the names of the storages that something is set for. */
  SortedSet<String> names() {
    return new TreeSet<>(given.names());
  }

  /** Reads {@code storage.plugins.*}; empty if anything is wrong with it. */
  Optional<PluginSettings> pluginSettings() {
    String prefix = PropertyName.prefix(StorageName.DEFAULT);
    Reading reading = new Reading(lookup, prefix, problems);
    int before = problems.count();
    reading.read(CommonOptions.ALL_PLUGINS, "the runtime", "");
    SortedSet<String> known = Vocabulary.names(CommonOptions.ALL_PLUGINS);
    for (Map.Entry<String, Found> each : given.plugins().entrySet()) {
      if (!known.contains(each.getKey())) {
        problems.add(
            prefix + each.getKey(),
            each.getValue().source(),
            "unknown option" + hintOrAll(each.getKey(), known));
      }
    }
    for (Map.Entry<String, Found> each : takeMisspelt(known).entrySet()) {
      problems.add(
          prefix + each.getKey(),
          each.getValue().source(),
          "unknown option" + NearMiss.hint(each.getKey(), known));
    }
    Optional<Trust> trust = reading.value(CommonOptions.PLUGINS_TRUST);
    if (trust.equals(Optional.of(Trust.SIGNED))
        && reading.found(CommonOptions.PLUGINS_TRUSTSTORE.name()).isEmpty()) {
      problems.add(
          prefix + CommonOptions.PLUGINS_TRUSTSTORE.name(),
          reading.found(CommonOptions.PLUGINS_TRUST.name()).orElseThrow().source(),
          "not set, but storage.plugins.trust=signed requires it (path): "
              + CommonOptions.PLUGINS_TRUSTSTORE.doc());
    }
    if (problems.count() > before) {
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
    if (!given.names().contains(StorageName.DEFAULT)) {
      return Map.of();
    }
    SortedMap<String, Found> others = given.of(StorageName.DEFAULT);
    SortedMap<String, Found> misspelt = new TreeMap<>(others);
    misspelt
        .keySet()
        .removeIf(
            option ->
                vocabulary.allOptions().contains(option)
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
    if (given.names().isEmpty()) {
      specs.putAll(check(StorageName.DEFAULT, Optional.of(MEMORY), taken));
    } else {
      for (String name : given.names()) {
        specs.putAll(check(name, Optional.empty(), taken));
      }
    }
    if (vocabulary.complete()) {
      new Neighbours(specs, given.names(), problems).check();
    }
    specs.values().forEach(spec -> config.addAll(spec.config()));
    config.sort(Comparator.comparing(ConfigInfo::name));
    return new StorageSpecs(specs, config, List.copyOf(given.notes()));
  }

  private Map<String, StorageSpec> check(
      String name, Optional<String> implied, SortedMap<String, String> taken) {
    StorageCheck check = new StorageCheck(name, given.of(name), lookup, vocabulary, problems);
    Optional<StorageSpec> spec = check.check(implied);
    check
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
    return spec.map(checked -> Map.of(name, checked)).orElse(Map.of());
  }
}
