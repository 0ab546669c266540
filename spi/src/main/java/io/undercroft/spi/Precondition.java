package io.undercroft.spi;

import java.util.Objects;

/** What must hold of a key for a write to happen; an expired entry counts as absent. */
public sealed interface Precondition {
  /** Nothing must hold. */
  Precondition NONE = new None();

  /** There must be no live entry. */
  Precondition ABSENT = new Absent();

  /** There must be a live entry of this version. */
  static Precondition version(String version) {
    return new HasVersion(version);
  }

  /** Nothing must hold. */
  record None() implements Precondition {}

  /** There must be no live entry. */
  record Absent() implements Precondition {}

  /** There must be a live entry of this version. */
  record HasVersion(String version) implements Precondition {
    /** Checks that nothing is {@code null}. */
    public HasVersion {
      Objects.requireNonNull(version, "version");
    }
  }
}
