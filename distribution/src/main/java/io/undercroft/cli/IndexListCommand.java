package io.undercroft.cli;

import io.undercroft.storage.Storage;
import io.undercroft.storage.query.IndexInfo;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "list", description = "Print the indexes with their figures.")
final class IndexListCommand extends StorageCommand {
  @Mixin OutputFormat output = new OutputFormat();

  IndexListCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) throws IOException {
    List<IndexInfo> indexes = storage.indexed().listIndexes();
    if (output.isTable(console())) {
      Table table =
          new Table("NAME", "TYPE", "STATE", "ENTRIES", "BYTES", "HITS", "MISSES", "FIELDS");
      indexes.forEach(index -> table.row(row(index)));
      table.printTo(console());
    } else {
      Results.printLines(console(), indexes.stream().<JsonValue>map(Json::index).iterator());
    }
    return ExitCode.DONE;
  }

  private static String[] row(IndexInfo index) {
    return new String[] {
      index.definition().name(),
      index.definition().type().name().toLowerCase(Locale.ROOT)
          + (index.definition().unique() ? ", unique" : "")
          + (index.definition().sparse() ? ", sparse" : ""),
      index.building() ? "building" : "ready",
      String.valueOf(index.entries()),
      index.bytes() < 0 ? "?" : String.valueOf(index.bytes()),
      String.valueOf(index.hits()),
      String.valueOf(index.misses()),
      index.definition().fields().stream()
          .map(field -> field.field() + (field.descending() ? ":desc" : ""))
          .collect(Collectors.joining(", "))
    };
  }
}
