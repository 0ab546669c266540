package io.undercroft.it.durability;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The operating system's programs, which mount, cut and trace. */
final class Programs {
  private static final int COMMAND_SECONDS = 60;

  private Programs() {}

  /** Returns why these programs cannot be used here, or empty; all need Linux and root. */
  static Optional<String> obstacle(String what, List<String> programs) {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.of("it needs Linux");
    }
    try {
      if (!output("id", "-u").equals("0")) {
        return Optional.of("it needs root, " + what);
      }
      for (String program : programs) {
        if (output("sh", "-c", "command -v " + program + " || true").isEmpty()) {
          return Optional.of("it needs the program " + program);
        }
      }
    } catch (Exception e) {
      return Optional.of("looking for what it needs failed: " + e);
    }
    return Optional.empty();
  }

  /** Skips the test if there is an obstacle, and says so where everybody sees it. */
  static void skipIf(String test, Optional<String> obstacle) {
    obstacle.ifPresent(why -> System.out.println("durability: " + test + " NOT RUN: " + why));
    assumeTrue(obstacle.isEmpty(), () -> "NOT RUN: " + obstacle.orElse(""));
  }

  /** Runs a program to its end. */
  static void run(String... command) throws IOException, InterruptedException {
    output(command);
  }

  /** Runs a program to its end and returns what it said. */
  static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " failed: " + said);
    }
    return said;
  }
}
