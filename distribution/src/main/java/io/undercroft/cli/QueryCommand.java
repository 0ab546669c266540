package io.undercroft.cli;

import io.undercroft.storage.Storage;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.util.Iterator;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "query",
    description = {
      "Print the entries that match, each as a line {\"key\":…,\"value\":…}; on a terminal as a table.",
      "Operators: eq ne gt gte lt lte in nin regex exists; and or not; nested."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  undercroft query '{\"where\": {\"operator\": \"and\", \"conditions\": [",
      "      {\"field\": \"Director\", \"operator\": \"eq\", \"value\": \"Steven Spielberg\"},",
      "      {\"field\": \"IMDB Rating\", \"operator\": \"gte\", \"value\": 8}]},",
      "    \"orderBy\": [{\"field\": \"IMDB Rating\", \"direction\": \"desc\"}],",
      "    \"limit\": 10, \"select\": [\"Title\", \"IMDB Rating\"]}'"
    })
final class QueryCommand extends QuestionCommand {
  @Mixin OutputFormat output = new OutputFormat();

  @Option(
      names = "--cursors",
      description =
          "In JSON, give each result's cursor: the next page is the same query with \"after\":"
              + " CURSOR.")
  boolean cursors;

  QueryCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage, Query asked) throws IOException {
    try (Stream<QueryResult<JsonValue>> found = storage.queryable().query(asked)) {
      Iterator<JsonObject> results = found.map(result -> Json.queried(result, cursors)).iterator();
      if (output.isTable(console())) {
        Results.ofQuery(results).printTo(console(), spec().root().usageMessage().width());
      } else {
        Results.printLines(console(), results);
      }
    }
    return ExitCode.DONE;
  }
}
