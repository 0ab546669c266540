package io.undercroft.cli;

import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "keys", description = "Print the keys, each as a JSON text on its own line.")
final class KeysCommand extends StorageCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "PREFIX",
      defaultValue = "",
      description = "Only keys that start with this.")
  String prefix = "";

  KeysCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) {
    try (Stream<String> keys = storage.keys(prefix)) {
      keys.forEach(key -> console().give(Json.text(key).toString()));
    }
    return ExitCode.DONE;
  }
}
