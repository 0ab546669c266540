package io.undercroft.cli;

import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.Support;
import io.undercroft.storage.Undercroft;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "storages",
    description = "List the configured storages: plugin, layers, capabilities, promises.")
final class StoragesCommand extends UndercroftCommand implements UndercroftCommand.Runs {
  @Mixin OutputFormat output = new OutputFormat();

  StoragesCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws Exception {
    return with(this::list);
  }

  private int list(Undercroft undercroft) {
    for (String name : undercroft.names()) {
      StorageInfo info = undercroft.info(name);
      if (output.isTable(console())) {
        describe(info);
      } else {
        console().give(Json.info(info).toString());
      }
    }
    return ExitCode.DONE;
  }

  private void describe(StorageInfo info) {
    Table table = new Table(info.name(), "");
    table.row("  plugin", info.plugin() + " " + info.pluginVersion());
    table.row("  stack", String.join(" > ", info.layers()));
    table.row("  capabilities", capabilities(info.capabilities()));
    info.limits().forEach((name, limit) -> table.row("  limit", name + " " + limit));
    info.details().forEach((name, text) -> table.row("  " + name, text));
    table.printTo(console());
  }

  private static String capabilities(Map<String, Support> capabilities) {
    return capabilities.entrySet().stream()
        .map(e -> e.getKey() + " (" + e.getValue().name().toLowerCase(Locale.ROOT) + ")")
        .collect(Collectors.joining(", "));
  }
}
