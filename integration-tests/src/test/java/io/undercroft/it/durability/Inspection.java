package io.undercroft.it.durability;

import io.undercroft.it.Shell;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares what a storage holds with what it may hold; one line for each thing that must not be.
 */
public final class Inspection {
  private Inspection() {}

  /** Compares the values with the ledger, and the size with the values. */
  static List<String> of(Shell shell, Ledger ledger, List<List<String>> pairs) {
    JsonObject answer = shell.ask(Line.getMany(ledger.keys()));
    if (!answer.getBoolean("ok")) {
      return List.of("unreadable: " + answer);
    }
    JsonObject found = answer.getJsonObject("result");
    List<String> wrong = new ArrayList<>(ledger.check(found, pairs));
    JsonObject size = shell.ask(Line.size());
    if (!size.getBoolean("ok") || size.getInt("result") != found.size()) {
      wrong.add("size says " + size + ", but " + found.size() + " entries are there");
    }
    return wrong;
  }

  /** Looks for files that no start may leave behind. */
  public static List<String> ofFiles(Path root) throws IOException {
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Inspection::isTemporary).map(f -> "left behind: " + f).toList();
    } catch (java.io.UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return List.of(); // a file went away while the storage was being tidied: not left behind
      }
      throw e;
    }
  }

  private static boolean isTemporary(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".tmp") || name.endsWith(".commit");
  }
}
