package io.undercroft.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How lists of facts are printed: for a person or for a program. */
final class OutputFormat {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description =
          "A table, or one JSON object a line (default: a table on a terminal, else JSON).")
  @Nullable Form form;

  /** The two ways. */
  enum Form {
    /** Aligned columns. */
    TABLE,
    /** One JSON object a line. */
    JSON
  }

  boolean isTable(Console console) {
    return form == null ? console.outIsTerminal() : form == Form.TABLE;
  }
}
