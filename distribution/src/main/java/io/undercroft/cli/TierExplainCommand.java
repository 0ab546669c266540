package io.undercroft.cli;

import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.tool.Tiers;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    description = "Say in which tier an entry lies, and what each rule says of it.")
final class TierExplainCommand extends StorageCommand {
  @Parameters(paramLabel = "KEY", description = "The entry's key.")
  String key = "";

  TierExplainCommand(Console console) {
    super(console);
  }

  @Override
  int run(Undercroft undercroft) {
    Optional<Tiers.Explained> explained =
        undercroft.tool(storageName, Tiers.class).explain(key, Instant.now());
    if (explained.isEmpty()) {
      console().say("There is no entry " + StorageException.quote(key) + ".");
      return ExitCode.FALSE;
    }
    JsonObjectBuilder out =
        Json.createObjectBuilder().add("key", key).add("tier", explained.get().tier());
    explained.get().move().ifPresent(move -> out.add("move", TierCommand.json(move)));
    out.add("rules", Json.createArrayBuilder(explained.get().rules()));
    console().give(out.build().toString());
    return ExitCode.DONE;
  }
}
