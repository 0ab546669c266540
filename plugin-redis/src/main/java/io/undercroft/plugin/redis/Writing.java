package io.undercroft.plugin.redis;

import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call of the script that writes: first its checks, then its writes.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
final class Writing {
  /**
   * How long the server keeps an entry beyond its deadline, which is judged by the clock of those
   * who read: nothing is dropped before the last of them finds it expired.
   */
  static final long GRACE_MILLIS = 60_000;

  /**
   * How long the sets of keys and deadlines outlive the last entry, where all have deadlines: more
   * than the clocks of those who write can differ.
   */
  static final long SETS_OUTLIVE_MILLIS = 86_400_000;

  private static final Long OUTDATED = -2L;
  private static final Long TAKEN = -3L;
  private static final byte[] PUT = {'p'};
  private static final byte[] REMOVE = {'r'};
  private static final byte[] EXPIRE = {'x'};
  private static final byte[] NOTHING = {'n'};
  private static final byte[] ABSENT = {'a'};
  private static final int CHECKS = 4;
  private static final byte[] SETS_MILLIS = number(SETS_OUTLIVE_MILLIS);

  private final Space space;
  private final long now;
  private final List<byte[]> keys = new ArrayList<>();
  private final List<byte[]> arguments = new ArrayList<>();
  private final List<Put> puts = new ArrayList<>();
  private int checks;
  private int writes;
  private long bytes;

  /**
   * An entry that is written.
   *
   * @param key the number of the argument that is its key
   * @param places the number of the argument that is its places in indexes
   */
  private record Put(int key, int places, NewEntry entry) {}

  /** What the script answered. */
  static final class Answer {
    private final List<?> parts;

    private Answer(List<?> parts) {
      this.parts = parts;
    }

    /** Returns the number of the check that does not hold, from 0; -1 if all hold. */
    int broken() {
      return Math.toIntExact((Long) part(0)) - 1;
    }

    /** Returns whether it has done nothing, because the indexes are others than was thought. */
    boolean isOutdated() {
      return part(0).equals(OUTDATED);
    }

    /**
     * Throws if it has done nothing, because a unique index has another entry in the same place.
     *
     * @throws StorageException DUPLICATE_KEY
     */
    void demandUnique(KnownIndexes known) {
      if (part(0).equals(TAKEN)) {
        throw taken(
            known, (Long) part(1), Names.text((byte[]) part(2)), Names.text((byte[]) part(3)));
      }
    }

    /** Returns the version that was found in place of the one that was asked for. */
    Optional<String> found() {
      byte[] version = (byte[]) part(1);
      return version.length == 0 ? Optional.empty() : Optional.of(Names.text(version));
    }

    /** Returns when the live entry that this write met was created; {@code null} if none was. */
    @Nullable Long before(int write) {
      byte[] created = (byte[]) part(1 + write);
      return created.length == 0 ? null : Long.valueOf(Names.text(created));
    }

    private Object part(int number) {
      Object part = number < parts.size() ? parts.get(number) : null;
      if (part == null) {
        throw Server.strange(null);
      }
      return part;
    }
  }

  Writing(Space space, long now) {
    this.space = space;
    this.now = now;
    begin(arguments, space, now);
    arguments.add(EntryLine.NOTHING); // the number of checks, the epoch and the indexes
    arguments.add(EntryLine.NOTHING);
    arguments.add(EntryLine.NOTHING);
  }

  /** Returns the failure of a write whose place in a unique index another entry has. */
  static StorageException taken(KnownIndexes known, long number, String key, String other) {
    return StorageException.of(
        ErrorCode.DUPLICATE_KEY,
        "the entry "
            + StorageException.quote(key)
            + " has the same as "
            + StorageException.quote(other)
            + " in the unique index '"
            + known.find(number).map(index -> index.definition().name()).orElse("?")
            + "'; nothing was changed: give it another value, or remove the other");
  }

  static byte[] number(long number) {
    return Names.bytes(Long.toString(number));
  }

  /** Adds a check; all of them come before the first write. */
  Writing check(byte[] key, Precondition precondition) {
    keys.add(space.names().entry(key));
    arguments.add(condition(precondition));
    checks++;
    return this;
  }

  private static byte[] condition(Precondition precondition) {
    return precondition instanceof Precondition.HasVersion wanted
        ? Names.bytes("v" + wanted.version())
        : precondition instanceof Precondition.Absent ? ABSENT : NOTHING;
  }

