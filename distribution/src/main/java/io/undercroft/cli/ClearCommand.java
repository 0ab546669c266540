package io.undercroft.cli;

import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "clear", description = "Remove every entry. Asks first when a person types.")
final class ClearCommand extends StorageCommand {
  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  ClearCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) throws Exception {
    if (!yes && console().inIsTerminal()) {
      console()
          .say(
              "This removes all of storage '"
                  + storage.name()
                  + "', "
                  + Count.entries(storage.size())
                  + ". Type its name to go on:");
      String answer =
          new BufferedReader(new InputStreamReader(console().in(), StandardCharsets.UTF_8))
              .readLine();
      if (!storage.name().equals(answer)) {
        console().say("Nothing was removed.");
        return ExitCode.FALSE;
      }
    }
    storage.clear();
    return ExitCode.DONE;
  }
}
