package io.undercroft.storage;

/** Who does the work of a capability. */
public enum Support {
  /** The backend itself. */
  NATIVE,
  /** The runtime, from narrower things that the backend offers. */
  EMULATED
}
