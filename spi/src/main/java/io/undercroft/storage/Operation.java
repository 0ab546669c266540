package io.undercroft.storage;

import java.util.Objects;
import java.util.Optional;

/** One step of an atomic {@link BatchStorage#batch}. */
public sealed interface Operation<T> {
  /** Returns the key that it reads or writes. */
  String key();

  /** Writes a value. */
  static <T> Operation<T> set(String key, T value) {
    return new Set<>(key, value, SetOptions.none());
  }

  /** Writes a value under a condition, with a deadline or with metadata. */
  static <T> Operation<T> set(String key, T value, SetOptions how) {
    return new Set<>(key, value, how);
  }

  /** Removes an entry, if there is one. */
  static <T> Operation<T> delete(String key) {
    return new Delete<>(key, Optional.empty());
  }

  /** Removes an entry that must have this version. */
  static <T> Operation<T> delete(String key, String expectedVersion) {
    return new Delete<>(key, Optional.of(expectedVersion));
  }

  /** Writes nothing, but lets the whole batch fail unless the entry has this version. */
  static <T> Operation<T> check(String key, String expectedVersion) {
    return new Check<>(key, Optional.of(expectedVersion));
  }

  /** Writes nothing, but lets the whole batch fail unless there is no live entry. */
  static <T> Operation<T> checkAbsent(String key) {
    return new Check<>(key, Optional.empty());
  }

  /** Writes a value. */
  record Set<T>(String key, T value, SetOptions how) implements Operation<T> {
    /** Checks that nothing is {@code null}. */
    public Set {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(value, "value");
      Objects.requireNonNull(how, "how");
    }
  }

  /** Removes an entry; with an expected version, only that one. */
  record Delete<T>(String key, Optional<String> expectedVersion) implements Operation<T> {
    /** Checks that nothing is {@code null}. */
    public Delete {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(expectedVersion, "expectedVersion");
    }
  }

  /** Demands a version, or absence when empty. */
  record Check<T>(String key, Optional<String> expectedVersion) implements Operation<T> {
    /** Checks that nothing is {@code null}. */
    public Check {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(expectedVersion, "expectedVersion");
    }
  }
}
