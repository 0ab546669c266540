package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launchers of Unix and of Windows start the same JVM in the same way. */
final class LaunchersTest {
  private static final int DEADLINE_SECONDS = 60;
  private static final Pattern JVM_OPTION =
      Pattern.compile("-XX:[+-]?\\w+(?:=\\d+)?|-X(?:log|share):[\\w:=,*]+|--[a-z-]+=[\\w-]+");
  private static final Pattern PROPERTY = Pattern.compile("-D[\\w.]+");
  private static final Pattern VARIABLE = Pattern.compile("UNDERCROFT_[A-Z_]+|JAVA_HOME");
  private static final Pattern LIMIT = Pattern.compile("(?:-lt|-ge|LSS|GEQ) (\\d+)");

  private final String unix = launcher("undercroft");
  private final String windows = launcher("undercroft.bat");

  private static String launcher(String name) {
    try {
      return Files.readString(Path.of("src/main/dist/bin", name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<String> all(Pattern pattern, String in) {
    return pattern.matcher(in).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  @Test
  void bothGiveTheSameOptions() {
    assertThat(all(JVM_OPTION, unix)).isEqualTo(all(JVM_OPTION, windows)).hasSizeGreaterThan(8);
  }

  @Test
  void bothSetTheSamePropertiesButForWhatWindowsCannotTell() {
    Set<String> expected = new TreeSet<>(all(PROPERTY, unix));
    expected.removeIf(property -> property.startsWith("-Dundercroft.terminal."));
    assertThat(all(PROPERTY, windows)).isEqualTo(expected).hasSize(3);
  }

  @Test
  void bothListenToTheSameVariables() {
    assertThat(all(VARIABLE, windows)).isEqualTo(all(VARIABLE, unix)).hasSize(4);
  }

  @Test
  void bothKnowTheSameJavas() {
    assertThat(limits(windows)).isEqualTo(limits(unix)).containsExactlyInAnyOrder("17", "24");
  }

  /** A stand-in for Java says how it was called; {@code script} gives it a terminal. */
  @Test
  void theUnixOneTellsAPipeFromATerminal(@TempDir Path temporary) throws Exception {
    Path script = Path.of("/usr/bin/script");
    assumeTrue(
        System.getProperty("os.name").equals("Linux") && Files.isExecutable(script),
        "script of util-linux is here");
    Path launcher = installed(temporary);

    String properties = "-Dundercroft.terminal.";
    assertThat(said(temporary, launcher.toString(), "keys"))
        .contains(properties + "in=false", properties + "out=false", properties + "err=false");
    assertThat(said(temporary, script.toString(), "-qec", launcher + " keys", "/dev/null"))
        .contains(properties + "in=true", properties + "out=true", properties + "err=true");
  }

  @Test
  void theUnixOneFindsItsHomeThroughLinks(@TempDir Path temporary) throws Exception {
    assumeTrue(File.separatorChar == '/', "a shell is here");
    Path launcher = installed(temporary);
    Path link = Files.createSymbolicLink(temporary.resolve("undercroft"), launcher);
    Path folder = Files.createSymbolicLink(temporary.resolve("tools"), launcher.getParent());
    String home = "-Dundercroft.home=" + temporary.toRealPath().resolve("home");

    for (Path way : List.of(launcher, link, folder.resolve("undercroft"))) {
      assertThat(said(temporary, way.toString(), "keys")).as("%s", way).contains(home);
    }
  }

  /** Returns the launcher in a home of its own, with a Java that says how it was called. */
  private Path installed(Path temporary) throws IOException {
    Path launcher = temporary.resolve("home/bin/undercroft");
    Path java = temporary.resolve("java/bin/java");
    Files.createDirectories(launcher.getParent());
    Files.createDirectories(java.getParent());
    Files.writeString(launcher, unix);
    Files.writeString(java, "#!/bin/sh\nfor word; do echo \"$word\"; done\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return launcher;
  }

  private static List<String> said(Path temporary, String... command) throws Exception {
    Path out = Files.createTempFile(temporary, "out", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", temporary.resolve("java").toString());
    Process process =
        builder.redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return Files.readString(out).lines().toList();
  }

  private static Set<String> limits(String launcher) {
    return LIMIT.matcher(launcher).results().map(m -> m.group(1)).collect(Collectors.toSet());
  }
}
