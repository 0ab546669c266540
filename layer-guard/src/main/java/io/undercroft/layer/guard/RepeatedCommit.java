package io.undercroft.layer.guard;

import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import java.util.List;

/**
 * {@link Commit} that is repeated. It is all or nothing: where one key that it writes still has the
 * version that it asks for, nothing of it has happened.
 */
record RepeatedCommit(Commit below, KeyValue single, Repeating repeating) implements Commit {
  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    return repeating.write(
        () -> below.commit(checks, mutations),
        !telling(checks, mutations).isEmpty(),
        () -> hasNotHappened(checks, mutations),
        CommitResult.Conflict.class::isInstance);
  }

  private boolean hasNotHappened(List<Check> checks, List<Mutation> mutations) {
    return telling(checks, mutations).stream()
        .anyMatch(check -> RepeatedKeyValue.hasStill(single, check.key(), check.precondition()));
  }

  /** Returns the checks for a version of a key that is written. */
  private static List<Check> telling(List<Check> checks, List<Mutation> mutations) {
    return checks.stream()
        .filter(check -> check.precondition() instanceof Precondition.HasVersion)
        .filter(
            check -> mutations.stream().anyMatch(mutation -> mutation.key().equals(check.key())))
        .toList();
  }
}
