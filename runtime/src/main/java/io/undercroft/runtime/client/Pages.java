package io.undercroft.runtime.client;

import io.undercroft.spi.Cursor;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Spliterator;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a cursor as a stream: opened when the first element is asked for, one page in
 * memory, closed at the end of the iteration, at a failure, or by the caller.
 *
 * <p><b>Threads:</b> for one thread at a time; never split.
 */
final class Pages<T, E, R> implements Spliterator<R> {
  private final Operations<T> operations;
  private final Function<Bound<T>, Cursor<E>> opening;
  private final BiFunction<Bound<T>, E, R> mapping;
  private @Nullable Bound<T> bound;
  private @Nullable Cursor<E> cursor;
  private List<E> page = List.of();
  private int next;
  private boolean over;

  private Pages(
      Operations<T> operations,
      Function<Bound<T>, Cursor<E>> opening,
      BiFunction<Bound<T>, E, R> mapping) {
    this.operations = operations;
    this.opening = opening;
    this.mapping = mapping;
  }

  static <T, E, R> Stream<R> stream(
      Operations<T> operations,
      Function<Bound<T>, Cursor<E>> opening,
      BiFunction<Bound<T>, E, R> mapping) {
    Pages<T, E, R> pages = new Pages<>(operations, opening, mapping);
    return StreamSupport.stream(pages, false).onClose(pages::close);
  }

  @Override
  public boolean tryAdvance(Consumer<? super R> action) {
    if (over) {
      return false;
    }
    Bound<T> current = bound;
    if (next == page.size()) {
      current = turn();
      if (page.isEmpty()) {
        close();
        return false;
      }
    }
    if (current == null) {
      throw new IllegalStateException("a page without a cursor");
    }
    R element;
    try {
      element = mapping.apply(current, page.get(next));
    } catch (RuntimeException e) {
      throw closing(e);
    }
    next++;
    action.accept(element);
    return true;
  }

  /** Takes the next page, opening the cursor for the first one. */
  private Bound<T> turn() {
    Bound<T> current = bound;
    if (current == null) {
      current = operations.enter();
      bound = current;
    } else if (!current.gate.enter()) {
      StorageException closed = operations.point().closedNow();
      throw closing(operations.failed("", closed));
    }
    try {
      Cursor<E> open = cursor;
      if (open == null) {
        open = opening.apply(current);
        cursor = open;
      }
      page = open.next();
      next = 0;
      return current;
    } catch (RuntimeException e) {
      throw closing(operations.failed("", e));
    } finally {
      current.gate.exit();
    }
  }

  private RuntimeException closing(RuntimeException failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private void close() {
    over = true;
    page = List.of();
    next = 0;
    Cursor<E> open = cursor;
    cursor = null;
    if (open != null) {
      try {
        open.close();
      } catch (RuntimeException e) {
        throw operations.failed("", e);
      }
    }
  }

  @Override
  public @Nullable Spliterator<R> trySplit() {
    return null;
  }

  @Override
  public long estimateSize() {
    return Long.MAX_VALUE;
  }

  @Override
  public int characteristics() {
    return NONNULL;
  }
}
