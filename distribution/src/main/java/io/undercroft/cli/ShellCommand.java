package io.undercroft.cli;

import io.undercroft.storage.Undercroft;
import java.io.BufferedInputStream;
import picocli.CommandLine.Command;

@Command(
    name = "shell",
    description = {
      "Read one command a line, in one process.",
      "On a terminal: get KEY, set KEY JSON … with completion and history. From a pipe: one JSON request a line,",
      "{\"op\":\"set\",\"storage\":\"rooms\",\"key\":\"a\",\"value\":1}, and one line of answer to each, in order;",
      "an answered write is as durable as the storage promises."
    })
final class ShellCommand extends StorageCommand {
  ShellCommand(Console console) {
    super(console);
  }

  @Override
  int run(Undercroft undercroft) throws Exception {
    try (Requests requests = new Requests(console(), undercroft, storageName)) {
      if (console().inIsTerminal()) {
        return new InteractiveShell(console(), requests, undercroft, storageName).run();
      }
      new RequestLines(new BufferedInputStream(console().in(), 1 << 16), console().out(), requests)
          .serve();
    }
    return ExitCode.DONE;
  }
}
