package io.undercroft.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/** What is measured on. */
final class Machine {
  private Machine() {}

  /** Returns this machine in a line, with the day on which these results were written. */
  static String on(Path results) throws IOException {
    Path place = Files.createDirectories(Scratch.place());
    return LocalDate.ofInstant(Files.getLastModifiedTime(results).toInstant(), ZoneOffset.UTC)
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " cores ("
        + processor()
        + "), "
        + memory()
        + " of memory, "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + ", files on "
        + Files.getFileStore(place).type();
  }

  /** Returns the Java that runs this. */
  static String java() {
    return System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version");
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try (Stream<String> lines = Files.lines(info)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      }
    }
    return System.getProperty("os.arch");
  }

  private static String memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? (system.getTotalMemorySize() >> 20) + " MiB"
        : "unknown size";
  }
}
