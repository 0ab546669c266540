package io.undercroft.testkit.history;

import java.util.Objects;

/**
 * One anomaly in a history.
 *
 * @param anomaly which
 * @param why where, in words, for a person to follow
 */
public record Finding(Anomaly anomaly, String why) {
  /** Checks that nothing is {@code null}. */
  public Finding {
    Objects.requireNonNull(anomaly, "anomaly");
    Objects.requireNonNull(why, "why");
  }

  @Override
  public String toString() {
    return anomaly + ": " + why;
  }
}
