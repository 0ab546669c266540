package io.undercroft.it.durability;

import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A process in which many threads write into a folder at the same time, so that they share trips to
 * the disk. Each writes growing numbers, by turns under a key of its own and under a new one, and
 * says which were acknowledged: a line of key and number.
 *
 * <p>Arguments: the folder, its durability, its subfolders, how many threads, the number to begin
 * with.
 */
final class ManyWriters {
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private ManyWriters() {}

  public static void main(String[] arguments) throws Exception {
    try (Undercroft undercroft = open(arguments[0], arguments[1], arguments[2])) {
      Storage<Long> numbers = undercroft.storage(Long.class);
      long first = Long.parseLong(arguments[4]);
      for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
        int own = i;
        Thread thread = new Thread(() -> write(numbers, own, first));
        thread.setDaemon(true);
        thread.start();
      }
      while (System.in.read() >= 0) {
        // until nobody listens any more
      }
    }
  }

  static Undercroft open(String folder, String durability, String subfolders) {
    return Undercroft.builder()
        .withoutAmbientConfig()
        .storage(
            "default",
            Map.of(
                "type", "file",
                "path", folder,
                "durability", durability,
                "subfolders", subfolders))
        .open();
  }

  private static void write(Storage<Long> numbers, int own, long first) {
    try {
      for (long number = first; ; number++) {
        String key = number % 2 == 0 ? "own-" + own : own + "-" + number;
        numbers.set(key, number);
        OUT.print(key + " " + number + "\n");
      }
    } catch (StorageException e) {
      System.err.println(e.getMessage()); // the power is gone
    }
  }
}
