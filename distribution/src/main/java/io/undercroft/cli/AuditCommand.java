package io.undercroft.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "audit",
    description = "Show and verify the audit trail of a storage.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {AuditShowCommand.class, AuditVerifyCommand.class})
final class AuditCommand implements Runnable {
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
          spec.commandLine(), "Say what to do with the trail: show or verify.");
    }
  }
}
