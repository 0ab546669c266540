package io.undercroft.storage;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What discovery made of one entry of a plugins folder, of the class path or of code.
 *
 * @param id the plugin's id; for a broken entry the id that its manifest or its name promises
 * @param version the plugin's version, {@code "unknown"} if it does not tell
 * @param origin where it came from: a path, {@code "class path"}, {@code "built in"} or {@code
 *     "code"}
 * @param problem why it cannot be used and what to do, for a broken entry
 * @param options the names of its options with their documentation, one line each, those of a layer
 *     with the layer's id and a dot in front; empty for a broken entry
 */
public record PluginInfo(
    String id, String version, String origin, Optional<String> problem, List<String> options) {
  /** Checks that nothing is {@code null} and copies the list. */
  public PluginInfo {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(problem, "problem");
    options = List.copyOf(options);
  }

  /** Returns whether it can be used: storages opened with it, its layers and codecs named. */
  public boolean usable() {
    return problem.isEmpty();
  }
}
