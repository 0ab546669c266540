package io.undercroft.it.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 1,000,000 changes through ten watchers in a process with 256 MiB, one of them standing still for
 * a minute, and one more that comes back 100 times. Which run: {@code -Dwatch.seed}. Only in the
 * profile {@code watch-soak}.
 */
@Tag("watch-soak")
final class WatchSoakIT {
  private static final int MINUTES = 10;

  @TempDir Path temporary;

  @Test
  void aMillionChangesInMemory() throws Exception {
    soak("1000000", "12500", "60", "100", "type=memory");
  }

  private void soak(String... arguments) throws Exception {
    Path said = temporary.resolve("said.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-XX:+ExitOnOutOfMemoryError");
    String seed = System.getProperty("watch.seed");
    if (seed != null) {
      command.add("-Dwatch.seed=" + seed);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(WatchSoak.class.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    String report = Files.readString(said);
    System.out.println("watch: " + report);
    assertThat(ended).as("ended within %d minutes: %s", MINUTES, report).isTrue();
    assertThat(process.exitValue()).as(report).isZero();
  }
}
