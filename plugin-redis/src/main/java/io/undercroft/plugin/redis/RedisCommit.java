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
import org.jspecify.annotations.Nullable;

/**
 * Several writes as one call of the script: nobody sees, and no failure leaves, some of them. A
 * script runs on one node of a cluster, so what lies in several parts is refused before anything is
 * written.
 */
final class RedisCommit implements Commit {
  /** By default a server closes a connection on which more than 1 GiB waits to be read. */
  private static final long MOST_BYTES = 512L << 20;

  private final Parts parts;

  RedisCommit(Parts parts) {
    this.parts = parts;
  }

  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    Space space = sole(checks, mutations);
    if (space == null) {
      return new CommitResult.Committed(List.of());
    }
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

  /** Returns where all of them are; nowhere if there are none. */
  private @Nullable Space sole(List<Check> checks, List<Mutation> mutations) {
    String first = null;
    Space sole = null;
    List<String> keys = new ArrayList<>(checks.size() + mutations.size());
    checks.forEach(check -> keys.add(check.key()));
    mutations.forEach(mutation -> keys.add(mutation.key()));
    for (String key : keys) {
      Space space = parts.of(Names.bytes(key));
      if (sole == null || first == null) {
        sole = space;
        first = key;
      } else if (sole != space) {
        throw StorageException.of(
            ErrorCode.UNSUPPORTED,
            "the keys "
                + StorageException.quote(first)
                + " and "
                + StorageException.quote(key)
                + " of one commit lie in different parts of the storage, which may be on different"
                + " nodes; nothing was changed. Give keys that belong together the same text in"
                + " braces, such as order{7}/total, or make the storage with parts=1");
      }
    }
    return sole;
  }
}
