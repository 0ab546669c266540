package io.undercroft.storage;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a storage is made of and what it promises.
 *
 * @param name the storage's name
 * @param plugin the plugin's id
 * @param pluginVersion the plugin's version
 * @param layers the composed stack between application and backend, outermost first
 * @param capabilities simple names of the capabilities ({@code "BatchStorage"}) and who does the
 *     work, in a fixed order
 * @param limits sizes by name, in the unit that the name says ({@code "valueBytes"}, {@code
 *     "keyBytes"})
 * @param details what the backend tells about itself, such as {@code "durability"}, under {@code
 *     "isolation"} the levels that its transactions offer, and what layers tell, each under its
 *     name: {@code "cache.staleness"}; never a secret
 */
public record StorageInfo(
    String name,
    String plugin,
    String pluginVersion,
    List<String> layers,
    Map<String, Support> capabilities,
    Map<String, Long> limits,
    Map<String, String> details) {
  /** Checks that nothing is {@code null} and copies the collections, order kept. */
  public StorageInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(plugin, "plugin");
    Objects.requireNonNull(pluginVersion, "pluginVersion");
    layers = List.copyOf(layers);
    capabilities = Ordered.copy(capabilities);
    limits = Ordered.copy(limits);
    details = Ordered.copy(details);
  }
}
