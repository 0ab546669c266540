package io.undercroft.plugin.file;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.event.ChangeType;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/** Single entries of a folder. */
final class FolderKeyValue implements KeyValue, Expiry {
  private static final int CLEARED_AT_ONCE = 1_000;

  private final Folder folder;
  private final FolderCommit commits;

  FolderKeyValue(Folder folder, FolderCommit commits) {
    this.folder = folder;
    this.commits = commits;
  }

  /** What a reader makes of an entry that is there. */
  @FunctionalInterface
  private interface Reading<R> {
    R read(ValueFile file, Note note) throws IOException;
  }

  @Override
  public Optional<StoredEntry> get(String key) {
    return Optional.ofNullable(read(Address.of(key)));
  }

  @Nullable StoredEntry read(Address at) {
    return read(
        at, (file, note) -> new StoredEntry(folder.values().value(file), note.meta(file.type())));
  }

  @Override
  public boolean has(String key) {
    return read(Address.of(key), (file, note) -> Boolean.TRUE) != null;
  }

  private <R> @Nullable R read(Address at, Reading<R> reading) {
    folder.refuseIfClosed();
    commits.finishPending();
    StampedLock gate = folder.stripes().gate(at.stripe());
    long stamp = gate.tryOptimisticRead();
    if (stamp != 0) {
      boolean trusted = false;
      try {
        Present present = folder.look(at);
        R result = make(at, present, reading);
        trusted = gate.validate(stamp);
        if (trusted) {
          remember(at, present, gate, stamp);
          noteIfStrange(at, present);
          return result;
        }
      } catch (IOException | RuntimeException e) {
        if (gate.validate(stamp) && !(e instanceof NoSuchFileException)) {
          throw failure(at, e);
        }
        // Otherwise a writer was at work, or a person: look again with the gate held open.
      }
    }
    return readWithGateHeld(at, reading, gate);
  }

  private <R> @Nullable R readWithGateHeld(Address at, Reading<R> reading, StampedLock gate) {
    for (int looks = 1; ; looks++) {
      long stamp = gate.readLock();
      Present present;
      R result;
      try {
        present = folder.look(at);
        result = make(at, present, reading);
      } catch (NoSuchFileException e) {
        if (folder.isAlone() || looks == Folder.PATIENCE) {
          return null; // somebody else removed it between the look and the read
        }
        continue; // or another process has given it another type
      } catch (IOException | RuntimeException e) {
        throw failure(at, e);
      } finally {
        gate.unlockRead(stamp);
      }
      noteIfStrange(at, present);
      return result;
    }
  }

  private <R> @Nullable R make(Address at, Present present, Reading<R> reading) throws IOException {
    ValueFile file = present.file();
    Note note = present.note();
    if (file == null || note == null) {
      folder.values().subfolders().refuseOther(at.stem());
      return null;
    }
    return note.expires().isPresent() && note.isExpired(folder.now())
        ? null
        : reading.read(file, note);
  }

  private RuntimeException failure(Address at, Exception e) {
    return e instanceof IOException failed
        ? IoFailures.reading(folder.values().directory(at.stem()).resolve(at.stem()), failed)
        : (RuntimeException) e;
  }

  private void remember(Address at, Present present, StampedLock gate, long stamp) {
    Sidecar sidecar = present.sidecar();
    if (sidecar != null && folder.sidecars().kept(at.stem(), at.hash()) == null) {
      long closed = gate.tryConvertToWriteLock(stamp);
      if (closed != 0) {
        folder.sidecars().keep(at.stem(), at.hash(), sidecar);
        gate.unlockWrite(closed);
      }
    }
  }

