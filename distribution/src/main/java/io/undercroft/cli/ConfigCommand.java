package io.undercroft.cli;

import io.undercroft.storage.ConfigInfo;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "config",
    description = "Print the configuration in force, each setting with its source, secrets masked.")
final class ConfigCommand extends UndercroftCommand implements UndercroftCommand.Runs {
  @Mixin OutputFormat output = new OutputFormat();

  ConfigCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws Exception {
    return with(undercroft -> list(undercroft.config()));
  }

  private int list(List<ConfigInfo> settings) {
    if (!output.isTable(console())) {
      settings.forEach(setting -> console().give(Json.config(setting).toString()));
      return ExitCode.DONE;
    }
    Table table = new Table("NAME", "VALUE", "SOURCE");
    settings.forEach(s -> table.row(s.name(), s.value(), s.source()));
    table.printTo(console());
    return ExitCode.DONE;
  }
}
