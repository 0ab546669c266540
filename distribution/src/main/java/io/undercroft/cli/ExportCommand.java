package io.undercroft.cli;

import io.undercroft.storage.Entry;
import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = {
      "Write every entry as a line {\"key\":…,\"value\":…}, with expiresAt and metadata where there are.",
      "The order of the lines is the storage's own."
    })
final class ExportCommand extends StorageCommand {
  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "The file, which must not exist yet (default: standard output).")
  @Nullable Path file;

  ExportCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) throws Exception {
    long count;
    if (file == null) {
      count = write(storage, console().out());
    } else {
      count = writeFile(storage, file);
    }
    console().say("Exported " + count + " entries from storage '" + storage.name() + "'.");
    return ExitCode.DONE;
  }

  private long writeFile(Storage<JsonValue> storage, Path target) throws IOException {
    if (Files.exists(target)) {
      throw new UsageException("file '" + target + "' exists; name one that does not");
    }
    try (PrintStream out =
        new PrintStream(
            new java.io.BufferedOutputStream(Files.newOutputStream(target), 1 << 16),
            false,
            StandardCharsets.UTF_8)) {
      long count = write(storage, out);
      out.flush();
      if (out.checkError()) {
        throw new IOException("could not write all of '" + target + "'");
      }
      return count;
    }
  }

  private long write(Storage<JsonValue> storage, PrintStream out) throws IOException {
    long count = 0;
    try (Stream<Entry<JsonValue>> entries = storage.entries();
        Progress progress = Progress.start(console(), "export", "entries", storage.size())) {
      Iterator<Entry<JsonValue>> each = entries.iterator();
      while (each.hasNext()) {
        out.print(Json.exported(each.next()));
        out.print('\n');
        progress.step(1);
        if ((++count & 0x3FF) == 0 && out.checkError()) {
          throw new IOException("nobody reads the output any more, after " + count + " entries");
        }
      }
    }
    return count;
  }
}
