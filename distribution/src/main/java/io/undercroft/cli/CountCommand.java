package io.undercroft.cli;

import io.undercroft.storage.Storage;
import io.undercroft.storage.query.Query;
import jakarta.json.JsonValue;
import picocli.CommandLine.Command;

@Command(
    name = "count",
    description = "Print how many entries match; order, limit, offset and select do not matter.",
    footerHeading = "%nExample:%n",
    footer =
        "  undercroft count '{\"where\": {\"field\": \"MPAA Rating\", \"operator\": \"eq\", \"value\": null}}'")
final class CountCommand extends QuestionCommand {
  CountCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage, Query asked) {
    console().give(String.valueOf(storage.queryable().count(asked)));
    return ExitCode.DONE;
  }
}
