package io.undercroft.benchmarks;

import java.util.List;

/**
 * One row of the table: Undercroft beside the raw way, and beside other libraries.
 *
 * @param what the work
 * @param ours the benchmark of Undercroft
 * @param raw that of the raw way; its name is empty if there is none
 * @param goal the least speed in parts of the raw one's; 0 if it only stands for context
 * @param peers those of the libraries
 * @param ahead the least speed in parts of the best library's; 0 if there is no goal
 */
record Comparison(
    String what, String ours, Beside raw, double goal, List<Beside> peers, double ahead) {

  /**
   * Another benchmark of the same work.
   *
   * @param is how it does it
   */
  record Beside(String benchmark, String is) {
    private static final Beside NONE = new Beside("", "");
  }

  Comparison {
    peers = List.copyOf(peers);
  }

  /** Without libraries. */
  Comparison(String what, String ours, String raw, String rawIs, double goal) {
    this(what, ours, new Beside(raw, rawIs), goal, List.of(), 0);
  }

  /** Beside libraries alone. */
  static Comparison withPeers(String what, String ours, double ahead, List<Beside> peers) {
    return new Comparison(what, ours, Beside.NONE, 0, peers, ahead);
  }

  /** Returns this with libraries, and how fast Undercroft is to be beside the best of them. */
  Comparison beside(double least, Beside... libraries) {
    return new Comparison(what, ours, raw, goal, List.of(libraries), least);
  }
}
