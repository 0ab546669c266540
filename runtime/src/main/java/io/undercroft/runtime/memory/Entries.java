package io.undercroft.runtime.memory;

import io.undercroft.runtime.memory.Slot.Cell;
import io.undercroft.runtime.memory.Slot.Flip;
import io.undercroft.runtime.memory.Slot.Pending;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.HeldEntries;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one storage.
 *
 * <p>Readers take no lock: they look into the map and, where a commit is under way, at its flip.
 * Writers hold the stripes of their keys from the first look to the last change; under them no slot
 * is {@link Pending}.
 *
 * <p>{@code size()} is exact where no writer runs; beside a writer it may be ahead of what a reader
 * sees.
 */
final class Entries implements KeyValue, HeldEntries, Batch, Commit, Expiry, SoleWriter {
  /** How many expired entries a write gives back on its way. */
  private static final int FEW = 8;

  private final ConcurrentHashMap<String, Slot> slots;
  private final Stripes stripes = new Stripes();
  private final Deadlines deadlines = new Deadlines();
  private final Room room;
  private final Clock clock;
  private final Versions versions;
  private volatile boolean closed;

  Entries(int expected, Room room, Clock clock) {
    this.slots = new ConcurrentHashMap<>(expected);
    this.room = room;
    this.clock = clock;
    this.versions = new Versions(clock);
  }

  // ---- reading

  @Override
  public Optional<StoredEntry> get(String key) {
    Cell cell = find(key);
    checkOpen(); // after the look: close() sets the flag before it empties the map
    return cell == null ? Optional.empty() : Optional.of(cell);
  }

  @Override
  public boolean has(String key) {
    boolean found = find(key) != null;
    checkOpen();
    return found;
  }

  @Override
  public Optional<HeldEntries> held() {
    return Optional.of(this);
  }

