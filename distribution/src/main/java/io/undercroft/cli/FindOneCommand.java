package io.undercroft.cli;

import io.undercroft.storage.Storage;
import io.undercroft.storage.query.Query;
import jakarta.json.JsonValue;
import java.util.Optional;
import picocli.CommandLine.Command;

@Command(
    name = "findone",
    description = "Print the first value that matches; exit 1 if there is none.",
    footerHeading = "%nExample:%n",
    footer =
        "  undercroft findone '{\"orderBy\": [{\"field\": \"IMDB Votes\", \"direction\": \"desc\"}]}'")
final class FindOneCommand extends QuestionCommand {
  FindOneCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage, Query asked) {
    Optional<JsonValue> found = storage.queryable().findOne(asked);
    if (found.isEmpty()) {
      console().say("storage '" + storage.name() + "' has no entry that matches");
      return ExitCode.FALSE;
    }
    console().give(found.get().toString());
    return ExitCode.DONE;
  }
}
