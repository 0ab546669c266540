package io.undercroft.runtime.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/** The first so many of what comes along, in an order; no more than these are held. */
final class Best<E> {
  private final Comparator<? super E> order;
  private final long most;
  private final ToLongFunction<E> size;
  private final Bounds.Held held;
  private final PriorityQueue<E> best;

  /**
   * Begins with nothing.
   *
   * @param most how many are wanted
   * @param size tells about how many bytes one holds
   */
  Best(Comparator<? super E> order, long most, ToLongFunction<E> size, Bounds bounds) {
    this.order = order;
    this.most = most;
    this.size = size;
    this.held =
        bounds
        .new Held(
            "sorting", "give a limit, narrow the condition, or create an index that has the order");
    this.best = new PriorityQueue<>(order.reversed());
  }

  void offer(E element) {
    if (best.size() >= most) {
      if (most == 0 || order.compare(element, best.element()) >= 0) {
        return;
      }
      held.remove(size.applyAsLong(best.remove()));
    }
    best.add(element);
    held.add(size.applyAsLong(element));
  }

  /** Returns them in order. */
  List<E> inOrder() {
    List<E> all = new ArrayList<>(best);
    all.sort(order);
    return all;
  }
}
