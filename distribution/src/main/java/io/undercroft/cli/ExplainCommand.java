package io.undercroft.cli;

import io.undercroft.storage.Storage;
import io.undercroft.storage.query.Query;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "explain",
    description =
        "Print how a query is answered: who answers it, indexes used, what is pushed down and what"
            + " is left over.",
    footerHeading = "%nExample:%n",
    footer =
        "  undercroft explain '{\"where\": {\"field\": \"Director\", \"operator\": \"eq\", \"value\": \"Ang Lee\"}}'")
final class ExplainCommand extends QuestionCommand {
  @Mixin OutputFormat output = new OutputFormat();

  ExplainCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage, Query asked) {
    JsonObject explained = Json.explanation(storage.indexed().explain(asked));
    if (output.isTable(console())) {
      Table table = new Table("WHAT", "HOW");
      explained.forEach((what, how) -> table.row(what, how.toString()));
      table.printTo(console());
    } else {
      console().give(explained.toString());
    }
    return ExitCode.DONE;
  }
}
