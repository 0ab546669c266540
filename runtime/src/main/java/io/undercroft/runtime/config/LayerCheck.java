package io.undercroft.runtime.config;

import io.undercroft.runtime.config.StorageSpec.LayerSpec;
import io.undercroft.spi.Option;
import io.undercroft.spi.Settings;
import io.undercroft.storage.ConfigInfo;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** Checks the layers that one storage lists, and their settings. */
final class LayerCheck {
  private final Lookup lookup;
  private final Vocabulary vocabulary;
  private final Problems problems;
  private final String prefix;
  private final String source;

  private final List<LayerSpec> specs = new ArrayList<>();
  private final Set<String> ids = new LinkedHashSet<>();
  private final Set<String> strangers = new TreeSet<>();
  private final Set<String> options = new TreeSet<>();
  private final List<ConfigInfo> config = new ArrayList<>();

  /**
   * Checks.
   *
   * @param prefix of the storage's settings
   * @param common the storage's common settings, read
   */
  LayerCheck(
      Lookup lookup, Vocabulary vocabulary, Problems problems, String prefix, Reading common) {
    this.lookup = lookup;
    this.vocabulary = vocabulary;
    this.problems = problems;
    this.prefix = prefix;
    this.source = common.found(CommonOptions.LAYERS.name()).map(Found::source).orElse("");
    for (String id : common.value(CommonOptions.LAYERS).orElse(List.of())) {
      if (ids.contains(id)) {
        problem(id, "this layer is listed twice");
      } else {
        check(id);
      }
    }
  }

  private void problem(String id, String what) {
    problems.add(
        prefix + CommonOptions.LAYERS.name() + "=" + Mask.quoted(Mask.value(id)), source, what);
  }

  private void check(String id) {
    ids.add(id);
    Set<String> known = vocabulary.catalog().layers().keySet();
    if (known.contains(id)) {
      read(id);
      return;
    }
    strangers.add(id);
    if (vocabulary.complete()) {
      problem(id, Vocabulary.noSuch("layer", id, known));
    }
    NearMiss.of(id, known).filter(ids::add).ifPresent(this::read);
  }

  private void read(String id) {
    List<Option<?>> all = vocabulary.catalog().layers().getOrDefault(id, List.of());
    String owner = "layer '" + id + "'";
    Reading reading = new Reading(lookup, prefix + id + ".", problems);
    int before = problems.count();
    reading.read(all, owner, source);
    all.forEach(option -> options.add(id + "." + option.name()));
    config.addAll(reading.config());
    if (problems.count() > before) {
      return;
    }
    CheckedSettings settings = new CheckedSettings(owner, all, reading.values());
    try {
      specs.add(new LayerSpec(id, settings, uses(id, settings)));
    } catch (StorageException e) {
      problem(id, e.reason());
    }
  }

  private SortedSet<String> uses(String id, CheckedSettings settings) {
    Function<Settings, Set<String>> uses = vocabulary.catalog().uses().get(id);
    return uses == null ? new TreeSet<>() : new TreeSet<>(uses.apply(settings));
  }

  /** Returns the layers, outermost first. */
  List<LayerSpec> specs() {
    return specs;
  }

  /** Returns to which part of what is below the layers limit the storage, in their order. */
  List<String> scopes() {
    List<String> scopes = new ArrayList<>();
    for (LayerSpec layer : specs) {
      Optional.ofNullable(vocabulary.catalog().scopes().get(layer.id()))
          .flatMap(scope -> scope.apply(layer.settings()))
          .ifPresent(part -> scopes.add(layer.id() + " " + part));
    }
    return scopes;
  }

  /** Returns the options of the listed layers, with the layer's id in front. */
  Set<String> options() {
    return options;
  }

  /** Returns what is in force, masked. */
  List<ConfigInfo> config() {
    return config;
  }

  /** Returns whether this is a setting of a listed layer that nobody knows. */
  boolean isOfAStranger(String option) {
    return strangers.contains(CommonOptions.firstWord(option));
  }

  /** Returns the layer that this would be a setting of, if it were listed. */
  Optional<String> unlistedOwner(String option) {
    String id = CommonOptions.firstWord(option);
    return Optional.of(id)
        .filter(layer -> vocabulary.catalog().layers().containsKey(layer) && !ids.contains(layer));
  }
}
