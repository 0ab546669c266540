package io.undercroft.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A block of code in a Markdown file: what is between two fences.
 *
 * @param language what stands behind the first fence: the language, and perhaps the name of a file
 */
record Fenced(String language, String text) {
  private static final String FENCE = "```";

  /** Returns the blocks of a file, in their order. */
  static List<Fenced> in(Path markdown) throws IOException {
    List<Fenced> blocks = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    String language = "";
    boolean inside = false;
    for (String line : Files.readAllLines(markdown)) {
      if (!line.startsWith(FENCE)) {
        text.append(line).append('\n');
      } else if (inside) {
        blocks.add(new Fenced(language, text.toString()));
        inside = false;
      } else {
        inside = true;
        language = line.substring(FENCE.length()).strip();
        text.setLength(0);
      }
    }
    if (inside) {
      throw new IllegalStateException("a block of " + markdown + " is never closed");
    }
    return List.copyOf(blocks);
  }

  /** Returns the texts of the blocks in one language, in their order. */
  static List<String> in(Path markdown, String language) throws IOException {
    return in(markdown).stream()
        .filter(block -> block.language().equals(language))
        .map(Fenced::text)
        .toList();
  }

  /** Returns the name of the file that the reader is to put this into; empty if none is told. */
  String file() {
    int blank = language.indexOf(' ');
    return blank < 0 ? "" : language.substring(blank + 1);
  }
}
