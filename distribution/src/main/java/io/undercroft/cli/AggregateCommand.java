package io.undercroft.cli;

import io.undercroft.runtime.QueryText;
import io.undercroft.storage.Storage;
import io.undercroft.storage.query.Pipeline;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "aggregate",
    description = {
      "Run all values through a pipeline and print what comes out, a JSON object a line; on a terminal as a table.",
      "Stages: match unwind group project sort skip limit count. A group computes count sum avg min max first last"
          + " push addToSet."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  undercroft aggregate '[",
      "    {\"match\": {\"field\": \"Worldwide Gross\", \"operator\": \"gt\", \"value\": 0}},",
      "    {\"group\": {\"by\": \"Major Genre\", \"accumulators\": {",
      "        \"films\": {\"function\": \"count\"},",
      "        \"gross\": {\"function\": \"sum\", \"field\": \"Worldwide Gross\"}}}},",
      "    {\"sort\": [{\"field\": \"gross\", \"direction\": \"desc\"}]}]'"
    })
final class AggregateCommand extends StorageCommand {
  @Parameters(
      paramLabel = "PIPELINE",
      description = "The stages as a JSON array, or - to read them from standard input.")
  String pipeline = "";

  @Mixin OutputFormat output = new OutputFormat();

  AggregateCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) throws IOException {
    Pipeline asked = QueryText.form().pipeline(QuestionCommand.given(console(), pipeline));
    List<JsonValue> documents =
        storage.queryable().aggregate(asked).stream().map(Json::of).toList();
    if (output.isTable(console())) {
      Results.ofDocuments(documents.iterator())
          .printTo(console(), spec().root().usageMessage().width());
    } else {
      Results.printLines(console(), documents.iterator());
    }
    return ExitCode.DONE;
  }
}
