package io.undercroft.plugin.jdbc;

/** What a failure of the engine means, whatever its own code for it. */
enum Trouble {
  /** The connection is gone. */
  LOST,
  /** Somebody else wrote in between: the same again may succeed. */
  CONFLICT,
  /** The engine ended a circle of those who wait for each other. */
  DEADLOCK,
  /** A unique index does not allow it. */
  DUPLICATE,
  /** It took too long, and was undone. */
  TIMEOUT,
  /** There is no room left. */
  FULL,
  /** The thread was interrupted before the engine was asked. */
  INTERRUPTED,
  /** Anything else: what was asked was refused. */
  REFUSED
}
