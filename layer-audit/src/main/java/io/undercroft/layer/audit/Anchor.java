package io.undercroft.layer.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file outside of a trail that keeps its head, so that a trail that was cut off or written anew
 * does not fit any more.
 *
 * <p><b>Threads:</b> for one writer at a time.
 */
final class Anchor {
  private static final Pattern FORM =
      Pattern.compile(
          "\\{\"seq\":([0-9]{1,18}),\"hash\":\"([0-9a-f]{64})\",\"closed\":(true|false)\\}\\s*");

  private final Path file;

  Anchor(Path file) {
    this.file = file.toAbsolutePath().normalize();
  }

  /**
   * What the anchor says.
   *
   * @param head a record that must be in the trail
   * @param closed whether it was the last one
   */
  record Mark(Head head, boolean closed) {
    Mark {
      Objects.requireNonNull(head, "head");
    }

    /** Returns whether it knows no record yet. */
    boolean isBeginning() {
      return head.sequence() == 0 && !closed;
    }
  }

  Path file() {
    return file;
  }

  /** Returns what it says; empty if there is no such file. */
  Optional<Mark> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Matcher matcher = FORM.matcher(Files.readString(file));
    if (!matcher.matches()) {
      throw new IOException("it is not an anchor");
    }
    return Optional.of(
        new Mark(
            new Head(Long.parseLong(matcher.group(1)), matcher.group(2)),
            Boolean.parseBoolean(matcher.group(3))));
  }

  /** Puts a new mark in the place of the old one. */
  void write(Mark mark) throws IOException {
    Path folder = Objects.requireNonNull(file.getParent(), "a file lies in a folder");
    Files.createDirectories(folder);
    Path fresh = folder.resolve(file.getFileName() + ".new");
    String text =
        "{\"seq\":%d,\"hash\":\"%s\",\"closed\":%s}\n"
            .formatted(mark.head().sequence(), mark.head().hash(), mark.closed());
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(StandardCharsets.US_ASCII.encode(text));
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
