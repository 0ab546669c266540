package io.undercroft.testkit.history;

import io.undercroft.storage.Isolation;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What transactions can do to each other.
 *
 * <p>G-names are those of Adya ("Weak Consistency", MIT 1999; Adya, Liskov, O'Neil, "Generalized
 * Isolation Level Definitions", ICDE 2000): cycles in the graph of who depends on whom. T2 depends
 * on T1 by <i>ww</i> if it overwrites what T1 wrote, by <i>wr</i> if it reads what T1 wrote, and by
 * <i>rw</i> (an anti-dependency) if it overwrites what T1 read. P4 and A5 are those of Berenson and
 * others ("A Critique of ANSI SQL Isolation Levels", SIGMOD 1995).
 */
public enum Anomaly {
  /** A transaction does not see its own writes. */
  INTERNAL(Isolation.READ_UNCOMMITTED),
  /** A value was read that nobody has written. */
  GARBAGE(Isolation.READ_UNCOMMITTED),
  /** No order of the committed writes leads to what is there when all is over. */
  LOST_WRITE(Isolation.READ_UNCOMMITTED),
  /** Write cycle (Adya G0, "dirty write"): only ww. */
  G0(Isolation.READ_UNCOMMITTED),
  /** Aborted read (Adya G1a): of a write that was rolled back. */
  G1A(Isolation.READ_COMMITTED),
  /** Intermediate read (Adya G1b): of a write that its own transaction overwrote. */
  G1B(Isolation.READ_COMMITTED),
  /** Circular information flow (Adya G1c): ww and wr. */
  G1C(Isolation.READ_COMMITTED),
  /**
   * Lost update (P4): two transactions read the same version of something and both write it.
   *
   * <p>A kind of G-single.
   */
  LOST_UPDATE(Isolation.REPEATABLE_READ),
  /** Two reads of a list of which neither continues the other: something appended was lost. */
  INCOMPATIBLE_ORDER(Isolation.REPEATABLE_READ),
  /**
   * Single anti-dependency cycle (Adya G-single, "read skew", A5A) over entries read by key:
   * exactly one rw, otherwise ww and wr. Fuzzy reads and an observed transaction that vanishes
   * (OTV) are of this kind.
   */
  G_SINGLE(Isolation.REPEATABLE_READ),
  /**
   * Anti-dependency cycle (Adya G2-item, "write skew", A5B) over entries read by key: more than one
   * rw.
   *
   * <p>Adya's PL-2.99 forbids it at the level that SQL calls REPEATABLE READ; engines that give a
   * snapshot under that name do not. {@link Isolation#REPEATABLE_READ} promises what both keep.
   */
  G2_ITEM(Isolation.SERIALIZABLE),
  /**
   * No order of the transactions, run one after the other, gives what they read and left: what is
   * not above is here, above all what concerns predicates (Adya G2; phantoms, PMP).
   */
  NOT_SERIAL(Isolation.SERIALIZABLE);

  private final Isolation from;

  Anomaly(Isolation from) {
    this.from = from;
  }

  /** Returns whether a transaction at this level is promised not to see it. */
  public boolean isForbiddenAt(Isolation level) {
    return level.compareTo(from) >= 0;
  }

  /** Returns all that are forbidden at this level; each level forbids what those below it do. */
  public static Set<Anomaly> forbiddenAt(Isolation level) {
    Set<Anomaly> all = EnumSet.noneOf(Anomaly.class);
    for (Anomaly anomaly : values()) {
      if (anomaly.isForbiddenAt(level)) {
        all.add(anomaly);
      }
    }
    return Collections.unmodifiableSet(all);
  }
}
