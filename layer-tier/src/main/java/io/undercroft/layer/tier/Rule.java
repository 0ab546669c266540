package io.undercroft.layer.tier;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One rule: what fits all its conditions goes to the target.
 *
 * @param text as it was written
 */
record Rule(String text, Tier target, List<Part> parts) {
  Rule {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(target, "target");
    parts = List.copyOf(parts);
  }

  boolean expires() {
    return target == Tier.EXPIRE;
  }

  /** One condition of a rule. */
  sealed interface Part {
    /** The last write is longer ago. */
    record Age(Duration more) implements Part {}

    /** The last read or write is longer ago. */
    record Idle(Duration more) implements Part {}

    /** The value has more bytes, or fewer. */
    record Size(long bytes, boolean more) implements Part {}

    /** It is not among this many that were used last, of those in hotter tiers. */
    record Count(long most) implements Part {}

    /** The entry's metadata has this text under this name. */
    record Metadata(String name, String text) implements Part {}

    /** The value matches a condition, in its JSON form. */
    record Where(String json) implements Part {}
  }
}
