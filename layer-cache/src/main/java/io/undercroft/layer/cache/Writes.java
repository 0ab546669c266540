package io.undercroft.layer.cache;

import java.util.Collection;
import java.util.function.Supplier;

/** Who is told of every write, before it begins and when it is over. */
interface Writes {
  /** Does a write of one key. */
  <R> R one(String key, Supplier<R> write);

  /** Does a write of several keys. */
  <R> R many(Collection<String> keys, Supplier<R> write);

  /** Does a write that may meet any key. */
  void all(Runnable write);
}
