package io.undercroft.cli;

import io.undercroft.storage.Storage;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "create",
    description = "Create an index over what is there and all that comes.",
    footerHeading = "%nExample:%n",
    footer = "  undercroft index create by-director Director 'IMDB Rating:desc'")
final class IndexCreateCommand extends StorageCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "Letters, digits, '_' and '-'.")
  String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FIELD[:desc]",
      description = "The paths of the fields, in order; ascending, or with :desc descending.")
  List<String> fields = new ArrayList<>();

  @Option(
      names = {"-t", "--type"},
      paramLabel = "TYPE",
      defaultValue = "ordered",
      description = "One of ${COMPLETION-CANDIDATES} (default: ordered).")
  IndexDefinition.Type type = IndexDefinition.Type.ORDERED;

  @Option(names = "--unique", description = "Refuse a second entry with the same values.")
  boolean unique;

  @Option(names = "--sparse", description = "Leave out entries that have none of the fields.")
  boolean sparse;

  IndexCreateCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) {
    List<Order> order = fields.stream().map(IndexCreateCommand::order).toList();
    storage.indexed().createIndex(new IndexDefinition(name, type, order, unique, sparse));
    return ExitCode.DONE;
  }

  /** Reads a path; the last {@code :asc} or {@code :desc} is the direction. */
  private static Order order(String field) {
    if (field.endsWith(":desc")) {
      return Order.desc(field.substring(0, field.length() - ":desc".length()));
    }
    return Order.asc(
        field.endsWith(":asc") ? field.substring(0, field.length() - ":asc".length()) : field);
  }
}
