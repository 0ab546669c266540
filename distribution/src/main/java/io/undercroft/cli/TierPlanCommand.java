package io.undercroft.cli;

import io.undercroft.storage.Undercroft;
import io.undercroft.storage.tool.Tiers;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "plan",
    description = "Print what apply would do now, one move a line, and change nothing.")
final class TierPlanCommand extends StorageCommand {
  TierPlanCommand(Console console) {
    super(console);
  }

  @Override
  int run(Undercroft undercroft) {
    List<Tiers.Move> plan = undercroft.tool(storageName, Tiers.class).plan(Instant.now());
    plan.forEach(move -> console().give(TierCommand.json(move).toString()));
    console().say(Count.entries(plan.size()) + " would move or expire.");
    return ExitCode.DONE;
  }
}
