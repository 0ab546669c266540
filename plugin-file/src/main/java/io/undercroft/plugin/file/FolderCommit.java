package io.undercroft.plugin.file;

import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Mutation;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Several writes as one: drafted, decided by an intent on the disk, and then published behind
 * closed gates.
 */
final class FolderCommit implements Commit {
  private final Folder folder;
  private final IntentLog intents;
  private final Object finishing = new Object();

  /** A commit that is decided and could not be put in place: nothing is served before it is. */
  private volatile @Nullable Decided pending;

  private record Decided(Path intent, List<Write> writes, Queue<Write> left) {}

  FolderCommit(Folder folder, IntentLog intents) {
    this.folder = folder;
    this.intents = intents;
  }

  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    IoFailures.refuseIfInterrupted();
    Map<String, Address> addresses = new LinkedHashMap<>();
    Stream.concat(checks.stream().map(Check::key), mutations.stream().map(Mutation::key))
        .forEach(key -> addresses.computeIfAbsent(key, Address::of));
    int[] stripes = Stripes.of(addresses.values().stream().mapToLong(Address::hash).toArray());
    folder.stripes().takeTurns(stripes);
    try {
      folder.refuseIfClosed();
      finishPending();
      return commit(checks, mutations, addresses, stripes);
    } finally {
      folder.stripes().endTurns(stripes);
    }
  }

  private CommitResult commit(
      List<Check> checks, List<Mutation> mutations, Map<String, Address> addresses, int[] stripes) {
    Map<String, Present> before = new HashMap<>();
    for (Address at : addresses.values()) {
      before.put(at.key(), present(at));
    }
    Instant now = folder.now();
    for (Check check : checks) {
      Present there = before.getOrDefault(check.key(), Present.NOTHING);
      if (!there.satisfies(check.precondition(), now)) {
        return new CommitResult.Conflict(check.key(), there.version(now));
      }
    }
    List<Write> writes = new ArrayList<>();
    List<CommitResult.Applied> results = new ArrayList<>();
    for (Mutation mutation : mutations) {
      Address at = Address.of(mutation.key());
      Present there = before.getOrDefault(mutation.key(), Present.NOTHING);
      boolean existed = there.live(now) != null;
      Optional<EntryMeta> meta = Optional.empty();
      if (mutation instanceof Mutation.Put put) {
        Write write = folder.planPut(at, there, put.entry());
        meta = Optional.of(FolderKeyValue.meta(write));
        writes.add(write);
      } else if (existed) {
        writes.add(Write.removal(at, there));
      }
      results.add(new CommitResult.Applied(meta, existed));
    }
    if (writes.size() == 1) {
      folder.carryOut(writes); // one write is all or nothing by itself
    } else if (!writes.isEmpty()) {
      carryOut(writes, stripes);
    }
    return new CommitResult.Committed(results);
  }

  private Present present(Address at) {
    try {
      return folder.lookAndNote(at);
    } catch (IOException e) {
      throw IoFailures.reading(folder.values().directory(at.stem()).resolve(at.stem()), e);
    }
  }

  private void carryOut(List<Write> writes, int[] stripes) {
    Path root = folder.values().root();
    Path intent = intents.fresh();
    try {
      folder.draft(writes);
      folder.forceDrafts(writes); // the drafts must be there if the intent is
    } catch (IOException | RuntimeException e) {
      folder.discard(writes, e);
      throw failed(writes, e);
    }
    try {
      intents.decide(intent, writes);
    } catch (IOException | RuntimeException e) {
      withdraw(intent, writes, e);
      throw failed(writes, e);
    }
    Queue<Write> left = new ArrayDeque<>(writes);
    long[] closed = folder.stripes().closeGates(stripes);
    try {
      publish(left);
    } catch (IOException | RuntimeException e) {
      pending = new Decided(intent, writes, left);
      throw decidedButNotDone(root, e);
    } finally {
      folder.stripes().openGates(stripes, closed);
    }
    settle(intent, writes);
  }

  private void publish(Queue<Write> left) throws IOException {
    for (Write write = left.peek(); write != null; write = left.peek()) {
      folder.publishBehindGate(write);
      left.remove();
    }
  }

  private void settle(Path intent, List<Write> writes) {
    folder.settle(writes);
    try {
      DurableFiles.remove(intent);
    } catch (IOException e) {
      return; // done again at the next start, which does nothing any more
    }
  }

  /**
   * Takes an intent back that may be on the disk or not. Only if that is certain is the commit
   * known to have failed; otherwise it is put through, as a start would do.
   */
  private void withdraw(Path intent, List<Write> writes, Exception because) {
    try {
      DurableFiles.remove(intent);
      folder.files().forceDirectoryWhateverComes(folder.values().root());
    } catch (IOException e) {
      because.addSuppressed(e);
      pending = new Decided(intent, writes, new ArrayDeque<>(writes));
      throw decidedButNotDone(folder.values().root(), because);
    }
    folder.discard(writes, because);
  }

  private RuntimeException failed(List<Write> writes, Exception e) {
    return e instanceof IOException failed
        ? IoFailures.writing(folder.path(writes.get(0)), failed)
        : (RuntimeException) e;
  }

  private static StorageException decidedButNotDone(Path root, Exception e) {
    return StorageException.of(
        ErrorCode.UNKNOWN_OUTCOME,
        "a commit in '"
            + root
            + "' is decided, but could not be put in place: "
            + e.getMessage()
            + "; nothing is served until it is: mend the disk and try again, or start anew",
        e);
  }

  /** Puts a decided commit in place, if there is one; nobody sees a part of it before. */
  void finishPending() {
    if (pending != null) {
      finish();
    }
  }

  private void finish() {
    synchronized (finishing) {
      Decided decided = pending;
      if (decided == null) {
        return;
      }
      int[] stripes =
          Stripes.of(
              decided.writes().stream().mapToLong(write -> write.address().hash()).toArray());
      long[] closed = folder.stripes().closeGates(stripes);
      try {
        publish(decided.left());
        pending = null;
      } catch (IOException | RuntimeException e) {
        throw StorageException.of(
            ErrorCode.CONNECTION_FAILED,
            "a commit in '"
                + folder.values().root()
                + "' is decided, but still cannot be put in place: "
                + e.getMessage()
                + "; mend the disk and try again, or start anew",
            e);
      } finally {
        folder.stripes().openGates(stripes, closed);
      }
      settle(decided.intent(), decided.writes());
    }
  }
}
