package io.undercroft.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a document that a program makes: what stands between two lines that name it. */
final class Markers {
  private Markers() {}

  /**
   * Puts text between the two lines.
   *
   * @param maker the program, as the two lines name it
   * @throws IOException also if the document lacks one of them
   */
  static void fill(Path document, String maker, String markdown) throws IOException {
    String begin = "<!-- made by " + maker + ": begin -->\n";
    String text = Files.readString(document);
    int from = text.indexOf(begin);
    int to = text.indexOf("<!-- made by " + maker + ": end -->");
    if (from < 0 || to < from) {
      throw new IOException(
          "'" + document + "' lacks the two lines that say where the text of " + maker + " goes");
    }
    Files.writeString(
        document, text.substring(0, from + begin.length()) + markdown + text.substring(to));
  }
}
