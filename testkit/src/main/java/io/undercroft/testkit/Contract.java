package io.undercroft.testkit;

/** A part of the contracts: tests that need nothing but something to work on. */
interface Contract {
  /** Returns what this test works on. */
  Subject subject();
}
