package io.undercroft.layer.encrypt;

import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Mutation;
import java.util.ArrayList;
import java.util.List;

/** {@link Commit} whose values are sealed below. */
record SealedCommit(Commit below, Seal seal) implements Commit {
  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    CommitResult result = below.commit(checks, mutations.stream().map(this::sealed).toList());
    if (!(result instanceof CommitResult.Committed committed)) {
      return result;
    }
    List<CommitResult.Applied> typed = new ArrayList<>(mutations.size());
    for (int i = 0; i < mutations.size(); i++) {
      CommitResult.Applied applied = committed.results().get(i);
      typed.add(
          mutations.get(i) instanceof Mutation.Put put
              ? new CommitResult.Applied(
                  applied.meta().map(meta -> Seal.typed(meta, put.entry().contentType())),
                  applied.existed())
              : applied);
    }
    return new CommitResult.Committed(typed);
  }

  private Mutation sealed(Mutation mutation) {
    return mutation instanceof Mutation.Put put
        ? new Mutation.Put(put.key(), seal.seal(put.key(), put.entry()))
        : mutation;
  }
}
