package io.undercroft.spi;

import java.util.Objects;

/** A precondition of a commit on one key. */
public record Check(String key, Precondition precondition) {
  /** Checks that nothing is {@code null}. */
  public Check {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(precondition, "precondition");
  }
}