  /** Takes note of what others did, when a read comes across it and no writer has the turn. */
  private void noteIfStrange(Address at, Present present) {
    long known = folder.census().find(at.hash());
    ValueFile file = present.file();
    boolean strange =
        file == null
            ? known != Census.ABSENT
            : !Census.isSeen(known) || Census.type(known) != file.type().number();
    if (strange) {
      folder.noteNow(at);
    }
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    IoFailures.refuseIfInterrupted();
    Address at = Address.of(key);
    folder.stripes().takeTurn(at.stripe());
    try {
      folder.refuseIfClosed();
      commits.finishPending();
      Present before = present(at);
      Instant now = folder.now();
      if (!before.satisfies(precondition, now)) {
        return new PutResult.Conflict(before.version(now));
      }
      Write write = folder.planPut(at, before, entry);
      folder.carryOut(List.of(write));
      return new PutResult.Written(meta(write), before.live(now) == null);
    } finally {
      folder.stripes().endTurn(at.stripe());
    }
  }

  static EntryMeta meta(Write write) {
    Write.Put put = write.put();
    if (put == null) {
      throw new IllegalStateException("a removal has no meta");
    }
    return put.note().meta(put.file().type());
  }

  Present present(Address at) {
    try {
      return folder.lookAndNote(at);
    } catch (IOException e) {
      throw IoFailures.reading(folder.values().directory(at.stem()).resolve(at.stem()), e);
    }
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    IoFailures.refuseIfInterrupted();
    Address at = Address.of(key);
    folder.stripes().takeTurn(at.stripe());
    try {
      folder.refuseIfClosed();
      commits.finishPending();
      Present before = present(at);
      Instant now = folder.now();
      if (!before.satisfies(precondition, now)) {
        return DeleteResult.CONFLICT;
      }
      if (before.live(now) == null) {
        return DeleteResult.ABSENT;
      }
      folder.carryOut(List.of(Write.removal(at, before)));
      return DeleteResult.DELETED;
    } finally {
      folder.stripes().endTurn(at.stripe());
    }
  }

  @Override
  public void clear() {
    IoFailures.refuseIfInterrupted();
    int[] all = Stripes.all();
    folder.stripes().takeTurns(all);
    try {
      folder.refuseIfClosed();
      commits.finishPending();
      folder.values().subfolders().refuseOtherRoot();
      boolean done = false;
      try {
        while (removeListed()) {
          // Some file systems leave names out of a listing while others are removed: look again.
        }
        done = true;
      } catch (IOException e) {
        throw IoFailures.writing(folder.values().root(), e);
      } finally {
        folder.tellAll(done ? ChangeType.CLEAR : ChangeType.RESYNC);
      }
    } finally {
      folder.stripes().endTurns(all);
    }
  }

  private boolean removeListed() throws IOException {
    boolean any = false;
    try (FolderListing listing = FolderListing.open(folder.values().subfolders())) {
      List<Write> some = new ArrayList<>();
      while (listing.next()) {
        Address at = Address.of(folder.key(listing.stem()).orElse(""), listing.stem());
        Present before = folder.lookAndNote(at);
        if (before.file() != null) {
          some.add(Write.removal(at, before));
          any = true;
        }
        if (some.size() == CLEARED_AT_ONCE) {
          folder.removeAll(some);
          some.clear();
        }
      }
      folder.removeAll(some);
    }
    return any;
  }

  @Override
  public long size() {
    folder.refuseIfClosed();
    folder.values().subfolders().refuseOtherRoot();
    return folder.size();
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return scan(prefix, pageSize, (at, key) -> isLive(at) ? key : null);
  }

  private boolean isLive(Address at) {
    long known = folder.census().find(at.hash());
    boolean certain = folder.isAlone() && Census.isSeen(known) && !Census.hasDeadline(known);
    return certain || read(at, (file, note) -> Boolean.TRUE) != null;
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return scan(
        prefix,
        pageSize,
        (at, key) -> {
          StoredEntry entry = read(at);
          return entry == null ? null : new KeyedEntry(key, entry);
        });
  }

  private <E> Cursor<E> scan(String prefix, int pageSize, FolderCursor.Maker<E> maker) {
    folder.refuseIfClosed();
    commits.finishPending();
    folder.values().subfolders().refuseOtherRoot();
    return FolderCursor.open(folder, prefix, pageSize, maker);
  }
}
