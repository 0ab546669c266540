package io.undercroft.benchmarks;

/** One side of a comparison, a constant of an enum; {@link Ratios} reads what it is. */
interface Side {
  /** Returns what it is, in a few words; for Undercroft itself nothing. */
  String is();

  /** Returns the constant's name. */
  String name();
}
