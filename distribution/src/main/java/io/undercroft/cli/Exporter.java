package io.undercroft.cli;

import io.undercroft.storage.Entry;
import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.stream.Stream;

/** Writes the entries of a storage as lines, with a progress bar. */
record Exporter(Console console) {
  private static final int LOOK_EVERY = 0x3FF;

  /**
   * Writes to a file that does not exist yet.
   *
   * @return how many entries were written
   */
  long file(Path file, Storage<JsonValue> storage) throws IOException {
    try (OutputStream created = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
        PrintStream out = new Output(created)) {
      long count = stream(out, storage);
      Output.check(out);
      return count;
    } catch (FileAlreadyExistsException e) {
      throw new UsageException("file '" + file + "' exists; name one that does not", e);
    } catch (NoSuchFileException e) {
      throw new UsageException("there is no folder for file '" + file + "'", e);
    }
  }

  /** Writes to a stream, which stays open; returns how many entries were written. */
  long stream(PrintStream out, Storage<JsonValue> storage) throws IOException {
    long count = 0;
    try (Stream<Entry<JsonValue>> entries = storage.entries();
        Progress progress = Progress.start(console, "export", "entries", storage.size())) {
      Iterator<Entry<JsonValue>> each = entries.iterator();
      while (each.hasNext()) {
        out.print(Json.exported(each.next()));
        out.print('\n');
        progress.step(1);
        if ((++count & LOOK_EVERY) == 0) {
          Output.check(out);
        }
      }
    }
    return count;
  }
}
