package io.undercroft.storage;

import java.util.Objects;

/**
 * One setting as it is in force.
 *
 * @param name the full name, {@code storages.rooms.path}
 * @param value the value in force; {@code ***} for a secret
 * @param source where it came from: a file, the environment variable's name, {@code "default"},
 *     {@code "code"}
 */
public record ConfigInfo(String name, String value, String source) {
  /** Checks that nothing is {@code null}. */
  public ConfigInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(source, "source");
  }
}
