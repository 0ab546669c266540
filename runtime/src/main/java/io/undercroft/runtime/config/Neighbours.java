package io.undercroft.runtime.config;

import io.undercroft.runtime.config.StorageSpec.LayerSpec;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Checks which storages the layers of others use: each must be there, and none leads back. */
final class Neighbours {
  private final SortedMap<String, StorageSpec> specs = new TreeMap<>();
  private final Collection<String> configured;
  private final Problems problems;

  /**
   * Takes what is to be checked.
   *
   * @param specs the storages without problems of their own
   * @param configured the names of all storages
   */
  Neighbours(Map<String, StorageSpec> specs, Collection<String> configured, Problems problems) {
    this.specs.putAll(specs);
    this.configured = configured;
    this.problems = problems;
  }

  void check() {
    specs.values().forEach(this::check);
  }

  /** Checks what one storage uses. */
  void check(StorageSpec spec) {
    String storage = spec.name();
    for (LayerSpec layer : spec.layers()) {
      for (String used : layer.uses()) {
        if (!configured.contains(used)) {
          problems.add(
              "storage '"
                  + storage
                  + "': its layer '"
                  + layer.id()
                  + "' uses the storage "
                  + StorageException.quote(used)
                  + ", which is not configured"
                  + NearMiss.hint(used, configured));
        } else {
          List<String> way = way(used, storage, new ArrayList<>());
          if (!way.isEmpty()) {
            problems.add(
                "storage '"
                    + storage
                    + "': its layer '"
                    + layer.id()
                    + "' leads back to itself, by "
                    + String.join(" → ", way)
                    + "; give it another storage");
          }
        }
      }
    }
  }

  /** Returns the names from one storage to another that it uses; empty if it does not. */
  private List<String> way(String from, String to, List<String> before) {
    if (before.contains(from)) {
      return List.of(); // a circle that does not touch the one that is looked for
    }
    List<String> passed = new ArrayList<>(before);
    passed.add(from);
    if (from.equals(to)) {
      return passed;
    }
    StorageSpec spec = specs.get(from);
    if (spec != null) {
      for (String next : spec.uses()) {
        List<String> found = way(next, to, passed);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    return List.of();
  }
}
