package io.undercroft.runtime.config;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Somewhere to look properties up. */
interface Lookup {
  /**
   * Returns the names under {@code storage} and {@code storages} that it knows of, plainly written.
   */
  Set<String> names();

  /** Returns the environment variables that start with {@code STORAGE_} or {@code STORAGES_}. */
  Set<String> variables();

  /**
   * Returns what is in force for a plainly written name, even if it is not among {@link #names}: an
   * environment variable is found by the property's name, and a source need not list its names.
   */
  Optional<Found> find(String name);

  /** Returns what was wrong with the sources, one line each. */
  Collection<String> problems();
}
