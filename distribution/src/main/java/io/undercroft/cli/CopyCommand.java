package io.undercroft.cli;

import io.undercroft.storage.Undercroft;
import jakarta.json.JsonValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "copy",
    description = {
      "Copy every entry from one storage to another, read it back and compare.",
      "Entries that are there already and equal are left alone: a copy that was stopped goes on where it was when"
          + " it is started again. Entries that only the target has stay there."
    })
final class CopyCommand extends UndercroftCommand implements UndercroftCommand.Runs {
  private static final int SHOWN = 5;

  @Option(names = "--from", required = true, paramLabel = "NAME", description = "Copy from here.")
  String from = "";

  @Option(names = "--to", required = true, paramLabel = "NAME", description = "Copy to here.")
  String to = "";

  CopyCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws Exception {
    Copier.requireTwo(from, to);
    return with(this::copy);
  }

  private int copy(Undercroft undercroft) {
    Copier.Copied copied =
        Copier.copy(
            console(),
            undercroft.storage(from, JsonValue.class),
            undercroft.storage(to, JsonValue.class));
    console()
        .say(
            "Copied "
                + Count.entries(copied.written())
                + " from '"
                + from
                + "' to '"
                + to
                + "'; "
                + copied.alreadyThere()
                + " were there already; "
                + copied.verified()
                + " verified.");
    if (!copied.different().isEmpty()) {
      console()
          .say(
              Count.entries(copied.different().size())
                  + " read back differently, somebody else may be writing; start the copy again. First: "
                  + Json.texts(
                      copied.different().subList(0, Math.min(SHOWN, copied.different().size()))));
      return ExitCode.FAILURE;
    }
    return ExitCode.DONE;
  }
}
