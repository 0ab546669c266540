package io.undercroft.runtime.transaction;

import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import java.util.List;

/** {@link Commit} whose writes pass through the timeline. */
record TracedCommit(Timeline timeline, Commit below, KeyValue single) implements Commit {
  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    int ticket = timeline.enter();
    try {
      if (mutations.isEmpty() || !timeline.isNeeded()) {
        return below.commit(checks, mutations);
      }
      long keys = 0;
      for (Mutation mutation : mutations) {
        keys |= KeyStripes.of(mutation.key());
      }
      return timeline.write(
          keys,
          trace -> {
            mutations.forEach(mutation -> trace.note(mutation.key(), single));
            return trace.attempt(
                () -> below.commit(checks, mutations), CommitResult.Committed.class::isInstance);
          });
    } finally {
      timeline.leave(ticket);
    }
  }
}
