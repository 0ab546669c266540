package io.undercroft.layer.tier;

import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link Commit} over the tiers. */
record TieredCommit(Commit hot, TieredKeyValue single) implements Commit {
  private static final int PATIENCE = 100;

  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    Map<String, Stub> removed = new LinkedHashMap<>();
    for (Mutation mutation : mutations) {
      if (mutation instanceof Mutation.Put put) {
        Stub.requireForeign(put.entry());
      } else if (single.drops()) {
        single
            .hot()
            .get(mutation.key())
            .flatMap(entry -> Stub.of(entry.meta()))
            .ifPresent(stub -> removed.put(mutation.key(), stub));
      }
    }
    CommitResult result = hot.commit(checks, mutations);
    for (int i = 0; i < PATIENCE && result instanceof CommitResult.Conflict conflict; i++) {
      List<Check> actual = new ArrayList<>();
      boolean moved = false;
      for (Check check : checks) {
        Check now = actual(check);
        moved |= !now.equals(check);
        actual.add(now);
      }
      Optional<String> exposed = single.version(conflict.key());
      if (!moved || !mayHold(checks, conflict.key(), exposed)) {
        return new CommitResult.Conflict(conflict.key(), exposed);
      }
      result = hot.commit(actual, mutations);
    }
    if (result instanceof CommitResult.Conflict conflict) {
      throw StorageException.of(
          ErrorCode.TIMEOUT,
          StorageException.quote(conflict.key()) + " is moved faster than it can be written");
    }
    removed.forEach(single.colder()::drop);
    return result;
  }

  /** Asks for the version that an entry has in the hot tier, where it has the one asked for. */
  private Check actual(Check check) {
    if (check.precondition() instanceof Precondition.HasVersion asked) {
      Optional<EntryMeta> there = single.hot().get(check.key()).map(StoredEntry::meta);
      if (there.isPresent() && Stub.exposed(there.get()).version().equals(asked.version())) {
        return new Check(check.key(), Precondition.version(there.get().version()));
      }
    }
    return check;
  }

  private static boolean mayHold(List<Check> checks, String key, Optional<String> exposed) {
    for (Check check : checks) {
      if (check.key().equals(key)) {
        return check.precondition() instanceof Precondition.HasVersion asked
            && exposed.equals(Optional.of(asked.version()));
      }
    }
    return false;
  }
}
