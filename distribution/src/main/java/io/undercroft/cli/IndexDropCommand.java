package io.undercroft.cli;

import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "drop", description = "Remove an index; print whether there was one.")
final class IndexDropCommand extends StorageCommand {
  @Parameters(paramLabel = "NAME", description = "The index.")
  String name = "";

  IndexDropCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) {
    boolean existed = storage.indexed().dropIndex(name);
    console().give(String.valueOf(existed));
    return existed ? ExitCode.DONE : ExitCode.FALSE;
  }
}
