package io.undercroft.runtime.query;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The few members of an object that somebody wanted, in the order in which they were found: cheaper
 * to make and to ask than a map of any size.
 *
 * <p><b>Threads:</b> one while it is filled.
 */
final class Members extends AbstractMap<String, @Nullable Object> {
  /** More members than these are looked for faster in a map that hashes. */
  static final int MOST = 8;

  private final String[] names;
  private final @Nullable Object[] values;
  private int size;

  /** Makes room for so many. */
  Members(int most) {
    names = new String[most];
    values = new Object[most];
  }

  /** Adds one whose name is not there yet. */
  @Override
  public @Nullable Object put(String name, @Nullable Object value) {
    names[size] = name;
    values[size++] = value;
    return null;
  }

  @Override
  public int size() {
    return size;
  }

  private int indexOf(@Nullable Object name) {
    for (int i = 0; i < size; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return indexOf(name) >= 0;
  }

  @Override
  public @Nullable Object get(@Nullable Object name) {
    int index = indexOf(name);
    return index < 0 ? null : values[index];
  }

  @Override
  public Set<Map.Entry<String, @Nullable Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Iterator<Map.Entry<String, @Nullable Object>> iterator() {
        return new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < size;
          }

          @Override
          public Map.Entry<String, @Nullable Object> next() {
            if (next >= size) {
              throw new NoSuchElementException("there are " + size + " members");
            }
            int at = next++;
            return new SimpleImmutableEntry<>(names[at], values[at]);
          }
        };
      }
    };
  }
}
