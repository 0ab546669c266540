package io.undercroft.storage.tool;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the entries of a storage with the layer {@code tier} lie, and which rules move them.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Errors:</b> {@link
 * io.undercroft.storage.StorageException}.
 */
public interface Tiers {
  /** Returns what {@link #apply} would do at this moment. Changes nothing. */
  List<Move> plan(Instant at);

  /**
   * Does what {@link #plan} says for this moment. What was written meanwhile stays where it is. If
   * it is broken off, the next call goes on from there.
   *
   * @param progress told each move that is done, one after the other
   * @throws io.undercroft.storage.StorageException TIMEOUT if another process is at it; the tier's
   *     own failure where one cannot be reached: what was done by then is done
   */
  List<Move> apply(Instant at, Consumer<Move> progress);

  /** Returns where an entry lies and what the rules say of it; empty if there is none. */
  Optional<Explained> explain(String key, Instant at);

  /** Returns how much lies in each tier, the hottest first. */
  List<Figures> figures();

  /**
   * One entry on its way.
   *
   * @param key the entry's key
   * @param from the tier in which it lies
   * @param to the tier to which it goes; empty if it expires
   * @param rule the rule that says so
   */
  record Move(String key, String from, Optional<String> to, String rule) {
    /** Checks that nothing is {@code null}. */
    public Move {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(to, "to");
      Objects.requireNonNull(rule, "rule");
    }
  }

  /**
   * What is to be said of one entry.
   *
   * @param tier the tier in which it lies
   * @param move where it goes next, if a rule says so now
   * @param rules each rule, and whether it fits and why
   */
  record Explained(String key, String tier, Optional<Move> move, List<String> rules) {
    /** Checks that nothing is {@code null} and copies the list. */
    public Explained {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(tier, "tier");
      Objects.requireNonNull(move, "move");
      rules = List.copyOf(rules);
    }
  }

  /**
   * How much lies in a tier.
   *
   * @param tier hot, warm or cold
   * @param entries how many entries
   * @param bytes how many bytes of values
   */
  record Figures(String tier, long entries, long bytes) {
    /** Checks that nothing is {@code null}. */
    public Figures {
      Objects.requireNonNull(tier, "tier");
    }
  }
}
