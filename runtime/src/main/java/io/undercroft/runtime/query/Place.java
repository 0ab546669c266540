package io.undercroft.runtime.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where something stands in the order of a query. */
public interface Place {
  /** Returns the values that decide, as many as the order has steps. */
  List<@Nullable Object> values();

  /** Returns the key, which decides last. */
  String key();
}
