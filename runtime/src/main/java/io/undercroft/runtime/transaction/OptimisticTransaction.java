package io.undercroft.runtime.transaction;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One transaction: it gathers reads and writes, and decides at its commit.
 *
 * <p><b>Threads:</b> meant for one at a time; a second one waits.
 */
final class OptimisticTransaction implements Transactions.Handle {
  private final OptimisticTransactions origin;
  private final Running running;
  private final Workspace workspace;
  private final Facets facets;

  OptimisticTransaction(OptimisticTransactions origin, Running running, Workspace workspace) {
    this.origin = origin;
    this.running = running;
    this.workspace = workspace;
    this.facets =
        Facets.of(workspace)
            .with(Batch.class, workspace)
            .with(Commit.class, workspace)
            .with(Expiry.class, workspace);
  }

  @Override
  public String id() {
    return running.id;
  }

  @Override
  public Facets facets() {
    return facets;
  }

  @Override
  public void commit() {
    workspace.enter();
    try {
      if (workspace.writes().isEmpty() && origin.alone()) {
        requireUnexpired();
      } else {
        Reads reads = workspace.reads();
        Set<String> written = workspace.writes().keys();
        long keys = reads.stripes() | KeyStripes.of(written);
        origin.timeline().commit(running, keys, () -> commit(reads, written));
      }
    } finally {
      origin.timeline().end(running);
      workspace.leave();
    }
  }

  /** Under the stripes of everything read and written. */
  private void commit(Reads reads, Set<String> written) {
    Timeline timeline = origin.timeline();
    Optional<String> overtaken = reads.overtaken(timeline.past(), running.since);
    if (overtaken.isPresent()) {
      throw aborted(
          overtaken.get(), "which it depends on, was written by somebody else since it began");
    }
    requireUnexpired();
    List<Mutation> mutations = workspace.writes().mutations();
    List<Check> checks = fitting(reads.checks(written), mutations);
    Timeline.Trace trace = timeline.trace();
    if (timeline.hasOthers()) {
      for (String key : written) {
        trace.note(key, origin.below());
      }
    }
    CommitResult result =
        trace.attempt(
            () -> origin.commit().commit(checks, mutations),
            CommitResult.Committed.class::isInstance);
    if (result instanceof CommitResult.Conflict conflict) {
      throw aborted(
          conflict.key(), "which it had read, has passed its deadline or was changed from outside");
    }
  }

  /**
   * Returns the checks that the backend can take beside the writes. Where nobody else writes they
   * are a second look only, for edits by hand, and those of keys that are not written may be left
   * out.
   */
  private List<Check> fitting(List<Check> checks, List<Mutation> mutations) {
    int most = origin.timeline().mostInCommit();
    int room = most - mutations.size();
    if (room < 0 || (!origin.alone() && room < checks.size())) {
      throw StorageException.of(
              ErrorCode.UNSUPPORTED,
              "transaction "
                  + running.id
                  + " has "
                  + mutations.size()
                  + " writes and depends on "
                  + checks.size()
                  + " keys, and the backend takes at most "
                  + most
                  + " of them as one step; make the transaction smaller")
          .with("limit", Integer.toString(most));
    }
    return room < checks.size() ? checks.subList(0, room) : checks;
  }

  /** What was read must hold at one moment: the end. */
  private void requireUnexpired() {
    boolean passed =
        workspace
            .reads()
            .earliestDeadline()
            .filter(deadline -> !origin.timeline().clock().instant().isBefore(deadline))
            .isPresent();
    if (passed) {
      throw StorageException.of(
          ErrorCode.TRANSACTION_ABORTED,
          "transaction "
              + running.id
              + " has read an entry that has passed its deadline since; run it again");
    }
  }

  private StorageException aborted(String key, String why) {
    return StorageException.of(
            ErrorCode.TRANSACTION_ABORTED,
            "transaction "
                + running.id
                + ": key "
                + StorageException.quote(key)
                + ", "
                + why
                + "; run it again")
        .with("key", key);
  }

  @Override
  public void rollback() {
    workspace.end();
  }

  @Override
  public void savepoint(String name) {
    workspace.enter();
    try {
      workspace.writes().savepoint(name);
    } finally {
      workspace.leave();
    }
  }

  @Override
  public void rollbackTo(String name) {
    workspace.enter();
    try {
      workspace.writes().rollbackTo(name);
    } finally {
      workspace.leave();
    }
  }

  @Override
  public void close() {
    rollback();
  }
}
