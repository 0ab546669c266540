package io.undercroft.layer.scope;

import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Mutation;
import java.util.List;

/** {@link Commit} on the keys of one tenant. */
record OwnCommit(Commit below, Prefix prefix) implements Commit {
  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    CommitResult result =
        below.commit(
            checks.stream()
                .map(check -> new Check(prefix.below(check.key()), check.precondition()))
                .toList(),
            mutations.stream().map(this::below).toList());
    return result instanceof CommitResult.Conflict conflict
        ? new CommitResult.Conflict(prefix.above(conflict.key()), conflict.foundVersion())
        : result;
  }

  private Mutation below(Mutation mutation) {
    return mutation instanceof Mutation.Put put
        ? new Mutation.Put(prefix.below(put.key()), put.entry())
        : new Mutation.Remove(prefix.below(mutation.key()));
  }
}
