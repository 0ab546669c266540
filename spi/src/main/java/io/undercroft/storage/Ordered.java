package io.undercroft.storage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Immutable copies of maps that keep their order; what is printed should not change from run to
 * run.
 */
final class Ordered {
  private Ordered() {}

  static <K, V> Map<K, V> copy(Map<K, V> map) {
    Map<K, V> copy = new LinkedHashMap<>(map);
    copy.forEach(
        (k, v) -> {
          Objects.requireNonNull(k, "key");
          Objects.requireNonNull(v, "value");
        });
    return Collections.unmodifiableMap(copy);
  }
}
