package io.undercroft.testkit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Who depends on whom, and the cycles in it: Adya's direct serialization graph. */
final class Dependencies {
  private static final Set<Kind> WRITES = EnumSet.of(Kind.WW);
  private static final Set<Kind> FLOW = EnumSet.of(Kind.WW, Kind.WR);
  private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

  private final Map<String, List<Edge>> edges = new LinkedHashMap<>();

  /** By what one transaction depends on another. */
  enum Kind {
    WW,
    WR,
    RW
  }

  private record Edge(String from, String to, Kind kind, String key) {
    @Override
    public String toString() {
      String what =
          switch (kind) {
            case WW -> "overwrites what it wrote to";
            case WR -> "reads what it wrote to";
            case RW -> "overwrites what it read of";
          };
      return from + " -> " + to + ", which " + what + " '" + key + "'";
    }
  }

  /** Notes that a transaction depends on another; nobody depends on himself. */
  void add(String from, String to, Kind kind, String key) {
    if (!from.equals(to)) {
      Edge edge = new Edge(from, to, kind, key);
      List<Edge> known = edges.computeIfAbsent(from, name -> new ArrayList<>());
      if (!known.contains(edge)) {
        known.add(edge);
      }
    }
  }

  /** Returns at most one cycle of each kind. */
  List<Finding> cycles() {
    List<Finding> found = new ArrayList<>();
    find(Anomaly.G0, Kind.WW, WRITES, Set.of(), found);
    find(Anomaly.G1C, Kind.WR, FLOW, Set.of(), found);
    find(Anomaly.G_SINGLE, Kind.RW, FLOW, Set.of(), found);
    find(Anomaly.G2_ITEM, Kind.RW, ALL, FLOW, found);
    return found;
  }

  /** Looks for an edge of the kind with a way back over others, and none over even fewer. */
  private void find(
      Anomaly anomaly, Kind kind, Set<Kind> back, Set<Kind> butNot, List<Finding> found) {
    for (List<Edge> from : List.copyOf(edges.values())) {
      for (Edge edge : from) {
        if (edge.kind() == kind
            && (butNot.isEmpty() || path(edge.to(), edge.from(), butNot).isEmpty())) {
          List<Edge> way = path(edge.to(), edge.from(), back);
          if (!way.isEmpty()) {
            List<Edge> cycle = new ArrayList<>(List.of(edge));
            cycle.addAll(way);
            found.add(
                new Finding(
                    anomaly, cycle.stream().map(Edge::toString).collect(Collectors.joining("; "))));
            return;
          }
        }
      }
    }
  }

  private List<Edge> path(String from, String to, Set<Kind> over) {
    Map<String, Edge> reachedBy = new HashMap<>();
    Deque<String> queue = new ArrayDeque<>(List.of(from));
    while (!queue.isEmpty()) {
      for (Edge edge : edges.getOrDefault(queue.remove(), List.of())) {
        if (over.contains(edge.kind()) && !reachedBy.containsKey(edge.to())) {
          reachedBy.put(edge.to(), edge);
          queue.add(edge.to());
        }
      }
    }
    List<Edge> way = new ArrayList<>();
    for (Edge edge = reachedBy.get(to); edge != null; ) {
      way.add(edge);
      edge = edge.from().equals(from) ? null : reachedBy.get(edge.from());
    }
    Collections.reverse(way);
    return way;
  }
}
