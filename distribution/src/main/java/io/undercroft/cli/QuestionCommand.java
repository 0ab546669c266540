package io.undercroft.cli;

import io.undercroft.runtime.QueryText;
import io.undercroft.storage.Storage;
import io.undercroft.storage.query.Query;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Parameters;

/** A command that asks one query. */
abstract sealed class QuestionCommand extends StorageCommand
    permits CountCommand, ExplainCommand, FindOneCommand, QueryCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "QUERY",
      defaultValue = "{}",
      description =
          "The query as JSON, or - to read it from standard input (default: {}, everything).")
  String query = "{}";

  QuestionCommand(Console console) {
    super(console);
  }

  @Override
  final int run(Storage<JsonValue> storage) throws Exception {
    return run(storage, QueryText.form().query(given(console(), query)));
  }

  abstract int run(Storage<JsonValue> storage, Query asked) throws Exception;

  /** Returns the argument, or for - what standard input holds. */
  static String given(Console console, String argument) throws java.io.IOException {
    return argument.equals("-")
        ? new String(console.in().readAllBytes(), StandardCharsets.UTF_8)
        : argument;
  }
}
