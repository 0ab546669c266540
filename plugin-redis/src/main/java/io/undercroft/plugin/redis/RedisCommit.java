package io.undercroft.plugin.redis;

import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Mutation;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Several writes as one call of the script: nobody sees, and no failure leaves, some of them. */
final class RedisCommit implements Commit {
  /** By default a server closes a connection on which more than 1 GiB waits to be read. */
  private static final long MOST_BYTES = 512L << 20;

  private final Space space;

  RedisCommit(Space space) {
    this.space = space;
  }

  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    long now = space.now();
    Writing writing = new Writing(space, now);
    for (Check check : checks) {
      writing.check(Names.bytes(check.key()), check.precondition());
    }
    List<String> versions = new ArrayList<>(mutations.size());
    for (Mutation mutation : mutations) {
      byte[] key = Names.bytes(mutation.key());
      if (mutation instanceof Mutation.Put put) {
        String version = space.versions().next();
        versions.add(version);
        writing.put(key, put.entry(), version);
      } else {
        versions.add("");
        writing.remove(key);
      }
    }
    if (writing.bytes() > MOST_BYTES) {
      throw StorageException.of(
          ErrorCode.INVALID_VALUE,
          "the values of one commit are "
              + (writing.bytes() >> 20)
              + " MiB together; Redis takes up to "
              + (MOST_BYTES >> 20)
              + " MiB at once: split it");
    }
    Writing.Answer answer = writing.carryOut();
    if (answer.broken() >= 0) {
      return new CommitResult.Conflict(checks.get(answer.broken()).key(), answer.found());
    }
    List<CommitResult.Applied> results = new ArrayList<>(mutations.size());
    for (int i = 0; i < mutations.size(); i++) {
      Long before = answer.before(i);
      results.add(
          new CommitResult.Applied(
              mutations.get(i) instanceof Mutation.Put put
                  ? Optional.of(EntryLine.written(put.entry(), versions.get(i), now, before))
                  : Optional.empty(),
              before != null));
    }
    return new CommitResult.Committed(results);
  }
}
