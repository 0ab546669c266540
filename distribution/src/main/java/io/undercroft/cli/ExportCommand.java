package io.undercroft.cli;

import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import java.nio.file.Path;
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
    Exporter exporter = new Exporter(console());
    long count =
        file == null ? exporter.stream(console().out(), storage) : exporter.file(file, storage);
    console().say("Exported " + Count.entries(count) + " from storage '" + storage.name() + "'.");
    return ExitCode.DONE;
  }
}
