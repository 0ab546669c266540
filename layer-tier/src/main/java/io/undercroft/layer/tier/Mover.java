package io.undercroft.layer.tier;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.tool.Tiers.Move;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Moves entries: copy, read back and compare, flip, drop. The flip is one conditional write in the
 * hot tier; before it the old value counts, after it the copy. Whatever ends it in between leaves a
 * copy that nothing stands for, which {@link #sweep} takes away.
 *
 * <p>A tier has one place for a key, so two must not move one entry at a time. After the flip it is
 * looked whether the copy is still the one that was compared: a process that stood still for longer
 * than its lease may have been overtaken, and puts the value back.
 *
 * <p><b>Threads:</b> safe for concurrent use, moves of one key take turns; for one process at a
 * time, which holds the {@link Lease}.
 */
final class Mover {
  /** Bytes with this type come back as they are from every backend. */
  private static final String COPY_TYPE = "application/octet-stream";

  private static final int PAGE = 500;
  private static final int TURNS = 64;

  private final KeyValue hot;
  private final TieredKeyValue whole;
  private final Colder colder;
  private final Object[] turns = new Object[TURNS];

  Mover(KeyValue hot, TieredKeyValue whole, Colder colder) {
    this.hot = hot;
    this.whole = whole;
    this.colder = colder;
    Arrays.setAll(turns, at -> new Object());
  }

  /** Does one move of a plan; returns whether it was done, which it is not if somebody wrote. */
  boolean move(Move move, String plannedVersion) {
    synchronized (turns[Math.floorMod(move.key().hashCode(), TURNS)]) {
      return moveInTurn(move, plannedVersion);
    }
  }

  private boolean moveInTurn(Move move, String plannedVersion) {
    Optional<StoredEntry> there = hot.get(move.key());
    if (there.isEmpty()
        || !Stub.exposed(there.get().meta()).version().equals(plannedVersion)
        || !tier(there.get().meta()).word().equals(move.from())) {
      return false;
    }
    return move.to().isEmpty()
        ? expire(move.key(), there.get().meta())
        : move(move.key(), there.get(), Tier.of(move.to().get()));
  }

  static Tier tier(EntryMeta meta) {
    return Stub.of(meta).map(Stub::tier).orElse(Tier.HOT);
  }

  private boolean expire(String key, EntryMeta meta) {
    if (hot.delete(key, Precondition.version(meta.version())) != DeleteResult.DELETED) {
      return false;
    }
    Stub.of(meta).ifPresent(stub -> colder.drop(key, stub));
    return true;
  }

  private boolean move(String key, StoredEntry there, Tier target) {
    Optional<StoredEntry> value = whole.whole(key, there, false);
    if (value.isEmpty()) {
      return false;
    }
    EntryMeta exposed = value.get().meta();
    byte[] bytes = value.get().value();
    Stub stub = copied(key, bytes, exposed, target);
    PutResult flipped =
        hot.put(key, stub.entry(exposed), Precondition.version(there.meta().version()));
    if (!(flipped instanceof PutResult.Written written)) {
      colder.drop(key, stub);
      return false;
    }
    if (colder.copy(key, stub).filter(stub::isRight).isEmpty()) {
      hot.put(key, Stub.back(bytes, exposed), Precondition.version(written.meta().version()));
      return false;
    }
    Stub.of(there.meta()).ifPresent(old -> colder.drop(key, old));
    return true;
  }

  /**
   * Copies a value, reads the copy back and compares it.
   *
   * @return the stub that may stand for it from now on
   */
  private Stub copied(String key, byte[] bytes, EntryMeta exposed, Tier target) {
    NewEntry copy = new NewEntry(bytes, COPY_TYPE, exposed.expires(), exposed.metadata());
    Stub stub;
    Optional<StoredEntry> back;
    try {
      KeyValue place = colder.of(target);
      PutResult put = place.put(key, copy, Precondition.NONE);
      String version =
          put instanceof PutResult.Written written ? written.meta().version() : "not written";
      stub = new Stub(target, version, exposed.contentType(), bytes.length, Stub.digest(bytes));
      back = place.get(key);
    } catch (StorageException e) {
      throw Colder.unreachable(target, e);
    }
    if (back.isEmpty() || !stub.isRight(back.get())) {
      throw StorageException.of(
          ErrorCode.CONSISTENCY_VIOLATION,
          "the copy of "
              + StorageException.quote(key)
              + " in the tier '"
              + target.word()
              + "' reads back as another value; it stays where it was");
    }
    return stub;
  }

  /** Takes away every copy that nothing in the hot tier stands for; returns how many. */
  long sweep(Lease lease) {
    long swept = 0;
    for (Tier tier : colder.tiers()) {
      try {
        for (String key : copies(tier)) {
          lease.keep();
          if (!key.equals(Lease.KEY) && sweep(tier, key)) {
            swept++;
          }
        }
      } catch (StorageException e) {
        throw e.code() == ErrorCode.TIMEOUT ? e : Colder.unreachable(tier, e);
      }
    }
    return swept;
  }

  private Set<String> copies(Tier tier) {
    Set<String> keys = new TreeSet<>();
    try (Cursor<String> cursor = colder.of(tier).keys("", PAGE)) {
      for (List<String> page = cursor.next(); !page.isEmpty(); page = cursor.next()) {
        keys.addAll(page);
      }
    }
    return keys;
  }

  private boolean sweep(Tier tier, String key) {
    Optional<StoredEntry> copy = colder.of(tier).get(key);
    if (copy.isEmpty()) {
      return false;
    }
    Optional<Stub> stub = hot.get(key).flatMap(entry -> Stub.of(entry.meta()));
    String version = copy.get().meta().version();
    if (stub.isPresent() && stub.get().tier() == tier && stub.get().copy().equals(version)) {
      return false;
    }
    return colder.of(tier).delete(key, Precondition.version(version)) == DeleteResult.DELETED;
  }

  /** Calls somebody with every entry of the hot tier, stubs included. */
  void each(Consumer<KeyedEntry> visitor) {
    try (Cursor<KeyedEntry> cursor = hot.scan("", PAGE)) {
      for (List<KeyedEntry> page = cursor.next(); !page.isEmpty(); page = cursor.next()) {
        page.forEach(visitor);
      }
    }
  }
}
