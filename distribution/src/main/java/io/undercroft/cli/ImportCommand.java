package io.undercroft.cli;

import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    description = {
      "Read entries from a file: a JSON array of values with --key FIELD, or lines {\"key\":…,\"value\":…} as"
          + " export writes them.",
      "All keys of a file are checked before the first entry is written."
    })
final class ImportCommand extends StorageCommand {
  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      defaultValue = "-",
      description = "The file; - is standard input (default), which is written as it is read.")
  String file = "-";

  @Option(
      names = {"-k", "--key"},
      paramLabel = "FIELD",
      description =
          "The field of each value that is its key; a number or boolean stands for its text.")
  @Nullable String keyField;

  @Option(
      names = "--duplicates",
      paramLabel = "fail|number|first|last",
      defaultValue = "fail",
      description =
          "What to do with a key that came before: fail (default), number it (\"Ben-Hur (2)\"), keep the first"
              + " or the last.")
  ImportedEntries.Duplicates duplicates = ImportedEntries.Duplicates.FAIL;

  @Option(
      names = "--missing",
      paramLabel = "fail|number|skip",
      defaultValue = "fail",
      description =
          "What to do with a value without a key: fail (default), take its position (\"#17\"), skip it.")
  ImportedEntries.Missing missing = ImportedEntries.Missing.FAIL;

  ImportCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) throws Exception {
    Importer importer = new Importer(console(), Optional.ofNullable(keyField), duplicates, missing);
    long written =
        file.equals("-")
            ? importer.stream(console().in(), storage.batched())
            : importer.file(Path.of(file), storage.batched());
    console().say("Imported " + Count.entries(written) + " into storage '" + storage.name() + "'.");
    return ExitCode.DONE;
  }
}
