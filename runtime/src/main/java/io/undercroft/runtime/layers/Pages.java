package io.undercroft.runtime.layers;

import io.undercroft.spi.Cursor;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Cursors that look at another one's pages. */
final class Pages {
  private Pages() {}

  static <A, B> Cursor<B> map(Cursor<A> below, Function<A, B> change) {
    return new Changed<>(below, page -> page.stream().map(change).toList());
  }

  /** Leaves elements out, and pages of which nothing is left. */
  static <E> Cursor<E> filter(Cursor<E> below, Predicate<E> keep) {
    return new Changed<>(below, page -> page.stream().filter(keep).toList());
  }

  private record Changed<A, B>(Cursor<A> below, Function<List<A>, List<B>> change)
      implements Cursor<B> {
    @Override
    public List<B> next() {
      List<A> page = below.next();
      List<B> changed = change.apply(page);
      while (changed.isEmpty() && !page.isEmpty()) {
        page = below.next();
        changed = change.apply(page);
      }
      return changed;
    }

    @Override
    public void close() {
      below.close();
    }
  }
}
