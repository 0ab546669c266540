package io.undercroft.cli;

import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import picocli.CommandLine.Command;

@Command(name = "size", description = "Print the number of entries.")
final class SizeCommand extends StorageCommand {
  SizeCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) {
    console().give(String.valueOf(storage.size()));
    return ExitCode.DONE;
  }
}
