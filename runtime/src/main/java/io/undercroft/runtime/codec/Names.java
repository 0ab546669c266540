package io.undercroft.runtime.codec;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names met so far in every object that is open, to find one that is there twice.
 *
 * <p>Few names are compared one by one, which is cheapest; many go into a set whose buckets turn
 * into trees, so that no choice of names makes it slow.
 */
final class Names {
  private static final int FEW = 24;

  private String[] names = new String[32];
  private int[] firsts = new int[8];

  /** For each object some bits of its names' hashes: what has none of its bits here is new. */
  private long[] seen = new long[8];

  private @Nullable Set<String>[] many = newSets(0);
  private int top;
  private int depth;

  /** Begins an object within the one that is open. */
  void open() {
    if (depth == firsts.length) {
      firsts = Arrays.copyOf(firsts, depth * 2);
      seen = Arrays.copyOf(seen, depth * 2);
    }
    seen[depth] = 0;
    firsts[depth++] = top;
  }

  /** Ends every object. */
  void clear() {
    while (depth > 0) {
      close();
    }
  }

  /** Ends the innermost object. */
  void close() {
    top = firsts[--depth];
    if (depth < many.length) {
      many[depth] = null;
    }
  }

  /** Returns whether the innermost object did not have this name yet. */
  boolean add(String name) {
    int first = firsts[depth - 1];
    if (top - first >= FEW) {
      return set(first).add(name);
    }
    int hash = name.hashCode();
    long bit = 1L << hash;
    if ((seen[depth - 1] & bit) != 0 && has(name, hash, first)) {
      return false;
    }
    seen[depth - 1] |= bit;
    if (top == names.length) {
      names = Arrays.copyOf(names, top * 2);
    }
    names[top++] = name;
    return true;
  }

  private boolean has(String name, int hash, int first) {
    for (int i = first; i < top; i++) {
      String other = names[i];
      if (other.hashCode() == hash && other.equals(name)) {
        return true;
      }
    }
    return false;
  }

  private Set<String> set(int first) {
    if (depth > many.length) {
      Set<String>[] more = newSets(Math.max(depth, many.length * 2));
      System.arraycopy(many, 0, more, 0, many.length);
      many = more;
    }
    Set<String> set = many[depth - 1];
    if (set == null) {
      set = new HashSet<>(Arrays.asList(names).subList(first, top));
      many[depth - 1] = set;
    }
    return set;
  }

  @SuppressWarnings({
    "unchecked",
    "rawtypes"
  }) // Java makes no generic arrays; only sets of strings go in
  private static @Nullable Set<String>[] newSets(int length) {
    return new Set[length];
  }
}
