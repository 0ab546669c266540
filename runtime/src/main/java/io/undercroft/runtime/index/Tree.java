package io.undercroft.runtime.index;

import java.util.Comparator;
import java.util.NoSuchElementException;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A sorted set that never changes: adding and removing give a new one, which shares nearly
 * everything with the old. So a query reads one state from its beginning to its end, whatever is
 * written meanwhile. Every node knows how many elements it holds: counting a range and finding the
 * n-th element take as many steps as finding one.
 *
 * <p>Balanced by weight, as in Adams' "Functional Pearls: Efficient sets" with the parameters that
 * Hirai and Yamamoto proved: neither side of a node has more than three times the other's weight.
 *
 * <p><b>Threads:</b> immutable.
 */
final class Tree<E> {
  private static final int DELTA = 3;
  private static final int GAMMA = 2;

  private final Comparator<? super E> order;
  private final @Nullable Node<E> root;

  private static final class Node<E> {
    final E element;
    final int size;
    final @Nullable Node<E> left;
    final @Nullable Node<E> right;

    Node(E element, int size, @Nullable Node<E> left, @Nullable Node<E> right) {
      this.element = element;
      this.size = size;
      this.left = left;
      this.right = right;
    }
  }

  private Tree(Comparator<? super E> order, @Nullable Node<E> root) {
    this.order = order;
    this.root = root;
  }

  static <E> Tree<E> empty(Comparator<? super E> order) {
    return new Tree<>(order, null);
  }

  int size() {
    return size(root);
  }

  /** Returns this set with an element, in the place of an equal one. */
  Tree<E> with(E element) {
    return new Tree<>(order, with(root, element));
  }

  /** Returns this set without an element. */
  Tree<E> without(E element) {
    Node<E> less = without(root, element);
    return less == root ? this : new Tree<>(order, less);
  }

  /** Returns the element before which there are so many. */
  E get(int index) {
    Node<E> at = root;
    int rest = index;
    while (at != null) {
      int before = size(at.left);
      if (rest == before) {
        return at.element;
      } else if (rest < before) {
        at = at.left;
      } else {
        rest -= before + 1;
        at = at.right;
      }
    }
    throw new NoSuchElementException("there are " + size() + " elements, none at " + index);
  }

  /**
   * Returns how many elements come before a range.
   *
   * @param place negative for elements before the range, 0 within, positive after it
   */
  int before(ToIntFunction<? super E> place) {
    return count(place, 0);
  }

  /** Returns how many elements come before the end of a range. */
  int upTo(ToIntFunction<? super E> place) {
    return count(place, 1);
  }

  private int count(ToIntFunction<? super E> place, int bound) {
    int count = 0;
    Node<E> at = root;
    while (at != null) {
      if (place.applyAsInt(at.element) < bound) {
        count += size(at.left) + 1;
        at = at.right;
      } else {
        at = at.left;
      }
    }
    return count;
  }

  private static int size(@Nullable Node<?> node) {
    return node == null ? 0 : node.size;
  }

  private static int weight(@Nullable Node<?> node) {
    return size(node) + 1;
  }

  private static <E> Node<E> node(@Nullable Node<E> left, E element, @Nullable Node<E> right) {
    return new Node<>(element, size(left) + size(right) + 1, left, right);
  }

  private Node<E> with(@Nullable Node<E> at, E element) {
    if (at == null) {
      return new Node<>(element, 1, null, null);
    }
    int compared = order.compare(element, at.element);
    if (compared == 0) {
      return new Node<>(element, at.size, at.left, at.right);
    }
    return compared < 0
        ? balanced(with(at.left, element), at.element, at.right)
        : balanced(at.left, at.element, with(at.right, element));
  }

  private @Nullable Node<E> without(@Nullable Node<E> at, E element) {
    if (at == null) {
      return null;
    }
    int compared = order.compare(element, at.element);
    if (compared < 0) {
      Node<E> left = without(at.left, element);
      return left == at.left ? at : balanced(left, at.element, at.right);
    } else if (compared > 0) {
      Node<E> right = without(at.right, element);
      return right == at.right ? at : balanced(at.left, at.element, right);
    } else if (at.left == null) {
      return at.right;
    } else if (at.right == null) {
      return at.left;
    }
    return balanced(at.left, first(at.right), withoutFirst(at.right));
  }

  private static <E> E first(Node<E> from) {
    Node<E> at = from;
    while (at.left != null) {
      at = at.left;
    }
    return at.element;
  }

  private static <E> @Nullable Node<E> withoutFirst(Node<E> at) {
    return at.left == null ? at.right : balanced(withoutFirst(at.left), at.element, at.right);
  }

  private static <E> Node<E> balanced(@Nullable Node<E> left, E element, @Nullable Node<E> right) {
    if (right != null && weight(right) > DELTA * weight(left)) {
      return weight(right.left) < GAMMA * weight(right.right)
          ? node(node(left, element, right.left), right.element, right.right)
          : doubleLeft(left, element, right);
    } else if (left != null && weight(left) > DELTA * weight(right)) {
      return weight(left.right) < GAMMA * weight(left.left)
          ? node(left.left, left.element, node(left.right, element, right))
          : doubleRight(left, element, right);
    }
    return node(left, element, right);
  }

  private static <E> Node<E> doubleLeft(@Nullable Node<E> left, E element, Node<E> right) {
    Node<E> middle = right.left;
    if (middle == null) {
      throw new IllegalStateException("the heavier side is empty");
    }
    return node(
        node(left, element, middle.left),
        middle.element,
        node(middle.right, right.element, right.right));
  }

  private static <E> Node<E> doubleRight(Node<E> left, E element, @Nullable Node<E> right) {
    Node<E> middle = left.right;
    if (middle == null) {
      throw new IllegalStateException("the heavier side is empty");
    }
    return node(
        node(left.left, left.element, middle.left),
        middle.element,
        node(middle.right, element, right));
  }
}
