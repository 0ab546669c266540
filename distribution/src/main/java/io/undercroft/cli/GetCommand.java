package io.undercroft.cli;

import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import jakarta.json.JsonValue;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "get", description = "Print the value under a key.")
final class GetCommand extends StorageCommand {
  @Parameters(paramLabel = "KEY", description = "The key.")
  String key = "";

  @Option(
      names = {"-e", "--entry"},
      description = "Print the whole entry: value, version, times, deadline, metadata.")
  boolean entry;

  GetCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) {
    Optional<JsonValue> found = entry ? storage.entry(key).map(Json::entry) : storage.get(key);
    if (found.isEmpty()) {
      console()
          .say(
              "storage '" + storage.name() + "' has no entry under " + StorageException.quote(key));
      return ExitCode.FALSE;
    }
    console().give(found.get().toString());
    return ExitCode.DONE;
  }
}
