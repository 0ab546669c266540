package io.undercroft.cli;

import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "delete", description = "Remove an entry; print whether there was one.")
final class DeleteCommand extends StorageCommand {
  @Parameters(paramLabel = "KEY", description = "The key.")
  String key = "";

  @Option(
      names = "--if-version",
      paramLabel = "VERSION",
      description = "Only if the entry has this version; else exit 1.")
  @Nullable String ifVersion;

  DeleteCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) {
    boolean existed = ifVersion == null ? storage.delete(key) : storage.delete(key, ifVersion);
    console().give(String.valueOf(existed));
    return existed ? ExitCode.DONE : ExitCode.FALSE;
  }
}