  /** Adds a write of an entry. */
  Writing put(byte[] key, NewEntry entry, String version) {
    int name = arguments.size() + 1;
    begin(PUT, key, version);
    content(arguments, entry, now);
    puts.add(new Put(name, arguments.size(), entry));
    arguments.add(EntryLine.NOTHING);
    bytes += entry.value().length;
    return this;
  }

  private static void content(List<byte[]> to, NewEntry entry, long now) {
    long deadline = EntryLine.deadline(entry);
    boolean ends = deadline != Long.MAX_VALUE;
    to.add(entry.value());
    to.add(ends ? number(deadline) : EntryLine.NOTHING);
    to.add(ends ? number(Math.max(1, deadline - now + GRACE_MILLIS)) : EntryLine.NOTHING);
    to.add(EntryLine.rest(entry));
  }

  /** Returns the call of the script that writes one entry. */
  static byte[][] single(
      Space space,
      KnownIndexes known,
      long now,
      byte[] key,
      NewEntry entry,
      String version,
      Precondition precondition) {
    Names names = space.names();
    List<byte[]> arguments = new ArrayList<>(14);
    begin(arguments, space, now);
    arguments.add(condition(precondition));
    arguments.add(key);
    arguments.add(Names.bytes(version));
    content(arguments, entry, now);
    arguments.add(known.epoch());
    arguments.add(known.numbers());
    arguments.add(known.places(key, entry));
    List<byte[]> keys =
        new ArrayList<>(
            List.of(
                names.keys(),
                names.deadlines(),
                names.changes(),
                names.value(key),
                names.entry(key),
                names.indexes(),
                names.places()));
    keys.addAll(known.sets(names));
    return Script.PUT.call(keys, arguments);
  }

  private static void begin(List<byte[]> arguments, Space space, long now) {
    arguments.add(number(now));
    arguments.add(space.changesKept());
    arguments.add(space.changeValueBytes());
    arguments.add(SETS_MILLIS);
  }

  /** Adds a removal. */
  Writing remove(byte[] key) {
    begin(REMOVE, key, space.versions().next());
    return this;
  }

  /** Adds a removal of what has expired. */
  Writing expire(byte[] key) {
    begin(EXPIRE, key, space.versions().next());
    return this;
  }

  private void begin(byte[] what, byte[] key, String change) {
    keys.add(space.names().value(key));
    keys.add(space.names().entry(key));
    arguments.add(what);
    arguments.add(key);
    arguments.add(Names.bytes(change));
    writes++;
    bytes += key.length;
  }

  /** Returns how many writes there are. */
  int writes() {
    return writes;
  }

  /** Returns about how much is to be sent. */
  long bytes() {
    return bytes;
  }

  /**
   * Returns the call, with the places of entries in these indexes.
   *
   * @throws StorageException INVALID_VALUE if a unique index cannot tell the place of one
   */
  byte[][] call(KnownIndexes known) {
    arguments.set(CHECKS, number(checks));
    arguments.set(CHECKS + 1, known.epoch());
    arguments.set(CHECKS + 2, known.numbers());
    for (Put put : puts) {
      arguments.set(put.places(), known.places(arguments.get(put.key()), put.entry()));
    }
    Names names = space.names();
    List<byte[]> all =
        new ArrayList<>(
            List.of(
                names.keys(), names.deadlines(), names.changes(), names.indexes(), names.places()));
    all.addAll(known.sets(names));
    all.addAll(keys);
    return Script.WRITE.call(all, arguments);
  }

  /**
   * Does it.
   *
   * @throws StorageException UNKNOWN_OUTCOME if the answer was lost, DUPLICATE_KEY if a unique
   *     index has another entry in a place, and then nothing is written
   */
  Answer carryOut() {
    return space.shelf().telling(known -> answer(space.write(call(known), Script.WRITE)));
  }

  /** Returns whether the checks held, so that the script has written. */
  static boolean hasWritten(Object answer) {
    return !(answer instanceof List<?> parts)
        || parts.isEmpty()
        || !(parts.get(0) instanceof Long broken)
        || broken == 0;
  }

  static Answer answer(@Nullable Object answer) {
    if (answer instanceof List<?> parts) {
      return new Answer(parts);
    }
    throw Server.strange(answer);
  }
}
