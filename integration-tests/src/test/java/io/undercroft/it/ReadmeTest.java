package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.codec.Codecs;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
      Snippet.compile("Readme" + i, blocks.get(i), temporary);
    }
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
