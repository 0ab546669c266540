package io.undercroft.plugin.redis;

/** Where reads at the level {@code ONE} come from. */
enum Reads {
  /** From the primary, as at every other level and without one. */
  PRIMARY,
  /** From a replica that follows, where there is one: what is read may be seconds old. */
  REPLICA
}
