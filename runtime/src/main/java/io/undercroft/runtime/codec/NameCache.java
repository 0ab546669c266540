package io.undercroft.runtime.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names of properties that came by lately: documents of one storage have the same ones, so most
 * need neither a new string nor its hash.
 *
 * <p><b>Threads:</b> safe for concurrent use; threads may overwrite each other's entries, which
 * costs a string and nothing else. It never holds more than its size of short names.
 */
final class NameCache {
  private static final int LONGEST = 64;

  private final @Nullable Entry[] entries;

  /** Makes an empty cache; the size is a power of two. */
  NameCache(int size) {
    entries = new Entry[size];
  }

  /** Returns the string of these bytes, which are ASCII. */
  String name(byte[] in, int from, int to) {
    int slot = hash(in, from, to) & (entries.length - 1);
    Entry entry = entries[slot];
    if (entry != null && Arrays.equals(entry.bytes, 0, entry.bytes.length, in, from, to)) {
      return entry.name;
    }
    String name = new String(in, from, to - from, StandardCharsets.ISO_8859_1);
    if (to - from <= LONGEST) {
      entries[slot] = new Entry(Arrays.copyOfRange(in, from, to), name);
    }
    return name;
  }

  /** A few bytes tell the names of one type apart; where they do not, two names share a place. */
  private static int hash(byte[] in, int from, int to) {
    int length = to - from;
    if (length == 0) {
      return 0;
    }
    int hash = length;
    hash = hash * 31 + in[from];
    hash = hash * 31 + in[to - 1];
    hash = hash * 31 + in[from + length / 2];
    hash = hash * 31 + in[from + length / 4];
    return hash ^ (hash >>> 8) ^ (hash >>> 16);
  }

  /** Final fields, so that another thread sees all of it or nothing. */
  private static final class Entry {
    final byte[] bytes;
    final String name;

    Entry(byte[] bytes, String name) {
      this.bytes = bytes;
      this.name = name;
    }
  }
}
