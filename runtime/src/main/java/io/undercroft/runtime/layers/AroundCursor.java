package io.undercroft.runtime.layers;

import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Cursor;
import java.util.List;

/**
 * A cursor whose every page is a call of its own: opening it was one, KEYS or SCAN or QUERY, and
 * each {@link #next} is a PAGE. Closing is none.
 */
record AroundCursor<E>(Chain chain, Cursor<E> below) implements Cursor<E> {
  @Override
  public List<E> next() {
    return chain.run(Kind.PAGE, below::next);
  }

  @Override
  public void close() {
    below.close();
  }
}
