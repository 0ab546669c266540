package io.undercroft.runtime.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of documents that a parser shows, by name; it checks the others, and goes past them.
 *
 * <p>Documents of one storage mostly have the same members in the same places. So it keeps what
 * name was where last, and a parser that finds the same bytes there need not look closer.
 *
 * <p><b>Threads:</b> one.
 */
final class Shown {
  private static final int PLACES = 64;
  private static final int LONGEST = 64;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Set<String> names;
  private final @Nullable Likely[] places = new Likely[PLACES];

  Shown(Set<String> names) {
    this.names = Set.copyOf(names);
  }

  boolean shows(String name) {
    return names.contains(name);
  }

  /** Returns the name that was at a place last, if these bytes are it and a double quote. */
  @Nullable Likely at(int place, byte[] in, int from, int end) {
    Likely likely = place < PLACES ? places[place] : null;
    return likely != null && likely.isAt(in, from, end) ? likely : null;
  }

  /** Keeps a name that is at a place, where its bytes are ASCII and stand for themselves. */
  void keep(int place, String name) {
    if (place < PLACES && name.length() <= LONGEST) {
      Likely likely = places[place];
      if (likely == null || !likely.name.equals(name)) {
        places[place] = new Likely(name, shows(name));
      }
    }
  }

  /** A name with what ends it, eight bytes at once. */
  static final class Likely {
    final String name;
    final boolean shown;

    /** The name and the double quote behind it. */
    final int length;

    private final long[] words;
    private final long lastMask;

    private Likely(String name, boolean shown) {
      this.name = name;
      this.shown = shown;
      this.length = name.length() + 1;
      this.words = new long[(length + Long.BYTES - 1) / Long.BYTES];
      for (int i = 0; i < length; i++) {
        long c = i < name.length() ? name.charAt(i) : '"';
        words[i / Long.BYTES] |= c << (i % Long.BYTES * Byte.SIZE);
      }
      this.lastMask = -1L >>> ((words.length * Long.BYTES - length) * Byte.SIZE);
    }

    /** Returns whether it is there, as far as whole words of bytes can be looked at. */
    private boolean isAt(byte[] in, int from, int end) {
      int last = words.length - 1;
      if (end - from < words.length * Long.BYTES) {
        return false;
      }
      for (int i = 0; i < last; i++) {
        if ((long) LONGS.get(in, from + i * Long.BYTES) != words[i]) {
          return false;
        }
      }
      return ((long) LONGS.get(in, from + last * Long.BYTES) & lastMask) == words[last];
    }
  }
}
