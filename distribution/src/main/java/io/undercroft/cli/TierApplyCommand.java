package io.undercroft.cli;

import io.undercroft.storage.Undercroft;
import io.undercroft.storage.tool.Tiers;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "apply",
    description = {
      "Do what the rules say, one move after the other, and print each that is done.",
      "If it is broken off, start it again: it goes on from there."
    })
final class TierApplyCommand extends StorageCommand {
  TierApplyCommand(Console console) {
    super(console);
  }

  @Override
  int run(Undercroft undercroft) {
    Tiers tiers = undercroft.tool(storageName, Tiers.class);
    Instant now = Instant.now();
    List<Tiers.Move> moved;
    try (Progress progress =
        Progress.start(console(), "Moving", "entries", tiers.plan(now).size())) {
      moved =
          tiers.apply(
              now,
              move -> {
                console().give(TierCommand.json(move).toString());
                console().out().flush();
                progress.step(1);
              });
    }
    console().say(Count.entries(moved.size()) + " moved or expired.");
    for (Tiers.Figures figures : tiers.figures()) {
      console()
          .say(
              figures.tier()
                  + ": "
                  + Count.entries(figures.entries())
                  + ", "
                  + figures.bytes()
                  + " bytes of values");
    }
    return ExitCode.DONE;
  }
}
