package io.undercroft.testkit.history;

import java.util.Objects;

/** What a judge found. */
public sealed interface Verdict {
  /** Everything is as it should be. */
  record Holds() implements Verdict {}

  /**
   * Something happened that must not.
   *
   * @param why what, in words, for a person to follow
   */
  record Violated(String why) implements Verdict {
    /** Checks that nothing is {@code null}. */
    public Violated {
      Objects.requireNonNull(why, "why");
    }
  }

  /**
   * The search was given up at its bound; nothing is known.
   *
   * @param why which bound
   */
  record Undecided(String why) implements Verdict {
    /** Checks that nothing is {@code null}. */
    public Undecided {
      Objects.requireNonNull(why, "why");
    }
  }

  /** Returns whether everything is as it should be. */
  default boolean holds() {
    return this instanceof Holds;
  }
}
