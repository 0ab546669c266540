package io.undercroft.benchmarks;

import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Opens a folder of many files and goes through its keys: the part of {@link MillionKeys} with
 * little memory.
 */
public final class KeysInSmallHeap {
  private static final String NAME = "films";

  private KeysInSmallHeap() {}

  /**
   * Goes through the keys; ends with 1 if one is missing, twice or not expected.
   *
   * @param arguments the folder and the number of keys
   */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int expected = Integer.parseInt(arguments[1]);
    long start = System.nanoTime();
    try (Undercroft undercroft =
        Undercroft.builder()
            .withoutAmbientConfig()
            .storage(NAME, Map.of("type", "file", "path", arguments[0]))
            .open()) {
      Storage<Object> films = undercroft.storage(NAME, Object.class);
      long size = films.size();
      out.printf("open and size() = %,d: %,d ms%n", size, MillionKeys.millisSince(start));
      start = System.nanoTime();
      int count = count(films, expected);
      out.printf("keys() gave %,d: %,d ms%n", count, MillionKeys.millisSince(start));
      System.gc();
      out.printf(
          "heap: %,d MiB at most allowed, %,d MiB live at the end%n",
          Runtime.getRuntime().maxMemory() >> 20, used() >> 20);
      if (count != expected || size != expected) {
        throw new IllegalStateException("expected " + expected + " keys");
      }
    }
  }

  private static int count(Storage<Object> films, int expected) {
    BitSet seen = new BitSet(expected);
    try (Stream<String> keys = films.keys()) {
      for (Iterator<String> each = keys.iterator(); each.hasNext(); ) {
        String key = each.next();
        int number = Integer.parseInt(key.substring(key.indexOf('-') + 1));
        if (seen.get(number) || !key.equals(Films.key(number))) {
          throw new IllegalStateException("key '" + key + "' came twice, or is not one of ours");
        }
        seen.set(number);
      }
    }
    return seen.cardinality();
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
