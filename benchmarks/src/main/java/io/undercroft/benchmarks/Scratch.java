package io.undercroft.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory for one benchmark, gone afterwards. It is made in the directory that the system
 * property {@code benchmarks.dir} names, or else where the program itself is: there, other than in
 * the system's directory for temporary files, a disk may be expected.
 */
record Scratch(Path directory) implements AutoCloseable {
  static Scratch create() throws IOException {
    return new Scratch(
        Files.createTempDirectory(Files.createDirectories(place()), "benchmark-").toRealPath());
  }

  static Path place() {
    @Nullable String chosen = System.getProperty("benchmarks.dir");
    return chosen == null
        ? Path.of(
                URI.create(
                    Scratch.class.getProtectionDomain().getCodeSource().getLocation().toString()))
            .resolveSibling("benchmark-data")
        : Path.of(chosen);
  }

  @Override
  public void close() throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(directory)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
