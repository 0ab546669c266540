package io.undercroft.cli;

import io.undercroft.storage.tool.Tiers;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "tier",
    description = "Plan, apply and explain the rules that move entries between tiers.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TierPlanCommand.class, TierApplyCommand.class, TierExplainCommand.class})
final class TierCommand implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Spec CommandLine.Model.@Nullable CommandSpec spec;

  /** Without one of its commands: wrong usage. */
  @Override
  public void run() {
    if (spec != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "Say what to do with the tiers: plan, apply or explain.");
    }
  }

  /** Returns a move as JSON. */
  static JsonObject json(Tiers.Move move) {
    JsonObjectBuilder out =
        jakarta.json.Json.createObjectBuilder().add("key", move.key()).add("from", move.from());
    move.to().ifPresentOrElse(to -> out.add("to", to), () -> out.add("expires", true));
    return out.add("rule", move.rule()).build();
  }
}
