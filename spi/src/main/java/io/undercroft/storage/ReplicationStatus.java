package io.undercroft.storage;

import java.util.Map;

/**
 * How far the copies of a distributed storage are.
 *
 * @param factor how many copies there should be, the primary included; at least 1
 * @param synced how many replicas are up to date
 * @param lagging replicas that are behind, by node id, with how far in the backend's own unit
 * @param offline how many replicas do not answer
 */
public record ReplicationStatus(int factor, int synced, Map<String, Long> lagging, int offline) {
  /** Checks the ranges and copies the map. */
  public ReplicationStatus {
    if (factor < 1 || synced < 0 || offline < 0) {
      throw new IllegalArgumentException(
          "factor " + factor + ", synced " + synced + ", offline " + offline);
    }
    lagging = Map.copyOf(lagging);
  }
}
