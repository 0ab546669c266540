package io.undercroft.plugin.redis;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The nodes of a cluster as one of them tells of all, in the answer of {@code CLUSTER NODES}.
 *
 * @param lines one for each
 */
record ClusterNodes(List<Line> lines) {
  /**
   * A node.
   *
   * @param id what the cluster calls it
   * @param address host and port
   * @param flags such as {@code master}, {@code fail}
   * @param primary the id of the one it is a replica of, or {@code -}
   * @param heard when it answered last, in milliseconds since 1970; 0 for the one who tells
   * @param slots ranges of numbers
   */
  record Line(
      String id,
      String address,
      List<String> flags,
      String primary,
      long heard,
      List<String> slots) {
    private boolean has(int slot) {
      return slots.stream()
          .map(range -> range.split("-", 2))
          .anyMatch(
              ends ->
                  slot >= Integer.parseInt(ends[0])
                      && slot <= Integer.parseInt(ends[ends.length - 1]));
    }

    private Told told(Clock clock) {
      return new Told(
          address,
          primary.equals("-"),
          flags.contains("fail") || flags.contains("fail?") || flags.contains("noaddr"),
          heard == 0 ? 0 : Math.max(0, clock.millis() - heard));
    }
  }

  static ClusterNodes of(byte[] answer) {
    List<Line> lines = new ArrayList<>();
    for (String line : Names.text(answer).lines().toList()) {
      String[] parts = line.split(" ", -1);
      if (parts.length > 7) {
        List<String> slots = new ArrayList<>();
        for (int i = 8; i < parts.length; i++) {
          if (parts[i].matches("[0-9]{1,5}(-[0-9]{1,5})?")) { // others are on their way
            slots.add(parts[i]);
          }
        }
        lines.add(
            new Line(
                parts[0],
                parts[1].replaceAll("[@,].*", ""),
                List.of(parts[2].split(",", -1)),
                parts[3],
                Long.parseLong(parts[5]),
                slots));
      }
    }
    return new ClusterNodes(lines);
  }

  /** Returns who has this slot, and then the replicas of that one; nobody if nobody has. */
  List<Told> holding(int slot, Clock clock) {
    List<Told> told = new ArrayList<>();
    for (Line primary : lines) {
      if (primary.has(slot)) {
        told.add(primary.told(clock));
        for (Line replica : lines) {
          if (replica.primary().equals(primary.id())) {
            told.add(replica.told(clock));
          }
        }
      }
    }
    return told;
  }
}
