package io.undercroft.benchmarks;

import java.util.Locale;

/** What is done with ever more entries. */
enum GrowthWork {
  GET("get", "of any entry", true),

  /** So few that the processor keeps them near, however many others there are. */
  GET_SOME("get of the same thousand", "which lie evenly apart", true),
  SET("set", "of any entry, durable where the storage is", true),
  SIZE("size", "", true),
  FIRST_KEYS("the first hundred keys", "begun and left", false),
  ALL_KEYS("all keys", "for each key", false),
  QUERY("ten of a shelf by an index", "of two members", false),
  START("start-up", "until the first get is answered", false),
  INDEXED_START("start-up with an index", "until the first query is answered by it", false);

  private final String what;
  private final String more;
  private final boolean shouldBeFlat;

  GrowthWork(String what, String more, boolean shouldBeFlat) {
    this.what = what;
    this.more = more;
    this.shouldBeFlat = shouldBeFlat;
  }

  String what() {
    return what;
  }

  /** Returns what it is, with what else is to be known. */
  String title() {
    return more.isEmpty() ? what : what + ", " + more;
  }

  /** Returns whether the number of entries should hardly matter. */
  boolean shouldBeFlat() {
    return shouldBeFlat;
  }

  /** Returns the name of its picture. */
  String picture() {
    return "growth-" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".svg";
  }
}
