package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.codec.Codecs;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import io.undercroft.testkit.fixture.PluginJar;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows compiles, and what its settings say is taken. */
final class ReadmeTest {
  private static final Path README = Path.of("../README.md");

  @TempDir Path temporary;

  @Test
  void itsJavaCompiles() throws Exception {
    List<String> blocks = Fenced.in(README, "java");
    assertThat(blocks).hasSize(3);
    for (int i = 0; i < blocks.size(); i++) {
      String name = "Readme" + i;
      PluginJar.library(name)
          .source("readme." + name, inClass(name, blocks.get(i)))
          .classPath(
              Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                  .map(Path::of)
                  .toArray(Path[]::new))
          .write(temporary.resolve(name + ".jar"));
    }
  }

  /** Puts fields and statements where they may stand, with what the reader is to imagine. */
  private static String inClass(String name, String block) {
    List<String> lines = block.lines().toList();
    return """
        package readme;
        import static io.undercroft.storage.query.Field.field;
        import io.undercroft.storage.*;
        import io.undercroft.storage.query.*;
        import jakarta.inject.Inject;
        import java.time.Duration;
        import java.util.*;
        class NAME {
          record Room(List<String> guests) {
            Room with(String guest) { return new Room(List.of(guest)); }
          }
          private static final org.slf4j.Logger log = org.slf4j.LoggerFactory.getLogger("readme");
          private Room room = new Room(List.of());
          FIELDS
          void run() {
            STATEMENTS
          }
        }
        """
        .replace("NAME", name)
        .replace("FIELDS", those(lines, true))
        .replace("STATEMENTS", those(lines, false));
  }

  private static String those(List<String> lines, boolean fields) {
    return lines.stream()
        .filter(line -> line.startsWith("@Inject") == fields)
        .collect(Collectors.joining("\n"));
  }

  @Test
  void itsPropertiesOpenAStorageOfFiles() throws Exception {
    String text = Fenced.in(README, "properties").get(0);
    Path file =
        Files.writeString(
            temporary.resolve("application.properties"),
            text.replaceAll(" +#.*", "")
                .replace("./data/rooms", temporary.resolve("r").toString()));
    try (Undercroft undercroft = Undercroft.builder().withoutAmbientConfig().config(file).open()) {
      Storage<String> storage = undercroft.storage(String.class);
      assertThat(storage.info().plugin()).isEqualTo("file");
      storage.set("a", "b");
      assertThat(temporary.resolve("r/a.json")).hasContent("\"b\"");
    }
  }

  @Test
  void itsTableNamesEveryFormatAndCompression() throws Exception {
    String row =
        Files.readAllLines(README).stream()
            .filter(line -> line.startsWith("| `storage.codec`"))
            .findFirst()
            .orElseThrow();
    assertThat(Codecs.formats()).allSatisfy(id -> assertThat(row).contains("`" + id + "`"));
    assertThat(Codecs.compressions()).allSatisfy(id -> assertThat(row).contains("`" + id + "`"));
  }
}