  @Override
  public @Nullable Cell find(String key) {
    Slot slot = slots.get(key);
    Cell cell = slot == null ? null : slot.now();
    return cell != null && isLive(cell) ? cell : null;
  }

  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    Map<String, StoredEntry> found = new LinkedHashMap<>();
    for (String key : keys) {
      get(key).ifPresent(entry -> found.put(key, entry));
    }
    return found;
  }

  @Override
  public long size() {
    removeExpired(Integer.MAX_VALUE);
    long size = room.entries();
    checkOpen();
    return size;
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return scan(prefix, pageSize, (key, cell) -> key);
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return scan(prefix, pageSize, (key, cell) -> new KeyedEntry(key, cell.inPassing()));
  }

  private <E> Cursor<E> scan(String prefix, int pageSize, BiFunction<String, Cell, E> element) {
    checkOpen();
    long newest = versions.last();
    return new Scan<>(slots, prefix, pageSize, newest, this::isLive, this::checkOpen, element);
  }

  /** Asks the clock only where it matters: most entries have no deadline. */
  private boolean isLive(Cell cell) {
    return cell.expires() == null || cell.isLive(clock.instant());
  }

  // ---- writing

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    removeExpired(FEW);
    long locked = Stripes.of(key);
    stripes.lock(locked);
    try {
      checkOpen();
      Instant now = clock.instant();
      Cell was = cell(key);
      Cell live = live(was, now);
      if (!holds(precondition, live)) {
        return new PutResult.Conflict(version(live));
      }
      Cell is = new Cell(entry, live, now, versions);
      takeRoom(was, is);
      slots.put(key, is);
      settle(key, was, is);
      return new PutResult.Written(is.meta(), live == null);
    } finally {
      stripes.unlock(locked);
    }
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    removeExpired(FEW);
    long locked = Stripes.of(key);
    stripes.lock(locked);
    try {
      checkOpen();
      Cell was = cell(key);
      Cell live = live(was, clock.instant());
      if (!holds(precondition, live)) {
        return DeleteResult.CONFLICT;
      }
      if (was != null) {
        slots.remove(key);
        takeRoom(was, null);
        settle(key, was, null);
      }
      return live == null ? DeleteResult.ABSENT : DeleteResult.DELETED;
    } finally {
      stripes.unlock(locked);
    }
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    Map<String, EntryMeta> written = new LinkedHashMap<>();
    entries.forEach(
        (key, entry) -> {
          // Without a precondition there is no conflict.
          if (put(key, entry, Precondition.NONE) instanceof PutResult.Written done) {
            written.put(key, done.meta());
          }
        });
    return written;
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    long deleted = 0;
    for (String key : keys) {
      if (delete(key, Precondition.NONE) == DeleteResult.DELETED) {
        deleted++;
      }
    }
    return deleted;
  }

  @Override
  public void clear() {
    stripes.lock(Stripes.ALL);
    try {
      checkOpen();
      forget();
    } finally {
      stripes.unlock(Stripes.ALL);
    }
  }

  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    removeExpired(FEW);
    long locked = stripesOf(checks, mutations);
    stripes.lock(locked);
    try {
      checkOpen();
      Instant now = clock.instant();
      for (Check check : checks) {
        Cell live = live(cell(check.key()), now);
        if (!holds(check.precondition(), live)) {
          return new CommitResult.Conflict(check.key(), version(live));
        }
      }
      List<Step> steps = new ArrayList<>(mutations.size());
      for (Mutation mutation : mutations) {
        steps.add(step(mutation, now));
      }
      takeRoom(steps);
      flip(steps);
      return new CommitResult.Committed(steps.stream().map(this::applied).toList());
    } finally {
      stripes.unlock(locked);
    }
  }

  /** What a commit does to one key. */
  private record Step(String key, @Nullable Cell was, @Nullable Cell is, boolean existed) {}

  private CommitResult.Applied applied(Step step) {
    return new CommitResult.Applied(Optional.ofNullable(step.is()).map(Cell::meta), step.existed());
  }

  private Step step(Mutation mutation, Instant now) {
    Cell was = cell(mutation.key());
    Cell live = live(was, now);
    Cell is =
        mutation instanceof Mutation.Put put ? new Cell(put.entry(), live, now, versions) : null;
    return new Step(mutation.key(), was, is, live != null);
  }

  /** Puts both sides of every key into the map, shows the new ones in one step, tidies up. */
  private void flip(List<Step> steps) {
    Flip flip = new Flip();
    for (Step step : steps) {
      slots.put(step.key(), new Pending(step.was(), step.is(), flip));
    }
    flip.done = true;
    for (Step step : steps) {
      if (step.is() != null) {
        slots.put(step.key(), step.is());
      } else {
        slots.remove(step.key());
      }
      settle(step.key(), step.was(), step.is());
    }
  }

  private static long stripesOf(List<Check> checks, List<Mutation> mutations) {
    long set = 0;
    for (Check check : checks) {
      set |= Stripes.of(check.key());
    }
    Set<String> written = new HashSet<>();
    for (Mutation mutation : mutations) {
      set |= Stripes.of(mutation.key());
      if (!written.add(mutation.key())) {
        throw new IllegalArgumentException(
            "two mutations of key " + StorageException.quote(mutation.key()) + " in one commit");
      }
    }
    return set;
  }

  // ---- under the stripes of the key

  private @Nullable Cell cell(String key) {
    Slot slot = slots.get(key);
    return slot == null ? null : slot.now();
  }

  private static @Nullable Cell live(@Nullable Cell cell, Instant now) {
    return cell != null && cell.isLive(now) ? cell : null;
  }

  private boolean holds(Precondition precondition, @Nullable Cell live) {
    if (precondition instanceof Precondition.HasVersion wanted) {
      return live != null && live.version().equals(wanted.version());
    }
    return precondition instanceof Precondition.None || live == null;
  }

  private Optional<String> version(@Nullable Cell live) {
    return Optional.ofNullable(live).map(Cell::version);
  }

  private void takeRoom(@Nullable Cell was, @Nullable Cell is) {
    room.take(count(is) - count(was), bytes(is) - bytes(was));
  }

  private void takeRoom(List<Step> steps) {
    long entries = 0;
    long bytes = 0;
    for (Step step : steps) {
      entries += count(step.is()) - count(step.was());
      bytes += bytes(step.is()) - bytes(step.was());
    }
    room.take(entries, bytes);
  }

  private static long count(@Nullable Cell cell) {
    return cell == null ? 0 : 1;
  }

  private static long bytes(@Nullable Cell cell) {
    return cell == null ? 0 : cell.bytes();
  }

  private void settle(String key, @Nullable Cell was, @Nullable Cell is) {
    if (was != null) {
      deadlines.remove(was);
    }
    if (is != null) {
      deadlines.add(key, is);
    }
  }

  // ---- expiry and the end

  /**
   * Gives back entries whose deadline has passed; all of them where room is limited. A deadline
   * leaves the index only after its entry has left the map and the count, so that another thread's
   * size() waits for it at the same stripe.
   */
  private void removeExpired(int most) {
    if (deadlines.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    long rest = room.isLimited() ? Long.MAX_VALUE : most;
    Optional<Deadlines.Due> due = deadlines.due(now);
    while (due.isPresent() && rest-- > 0) {
      removeExpired(due.get());
      due = deadlines.due(now);
    }
  }

  private void removeExpired(Deadlines.Due due) {
    long locked = Stripes.of(due.key());
    stripes.lock(locked);
    try {
      Cell cell = cell(due.key());
      if (cell != null && cell.number() == due.deadline().number()) {
        slots.remove(due.key());
        takeRoom(cell, null);
      }
      deadlines.remove(due.deadline());
    } finally {
      stripes.unlock(locked);
    }
  }

  void checkOpen() {
    if (closed) {
      throw StorageException.of(ErrorCode.CLOSED, "the storage was closed; open it again");
    }
  }

  /** Waits for the writers that are under way. */
  void close() {
    closed = true;
    stripes.lock(Stripes.ALL);
    try {
      forget();
    } finally {
      stripes.unlock(Stripes.ALL);
    }
  }

  private void forget() {
    slots.clear();
    deadlines.clear();
    room.empty();
  }
}
