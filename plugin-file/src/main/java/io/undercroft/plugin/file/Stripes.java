package io.undercroft.plugin.file;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;

/**
 * Locks for keys. Two keys may share a stripe; one thread may hold several, taken in their order.
 *
 * <p>A stripe's <em>turn</em> is held by one writer from its first look to its acknowledgement. Its
 * <em>gate</em> is closed only while files change places, so that readers see all of a change or
 * nothing of it.
 */
final class Stripes {
  private static final int COUNT = 1_024;

  private final ReentrantLock[] turns = new ReentrantLock[COUNT];
  private final StampedLock[] gates = new StampedLock[COUNT];

  Stripes() {
    for (int i = 0; i < COUNT; i++) {
      turns[i] = new ReentrantLock();
      gates[i] = new StampedLock();
    }
  }

  /** Returns the stripe of a stem with this hash. */
  static int of(long hash) {
    return (int) (hash >>> 54) & COUNT - 1;
  }

  /** Returns the stripes of these hashes, each once, in the order in which they may be taken. */
  static int[] of(long[] hashes) {
    return Arrays.stream(hashes).mapToInt(Stripes::of).sorted().distinct().toArray();
  }

  /** Returns all of them. */
  static int[] all() {
    int[] all = new int[COUNT];
    Arrays.setAll(all, i -> i);
    return all;
  }

  /** Waits for the writers' turn of a stripe. */
  void takeTurn(int stripe) {
    turns[stripe].lock();
  }

  /** Takes a turn if nobody has it. */
  boolean tryTurn(int stripe) {
    return turns[stripe].tryLock();
  }

  void endTurn(int stripe) {
    turns[stripe].unlock();
  }

  void takeTurns(int[] ordered) {
    for (int stripe : ordered) {
      turns[stripe].lock();
    }
  }

  void endTurns(int[] ordered) {
    for (int stripe : ordered) {
      turns[stripe].unlock();
    }
  }

  /** Returns the gate of a stripe. */
  StampedLock gate(int stripe) {
    return gates[stripe];
  }

  /** Waits, gate by gate, until those that are closed now have been opened. */
  void passGates() {
    for (StampedLock gate : gates) {
      if (gate.isWriteLocked()) {
        gate.unlockRead(gate.readLock());
      }
    }
  }

  /** Closes the gates of these stripes; returns what {@link #openGates} needs. */
  long[] closeGates(int[] ordered) {
    long[] closed = new long[ordered.length];
    for (int i = 0; i < ordered.length; i++) {
      closed[i] = gates[ordered[i]].writeLock();
    }
    return closed;
  }

  void openGates(int[] ordered, long[] closed) {
    for (int i = 0; i < ordered.length; i++) {
      gates[ordered[i]].unlockWrite(closed[i]);
    }
  }
}
