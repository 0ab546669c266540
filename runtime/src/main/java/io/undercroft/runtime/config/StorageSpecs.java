package io.undercroft.runtime.config;

import io.undercroft.storage.ConfigInfo;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The checked configuration of every storage.
 *
 * @param storages by name
 * @param config the whole effective configuration, plugins' own settings included, masked, sorted
 *     by name
 * @param notes what was left alone and may be worth a line in the log, sorted; never a value
 */
public record StorageSpecs(
    SortedMap<String, StorageSpec> storages, List<ConfigInfo> config, List<String> notes) {
  /** Checks that nothing is {@code null} and copies the collections. */
  public StorageSpecs {
    storages = Collections.unmodifiableSortedMap(new TreeMap<>(storages));
    config = List.copyOf(config);
    notes = List.copyOf(notes);
  }
}
