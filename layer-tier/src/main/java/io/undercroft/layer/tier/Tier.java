package io.undercroft.layer.tier;

import java.util.Locale;

/** Where an entry lies or goes, the hottest first. */
enum Tier {
  HOT,
  WARM,
  COLD,
  /** Nowhere. */
  EXPIRE;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Tier of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  boolean isColderThan(Tier other) {
    return compareTo(other) > 0;
  }
}
