package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command in the blocks {@code console} of {@code docs/guide.md} prints what stands there,
 * from the first to the last, in one folder: where the guide has an ellipsis, anything; and the
 * exit status in brackets, if it is not 0.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the guide's commands are those of a Unix shell")
final class GuideIT {
  private static final String PROMPT = "$ ";
  private static final String EXPORT = "export ";
  private static final int SECONDS = 120;

  @TempDir Path temporary;

  /** A command and what it is to print. */
  private record Exchange(String command, String printed) {}

  @Test
  void everyCommandPrintsWhatTheGuideSays() throws Exception {
    copy(new Distribution().home(), temporary.resolve("undercroft"));
    PluginAuthorsGuideTest.packed().write(temporary.resolve("notebook-1.0.0.jar"));
    List<String> differences = new ArrayList<>();
    int commands = 0;
    for (Fenced block : Fenced.in(GuideTest.GUIDE)) {
      if (block.language().startsWith("properties ") && !block.file().contains("/")) {
        Files.writeString(temporary.resolve(block.file()), block.text());
      } else if (block.language().equals("console")) {
        Map<String, String> environment = new HashMap<>();
        for (Exchange exchange : exchanges(block.text())) {
          commands++;
          String printed = run(exchange.command(), environment);
          if (!matches(exchange.printed(), printed)) {
            differences.add(
                "$ "
                    + exchange.command()
                    + "\n"
                    + printed
                    + "but the guide says\n"
                    + exchange.printed());
          }
        }
      }
    }
    assertThat(commands).isGreaterThan(20);
    assertThat(String.join("\n", differences)).isEmpty();
  }

  private static List<Exchange> exchanges(String block) {
    List<Exchange> all = new ArrayList<>();
    for (String each : block.split("(?m)^" + Pattern.quote(PROMPT), -1)) {
      if (!each.isEmpty()) {
        int end = each.indexOf('\n');
        all.add(new Exchange(each.substring(0, end), each.substring(end + 1)));
      }
    }
    return all;
  }

  private static boolean matches(String guide, String printed) {
    String pattern =
        Stream.of(guide.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return Pattern.matches(pattern, printed);
  }

  private String run(String command, Map<String, String> environment) throws Exception {
    if (command.startsWith(EXPORT)) {
      for (String each : command.substring(EXPORT.length()).split(" ", -1)) {
        String[] variable = each.split("=", 2);
        environment.put(variable[0], variable[1]);
      }
      return "";
    }
    Path out = Files.createTempFile(temporary, "out", ".txt");
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
    builder.environment().keySet().removeIf(name -> name.startsWith("STORAGE"));
    builder.environment().putAll(environment);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .merge("PATH", "", (path, none) -> temporary.resolve("undercroft/bin") + ":" + path);
    Process process =
        builder
            .directory(temporary.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("no end of " + command);
    }
    String printed = Files.readString(out);
    int status = process.exitValue();
    return status == 0 ? printed : printed + "[" + status + "]\n";
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Path target = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else {
          Files.copy(each, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }
}
