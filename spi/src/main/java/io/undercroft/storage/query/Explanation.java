package io.undercroft.storage.query;

import io.undercroft.storage.Support;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a query is answered.
 *
 * @param support who answers it: the backend, or the runtime by scanning and evaluating
 * @param indexes the names of the indexes used
 * @param pushedDown what the backend evaluates, if anything
 * @param residual what the runtime evaluates afterwards, if anything
 * @param orderPushedDown whether the backend gives the order
 * @param examined how many entries were looked at, where known
 * @param plan the engine's own plan, line by line; empty if it has none
 */
public record Explanation(
    Support support,
    List<String> indexes,
    Optional<Condition> pushedDown,
    Optional<Condition> residual,
    boolean orderPushedDown,
    OptionalLong examined,
    List<String> plan) {
  /** Checks that nothing is {@code null} and copies the lists. */
  public Explanation {
    Objects.requireNonNull(support, "support");
    indexes = List.copyOf(indexes);
    Objects.requireNonNull(pushedDown, "pushedDown");
    Objects.requireNonNull(residual, "residual");
    Objects.requireNonNull(examined, "examined");
    plan = List.copyOf(plan);
  }
}
