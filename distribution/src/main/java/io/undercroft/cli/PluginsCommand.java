package io.undercroft.cli;

import io.undercroft.runtime.config.PluginSettings;
import io.undercroft.runtime.discovery.PluginLock;
import io.undercroft.storage.PluginInfo;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "plugins",
    description = "List the plugins that were found, broken ones with the reason.")
final class PluginsCommand extends UndercroftCommand implements UndercroftCommand.Runs {
  @Mixin OutputFormat output = new OutputFormat();

  @Option(names = "--options", description = "In the table, list each plugin's options too.")
  boolean options;

  @Option(
      names = "--lock",
      arity = "0..1",
      paramLabel = "FOLDER",
      fallbackValue = "",
      description =
          "Trust what now lies in the plugins folder (default: the configured one): write its"
              + " plugins.lock.")
  @Nullable String lock;

  PluginsCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws Exception {
    if (lock != null) {
      return lock(lock);
    }
    return with(undercroft -> list(undercroft.plugins()));
  }

  private int lock(String folder) {
    PluginSettings configured = builder().pluginSettings();
    Path plugins = folder.isEmpty() ? configured.path() : Path.of(folder);
    Path list =
        configured
            .lock()
            .filter(elsewhere -> folder.isEmpty())
            .orElse(plugins.resolve(PluginLock.FILE_NAME));
    PluginLock written = PluginLock.write(plugins, list);
    console()
        .say(
            "Wrote "
                + list
                + ": its "
                + written.hashes().size()
                + " jars, and only these, are trusted now.");
    return ExitCode.DONE;
  }

  private int list(List<PluginInfo> plugins) {
    if (!output.isTable(console())) {
      plugins.forEach(plugin -> console().give(Json.plugin(plugin).toString()));
      return ExitCode.DONE;
    }
    Table table = new Table("ID", "VERSION", "STATE", "ORIGIN");
    for (PluginInfo plugin : plugins) {
      table.row(plugin.id(), plugin.version(), plugin.usable() ? "ok" : "broken", plugin.origin());
    }
    table.printTo(console());
    for (PluginInfo plugin : plugins) {
      plugin
          .problem()
          .ifPresent(problem -> console().give("\n" + plugin.id() + " is broken: " + problem));
      if (options && !plugin.options().isEmpty()) {
        console().give("\nOptions of " + plugin.id() + ":");
        plugin.options().forEach(option -> console().give("  " + option));
      }
    }
    return ExitCode.DONE;
  }
}
