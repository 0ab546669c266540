package io.undercroft.storage;

import java.time.Instant;
import java.util.Objects;

/**
 * One node of a distributed storage.
 *
 * @param id the backend's id of it
 * @param address host and port, as the backend tells
 * @param role primary or replica
 * @param health how it is
 * @param lastSeen when it last answered
 */
public record Node(String id, String address, Role role, Health health, Instant lastSeen) {
  /** What a node does. */
  public enum Role {
    /** Takes writes. */
    PRIMARY,
    /** Follows a primary. */
    REPLICA
  }

  /** How a node is. */
  public enum Health {
    /** It answers and is up to date. */
    HEALTHY,
    /** It answers, but lags or is impaired. */
    DEGRADED,
    /** It does not answer. */
    OFFLINE
  }

  /** Checks that nothing is {@code null}. */
  public Node {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(lastSeen, "lastSeen");
  }
}
