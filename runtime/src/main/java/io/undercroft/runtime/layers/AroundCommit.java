package io.undercroft.runtime.layers;

import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Mutation;
import java.util.List;

/** {@link Commit} through a chain; the keys of the call are those of the mutations. */
record AroundCommit(Chain chain, Commit below) implements Commit {
  static Commit over(Chain chain, Commit below) {
    return below instanceof AroundCommit inner
        ? new AroundCommit(chain.then(inner.chain), inner.below)
        : new AroundCommit(chain, below);
  }

  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    List<String> keys = mutations.stream().map(Mutation::key).toList();
    return chain.run(Kind.COMMIT, keys, () -> below.commit(checks, mutations));
  }
}
