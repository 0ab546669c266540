package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the README of the unpacked distribution says can be typed. */
@DisabledOnOs(OS.WINDOWS)
final class DistributionReadmeIT {
  private static final int SECONDS = 120;

  private final Path home = new Distribution().home();

  @TempDir Path temporary;

  @Test
  void itsCommandsWork() throws Exception {
    List<String> blocks = Fenced.in(home.resolve("README.md"), "sh");
    assertThat(blocks).hasSize(2);
    Path bin = Files.createDirectory(temporary.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("undercroft"), home.resolve("bin/undercroft"));
    File said = temporary.resolve("said.txt").toFile();
    Process shell =
        new ProcessBuilder("sh", "-e", "-c", blocks.get(1))
            .directory(temporary.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said)
            .start();
    assertThat(shell.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(said).content().contains("{\"title\":\"Movie night\"}", "verified");
    assertThat(shell.exitValue()).isZero();
    assertThat(temporary.resolve("data/rooms/friday.json")).content().contains("Movie night");
    assertThat(temporary.resolve("data/rooms.db")).isNotEmptyFile();
  }
}
