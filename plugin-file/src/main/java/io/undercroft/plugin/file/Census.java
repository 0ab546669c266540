package io.undercroft.plugin.file;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which stems have a value file, at 8 to 16 bytes of memory each: the count for {@code size()}, the
 * extension to look under, whether there is a sidecar, and, while somebody watches, what state the
 * file was in.
 *
 * <p>Stems are known by 56 bits of a hash with a seed that differs between processes. Should two of
 * a million share them (about one chance in 150,000), the count is off by one and a file name is
 * tried in vain; no value is lost or mistaken.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Census {
  /** No such stem. */
  static final long ABSENT = 0;

  private static final int SEGMENTS = 64;
  private static final int TYPE_BITS = 4;
  private static final long TYPE = (1 << TYPE_BITS) - 1;
  private static final long SIDECAR = 1 << TYPE_BITS;
  private static final long DEADLINE = SIDECAR << 1;
  private static final long SEEN = DEADLINE << 1;
  private static final long MET = SEEN << 1;
  private static final long FLAGS = TYPE | SIDECAR | DEADLINE | SEEN | MET;
  private static final long SEED = ThreadLocalRandom.current().nextLong();

  private final Segment[] segments = new Segment[SEGMENTS];
  private final AtomicLong count = new AtomicLong();

  Census() {
    for (int i = 0; i < SEGMENTS; i++) {
      segments[i] = new Segment();
    }
  }

  /** Returns the hash by which a stem is known here; never 0 in its upper bits. */
  static long hash(String stem) {
    long h = SEED ^ stem.length();
    for (int i = 0; i < stem.length(); i++) {
      h = (h ^ stem.charAt(i)) * 0x9E3779B97F4A7C15L;
      h ^= h >>> 32;
    }
    h = (h ^ h >>> 29) * 0xBF58476D1CE4E5B9L;
    h = (h ^ h >>> 32) * 0x94D049BB133111EBL;
    h ^= h >>> 31;
    return (h & ~FLAGS) == 0 ? h | (FLAGS + 1) : h;
  }

  /** Returns how many stems there are. */
  long size() {
    return count.get();
  }

  /** Returns what is known of a stem, or {@link #ABSENT}. */
  long find(long hash) {
    return segment(hash).find(hash & ~FLAGS);
  }

  /** Returns the number of the {@link ContentTypes.Type} that was found with {@link #find}. */
  static int type(long found) {
    return (int) (found & TYPE);
  }

  /** Returns whether there may be a sidecar. */
  static boolean hasSidecar(long found) {
    return (found & SIDECAR) != 0;
  }

  /** Returns whether there may be a deadline. */
  static boolean hasDeadline(long found) {
    return (found & DEADLINE) != 0;
  }

  /** Returns whether the file was looked at and is a regular one. */
  static boolean isSeen(long found) {
    return (found & SEEN) != 0;
  }

  /** Enters a stem, or changes its type; returns whether it is new. */
  boolean add(long hash, int type, boolean seen) {
    boolean added =
        segment(hash).put(hash & ~FLAGS, TYPE | SEEN | MET, type | (seen ? SEEN : 0) | MET, true)
            == ABSENT;
    if (added) {
      count.incrementAndGet();
    }
    return added;
  }

  /** Notes whether a stem that is here has a sidecar. */
  void setSidecar(long hash, boolean sidecar) {
    segment(hash).put(hash & ~FLAGS, SIDECAR, sidecar ? SIDECAR : 0, false);
  }

  /** Notes whether a stem that is here has a deadline. */
  void setDeadline(long hash, boolean deadline) {
    segment(hash).put(hash & ~FLAGS, DEADLINE, deadline ? DEADLINE : 0, false);
  }

  /** Strikes a stem out; returns whether it was here. */
  boolean remove(long hash) {
    boolean removed = segment(hash).remove(hash & ~FLAGS);
    if (removed) {
      count.decrementAndGet();
    }
    return removed;
  }

  /** Begins a roll call: nobody has been met. */
  void beginRollCall() {
    for (Segment segment : segments) {
      segment.forgetMeetings();
    }
  }

  /** Notes that a stem that is here was met; {@link #add} does so too. */
  void meet(long hash) {
    segment(hash).put(hash & ~FLAGS, MET, MET, false);
  }

  /**
   * Ends a roll call: returns how many were not met, and strikes them out, but for those with a
   * deadline, which has its own account.
   */
  int endRollCall() {
    int unmet = 0;
    for (Segment segment : segments) {
      for (long entry : segment.unmet()) {
        unmet++;
        if (!hasDeadline(entry)) {
          remove(entry);
        }
      }
    }
    return unmet;
  }

  /** Strikes everything out. */
  void clear() {
    for (int i = 0; i < SEGMENTS; i++) {
      segments[i] = new Segment();
    }
    count.set(0);
  }

  /** Begins to keep the states of files; all are 0 at first. */
  void keepStates() {
    for (Segment segment : segments) {
      segment.keepStates();
    }
  }

  /** Forgets the states. */
  void forgetStates() {
    for (Segment segment : segments) {
      segment.forgetStates();
    }
  }

  /** Returns the state of a stem's file; 0 if none is known. */
  long state(long hash) {
    return segment(hash).state(hash & ~FLAGS);
  }

  /** Notes the state of a stem's file, if the stem is here and states are kept. */
  void setState(long hash, long state) {
    segment(hash).setState(hash & ~FLAGS, state);
  }

  private Segment segment(long hash) {
    return segments[(int) (hash >>> 48) & SEGMENTS - 1];
  }

  /** An open-addressed table of longs: the hash above, the flags below. */
  private static final class Segment {
    private long[] table = new long[16];
    private long @Nullable [] states;
    private int used;

    private int slot(long id) {
      int mask = table.length - 1;
      int at = (int) (id >>> 8) & mask;
      while (table[at] != ABSENT && (table[at] & ~FLAGS) != id) {
        at = at + 1 & mask;
      }
      return at;
    }

    synchronized long find(long id) {
      return table[slot(id)];
    }

    synchronized long put(long id, long mask, long bits, boolean enter) {
      int at = slot(id);
      long before = table[at];
      if (before == ABSENT) {
        if (!enter) {
          return ABSENT;
        }
        if (used * 3 >= table.length * 2) {
          grow();
          at = slot(id);
        }
        used++;
        table[at] = id | bits;
      } else {
        table[at] = (before & ~mask) | bits;
      }
      return before;
    }

    private void grow() {
      long[] old = table;
      long[] oldStates = states;
      table = new long[old.length * 2];
      states = oldStates == null ? null : new long[table.length];
      for (int i = 0; i < old.length; i++) {
        if (old[i] != ABSENT) {
          move(old[i], oldStates == null ? 0 : oldStates[i]);
        }
      }
    }

    private void move(long entry, long state) {
      int at = slot(entry & ~FLAGS);
      table[at] = entry;
      if (states != null) {
        states[at] = state;
      }
    }

    synchronized boolean remove(long id) {
      int at = slot(id);
      if (table[at] == ABSENT) {
        return false;
      }
      used--;
      int mask = table.length - 1;
      table[at] = ABSENT;
      // What was pushed on by the one that is gone moves back, so that no search ends too early.
      for (int next = at + 1 & mask; table[next] != ABSENT; next = next + 1 & mask) {
        long entry = table[next];
        long state = states == null ? 0 : states[next];
        table[next] = ABSENT;
        move(entry, state);
      }
      return true;
    }

    synchronized void forgetMeetings() {
      for (int i = 0; i < table.length; i++) {
        table[i] &= ~MET;
      }
    }

    synchronized long[] unmet() {
      return Arrays.stream(table).filter(entry -> entry != ABSENT && (entry & MET) == 0).toArray();
    }

    synchronized void keepStates() {
      if (states == null) {
        states = new long[table.length];
      }
    }

    synchronized void forgetStates() {
      states = null;
    }

    synchronized long state(long id) {
      int at = slot(id);
      return states == null || table[at] == ABSENT ? 0 : states[at];
    }

    synchronized void setState(long id, long state) {
      int at = slot(id);
      if (states != null && table[at] != ABSENT) {
        states[at] = state;
      }
    }
  }
}
