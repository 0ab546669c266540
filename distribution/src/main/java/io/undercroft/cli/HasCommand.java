package io.undercroft.cli;

import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "has", description = "Print whether there is an entry under a key.")
final class HasCommand extends StorageCommand {
  @Parameters(paramLabel = "KEY", description = "The key.")
  String key = "";

  HasCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) {
    boolean has = storage.has(key);
    console().give(String.valueOf(has));
    return has ? ExitCode.DONE : ExitCode.FALSE;
  }
}
