package io.undercroft.runtime.config;

import io.undercroft.storage.StorageName;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Everything that is set, sorted out to the storages that it belongs to. */
final class Given {
  private final SortedMap<String, SortedMap<String, Found>> storages = new TreeMap<>();
  private final SortedMap<String, Found> plugins = new TreeMap<>();
  private final SortedSet<String> notes = new TreeSet<>();
  private final Lookup lookup;
  private final Problems problems;

  /** Sorts the names; what belongs nowhere is a problem. */
  Given(Lookup lookup, Problems problems) {
    this.lookup = lookup;
    this.problems = problems;
    lookup.names().forEach(this::sort);
    // a source that lists no names may still know this one
    find(StorageName.DEFAULT, CommonOptions.TYPE.name())
        .ifPresent(found -> give(StorageName.DEFAULT, CommonOptions.TYPE.name(), found));
  }

  private void sort(String name) {
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
      plugins.put(option, found.get());
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

  /** Returns what is set for an option. */
  Optional<Found> find(String storage, String option) {
    return lookup.find(PropertyName.prefix(storage) + option).filter(Found::isSet);
  }

  /** Adds what is set for an option of a storage. */
  void give(String storage, String option, Found found) {
    of(storage).putIfAbsent(option, found);
  }

  /** Adds what is set under {@code storage.plugins}. */
  void givePlugins(String option, Found found) {
    plugins.putIfAbsent(option, found);
  }

  /** Adds something that was left alone. */
  void note(String words) {
    notes.add(words);
  }

  /** Returns the storages that anything is set for. */
  SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(storages.keySet()));
  }

  /** Returns what is set for a storage, by option; from now on it is one that is wanted. */
  SortedMap<String, Found> of(String storage) {
    return storages.computeIfAbsent(storage, name -> new TreeMap<>());
  }

  /** Returns what is set under {@code storage.plugins}, by option. */
  SortedMap<String, Found> plugins() {
    return plugins;
  }

  /** Returns what was left alone, sorted. */
  SortedSet<String> notes() {
    return notes;
  }
}
