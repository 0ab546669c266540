package io.undercroft.layer.scope;

import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@link Commit} that keeps the account. */
record CountedCommit(Commit below, KeyValue single, Account account) implements Commit {
  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    if (mutations.isEmpty()) {
      return below.commit(checks, mutations);
    }
    Set<String> keys = new LinkedHashSet<>();
    for (Mutation mutation : mutations) {
      keys.add(mutation.key());
      if (mutation instanceof Mutation.Put put && put.entry().expires().isPresent()) {
        account.deadline();
      }
    }
    return account.write(
        keys,
        new Account.Growing<CommitResult>() {
          private Amount added = Amount.NOTHING;

          @Override
          public Amount most() {
            added = Amount.NOTHING;
            for (Mutation mutation : mutations) {
              added = added.minus(Amount.of(single.get(mutation.key())));
              if (mutation instanceof Mutation.Put put) {
                added = added.plus(Amount.of(put.entry()));
              }
            }
            return added;
          }

          @Override
          public CommitResult write() {
            return below.commit(checks, mutations);
          }

          @Override
          public Amount added(CommitResult result) {
            return result instanceof CommitResult.Committed ? added : Amount.NOTHING;
          }
        });
  }
}
