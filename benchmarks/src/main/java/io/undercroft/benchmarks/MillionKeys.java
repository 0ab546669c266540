package io.undercroft.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Lays a million files into a folder and lets a JVM with a heap of 64 MiB go through the keys. Ends
 * with 0 if every key was there exactly once.
 */
public final class MillionKeys {
  private static final int MAKERS = 4;

  private MillionKeys() {}

  /**
   * Makes the files, starts the other JVM, removes the files.
   *
   * @param arguments perhaps another number of files than 1,000,000
   */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int exit;
    try (Scratch scratch = Scratch.create()) {
      long start = System.nanoTime();
      lay(scratch.directory(), count);
      out.printf("%,d files made in %,d ms%n", count, millisSince(start));
      exit =
          StreamsInSmallHeap.run(
              count,
              List.of(StreamsInSmallHeap.Way.KEYS),
              Map.of("type", "file", "path", scratch.directory().toString()));
      start = System.nanoTime();
      removeFiles(scratch.directory());
      out.printf("removed in %,d ms%n", millisSince(start));
    }
    if (exit != 0) {
      System.exit(exit);
    }
  }

  static long millisSince(long start) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  /** Lays files down as a person or a copy would: values only, nothing that a plugin added. */
  private static void lay(Path folder, int count) throws InterruptedException, ExecutionException {
    ExecutorService makers = Executors.newFixedThreadPool(MAKERS);
    try {
      List<Future<Void>> parts =
          IntStream.range(0, MAKERS)
              .mapToObj(
                  maker ->
                      makers.<Void>submit(
                          () -> {
                            for (int i = maker; i < count; i += MAKERS) {
                              byte[] json =
                                  ("{\"number\": " + i + "}\n").getBytes(StandardCharsets.UTF_8);
                              Files.write(folder.resolve(Films.key(i) + ".json"), json);
                            }
                            return null;
                          }))
              .toList();
      for (Future<Void> part : parts) {
        part.get();
      }
    } finally {
      makers.shutdownNow();
    }
  }

  /** Removes the files without holding a list of them. */
  private static void removeFiles(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder, "*.json")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }
}
