package io.undercroft.cli;

import io.undercroft.runtime.lifecycle.Launch;
import io.undercroft.storage.Undercroft;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What all commands share: the start, opening only the storages that a command uses, of {@link
 * Undercroft} from the distribution's configuration, the file given by {@code -c} and the
 * properties given by {@code -D}.
 */
sealed class UndercroftCommand
    permits BenchCommand,
        ConfigCommand,
        DemoCommand,
        CopyCommand,
        PluginsCommand,
        StorageCommand,
        StoragesCommand {
  @Spec CommandLine.Model.@Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  private final Console console;

  UndercroftCommand(Console console) {
    this.console = console;
  }

  final Console console() {
    return console;
  }

  final CommandLine.Model.CommandSpec spec() {
    return Objects.requireNonNull(spec, "picocli sets it");
  }

  /** Starts; the caller closes. */
  final Undercroft start() {
    return builder().open();
  }

  final Launch builder() {
    Main own = (Main) spec().root().userObject();
    Launch builder = (Launch) Undercroft.builder();
    builder.openOnUse().configuration().codeIsCalled("-D");
    home()
        .map(home -> home.resolve("conf/undercroft.properties"))
        .filter(Files::isRegularFile)
        .ifPresent(builder::config);
    own.configFile().ifPresent(builder::config);
    own.properties.forEach(builder::set);
    return builder;
  }

  /** Returns the folder in which the distribution lies, if the launcher told. */
  static Optional<Path> home() {
    return Optional.ofNullable(System.getProperty("undercroft.home")).map(Path::of);
  }

  /** Runs something against a started Undercroft and closes it. */
  final int with(Work work) throws Exception {
    try (Undercroft undercroft = start()) {
      int status = work.run(undercroft);
      console.out().flush();
      return status;
    }
  }

  /** What a command does; returns the exit status. */
  @FunctionalInterface
  interface Work {
    int run(Undercroft undercroft) throws Exception;
  }

  /** What picocli calls. */
  interface Runs extends Callable<Integer> {}
}
