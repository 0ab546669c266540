package io.undercroft.layer.cache;

import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Mutation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * {@link Commit} whose writes are noticed. So are its checks: where one does not hold, what is near
 * may have been the reason, and who tries again must read anew.
 */
record NoticedCommit(Commit below, Writes writes) implements Commit {
  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    Set<String> keys = new LinkedHashSet<>();
    checks.forEach(check -> keys.add(check.key()));
    mutations.forEach(mutation -> keys.add(mutation.key()));
    return writes.many(keys, () -> below.commit(checks, mutations));
  }
}
