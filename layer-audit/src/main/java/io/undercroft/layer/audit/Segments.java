package io.undercroft.layer.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of one trail: {@code audit.jsonl} is written to, {@code audit.000001.jsonl} and so on
 * were put aside.
 *
 * <p><b>Threads:</b> immutable.
 */
final class Segments {
  private final Path current;
  private final Path folder;
  private final String before;
  private final String after;
  private final Pattern aside;

  Segments(Path path) {
    this.current = path.toAbsolutePath().normalize();
    this.folder = Objects.requireNonNull(current.getParent(), "a file lies in a folder");
    String name = String.valueOf(current.getFileName());
    int dot = name.lastIndexOf('.');
    this.before = dot > 0 ? name.substring(0, dot) : name;
    this.after = dot > 0 ? name.substring(dot) : "";
    this.aside = Pattern.compile(Pattern.quote(before) + "\\.[0-9]{6,}" + Pattern.quote(after));
  }

  /** Returns the file that is written to. */
  Path current() {
    return current;
  }

  Path folder() {
    return folder;
  }

  /** Returns the files that were put aside, the oldest first. */
  List<Path> aside() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> aside.matcher(String.valueOf(file.getFileName())).matches())
          .sorted()
          .toList();
    }
  }

  /** Returns the files that there are, the oldest first. */
  List<Path> all() throws IOException {
    List<Path> all = new ArrayList<>(aside());
    if (Files.exists(current)) {
      all.add(current);
    }
    return all;
  }

  /** Returns the name of the file that is put aside next. */
  Path next() throws IOException {
    List<Path> there = aside();
    int number = 1;
    if (!there.isEmpty()) {
      String last = String.valueOf(there.get(there.size() - 1).getFileName());
      String digits = last.substring(before.length() + 1, last.length() - after.length());
      number = Integer.parseInt(digits) + 1;
    }
    return folder.resolve(String.format(Locale.ROOT, "%s.%06d%s", before, number, after));
  }
}
