package io.undercroft.cli;

import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.Undercroft;
import jakarta.json.JsonValue;
import picocli.CommandLine.Option;

/** A command on one storage, whose values it takes as plain JSON. */
abstract sealed class StorageCommand extends UndercroftCommand implements UndercroftCommand.Runs
    permits AggregateCommand,
        AuditShowCommand,
        AuditVerifyCommand,
        ClearCommand,
        DeleteCommand,
        ExportCommand,
        GetCommand,
        HasCommand,
        ImportCommand,
        IndexCreateCommand,
        IndexDropCommand,
        IndexListCommand,
        KeysCommand,
        QuestionCommand,
        SetCommand,
        ShellCommand,
        SizeCommand,
        TierApplyCommand,
        TierExplainCommand,
        TierPlanCommand,
        WatchCommand {
  @Option(
      names = {"-s", "--storage"},
      paramLabel = "NAME",
      defaultValue = StorageName.DEFAULT,
      description = "The storage to work on (default: the default storage).")
  String storageName = StorageName.DEFAULT;

  StorageCommand(Console console) {
    super(console);
  }

  @Override
  public final Integer call() throws Exception {
    return with(this::run);
  }

  int run(Undercroft undercroft) throws Exception {
    return run(undercroft.storage(storageName, JsonValue.class));
  }

  int run(Storage<JsonValue> storage) throws Exception {
    throw new AssertionError("a command implements one of the two run methods");
  }
}
