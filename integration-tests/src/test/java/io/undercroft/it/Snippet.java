package io.undercroft.it;

import io.undercroft.testkit.fixture.PluginJar;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A few lines of Java as a page shows them, with what the reader is to imagine. */
final class Snippet {
  private static final Pattern ROOMS = Pattern.compile("(?m)^@Inject .*\\brooms;");

  private Snippet() {}

  /** Returns the class path of the tests. */
  static Path[] classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toArray(Path[]::new);
  }

  /** Compiles lines that begin with {@code @Inject} as fields and all others as statements. */
  static void compile(String name, String block, Path folder, Path... more) {
    Path[] classPath = Arrays.copyOf(more, more.length + classPath().length);
    System.arraycopy(classPath(), 0, classPath, more.length, classPath().length);
    PluginJar.library(name)
        .source("snippet." + name, inClass(name, block))
        .classPath(classPath)
        .write(folder.resolve(name + ".jar"));
  }

  private static String inClass(String name, String block) {
    List<String> lines = block.lines().toList();
    return """
        package snippet;
        import static io.undercroft.storage.query.Field.field;
        import io.undercroft.storage.*;
        import io.undercroft.storage.event.*;
        import io.undercroft.storage.query.*;
        import jakarta.inject.Inject;
        import java.time.Duration;
        import java.util.*;
        class NAME {
          record Room(List<String> guests) {
            Room with(String guest) { return new Room(List.of(guest)); }
          }
          private static final org.slf4j.Logger log = org.slf4j.LoggerFactory.getLogger("snippet");
          private Room room = new Room(List.of());
          FIELDS
          void run() {
            STATEMENTS
          }
        }
        """
        .replace("NAME", name)
        .replace("FIELDS", fields(block, lines))
        .replace("STATEMENTS", those(lines, false));
  }

  private static String fields(String block, List<String> lines) {
    String given = ROOMS.matcher(block).find() ? "" : "Storage<Room> rooms;";
    String undercroft = block.contains(" undercroft;") ? "" : "Undercroft undercroft;";
    return String.join("\n", given, undercroft, those(lines, true));
  }

  private static String those(List<String> lines, boolean fields) {
    return lines.stream()
        .filter(line -> line.startsWith("@Inject") == fields)
        .collect(Collectors.joining("\n"));
  }
}
