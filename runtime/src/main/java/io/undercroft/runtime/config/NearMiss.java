package io.undercroft.runtime.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Guesses which known word was meant. */
final class NearMiss {
  private NearMiss() {}

  /**
   * Returns the known word that is nearest to the wrong one, if one is near at all: the same but
   * for case, {@code camelCase} or separators, or a slip of the fingers in every three letters.
   */
  static Optional<String> of(String wrong, Collection<String> known) {
    String word = plain(wrong);
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : new TreeSet<>(known)) {
      String other = plain(candidate);
      int distance = distance(word, other);
      if (distance <= Math.max(1, Math.min(word.length(), other.length()) / 3)
          && distance < least
          && distance < Math.max(word.length(), other.length())) {
        least = distance;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Returns {@code ; did you mean 'x'?}, or nothing. */
  static String hint(String wrong, Collection<String> known) {
    return of(wrong, known).map(word -> "; did you mean '" + word + "'?").orElse("");
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
  }

  /** Insertions, deletions, replacements and swaps of neighbours. */
  private static int distance(String left, String right) {
    int[] before = new int[right.length() + 1];
    int[] last = new int[right.length() + 1];
    int[] now = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      now[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = last[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(replaced, Math.min(last[j], now[j - 1]) + 1);
        if (i > 1
            && j > 1
            && left.charAt(i - 1) == right.charAt(j - 2)
            && left.charAt(i - 2) == right.charAt(j - 1)) {
          now[j] = Math.min(now[j], before[j - 2] + 1);
        }
      }
      int[] free = before;
      before = last;
      last = now;
      now = free;
    }
    return last[right.length()];
  }
}
