package io.undercroft.cli;

import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** The entry point of {@code bin/undercroft}. */
@Command(
    name = "undercroft",
    description =
        "One storage API, every backend: look at, move and watch what your storages hold.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    usageHelpAutoWidth = true,
    subcommands = {
      PluginsCommand.class,
      StoragesCommand.class,
      ConfigCommand.class,
      GetCommand.class,
      SetCommand.class,
      DeleteCommand.class,
      HasCommand.class,
      KeysCommand.class,
      SizeCommand.class,
      ClearCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      QueryCommand.class,
      CountCommand.class,
      FindOneCommand.class,
      AggregateCommand.class,
      ExplainCommand.class,
      IndexCommand.class,
      CopyCommand.class,
      AuditCommand.class,
      TierCommand.class,
      WatchCommand.class,
      ShellCommand.class,
      BenchCommand.class,
      DemoCommand.class,
      AutoComplete.GenerateCompletion.class,
      CommandLine.HelpCommand.class
    },
    footerHeading = "%nExit status:%n",
    footer = {
      "  0  done",
      "  1  not found, false, or a condition that does not hold",
      "  2  wrong usage or configuration",
      "  3  the storage failed",
      "",
      "Data goes to standard output (values as JSON, lists as one JSON value a line), words to"
          + " standard error.",
      "Start with:  undercroft demo"
    })
final class Main implements Runnable {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Read this configuration file (.properties, .yaml, .yml).")
  @Nullable Path configFile;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      mapFallbackValue = "true",
      description = "Set one configuration property, above every other source.")
  Map<String, String> properties = new LinkedHashMap<>();

  @CommandLine.Spec CommandLine.Model.@Nullable CommandSpec spec;

  private final Console console;

  Main(Console console) {
    this.console = console;
  }

  /** Runs one command and ends the process with its status. */
  public static void main(String[] arguments) {
    Console console = Console.ofProcess();
    System.exit(run(console, arguments));
  }

  static int run(Console console, String... arguments) {
    CommandLine line = new CommandLine(new Main(console), new Commands(console));
    line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExitCodeExceptionMapper(Main::exitCode);
    line.setParameterExceptionHandler((wrong, given) -> wrongUsage(console, wrong));
    line.setExecutionExceptionHandler(
        (failure, at, parsed) -> {
          console.out().flush();
          if (failure instanceof Output.ReaderGoneException) {
            return ExitCode.DONE;
          }
          console.say(describe(failure));
          return exitCode(failure);
        });
    int status = line.execute(arguments);
    if (status == ExitCode.FAILURE) {
      return status; // it has been said why
    }
    try {
      Output.check(console.out());
      return status;
    } catch (Output.ReaderGoneException e) {
      return status;
    } catch (IOException e) {
      console.say(describe(e));
      return ExitCode.FAILURE;
    }
  }

  /** Says what is wrong and how the command goes, short enough that both are seen. */
  private static int wrongUsage(Console console, CommandLine.ParameterException wrong) {
    CommandLine at = wrong.getCommandLine();
    boolean command = at.getParent() != null;
    if (wrong instanceof CommandLine.UnmatchedArgumentException unmatched
        && !command
        && !unmatched.getUnmatched().get(0).startsWith("-")) {
      console.say(
          "There is no command " + StorageException.quote(unmatched.getUnmatched().get(0)) + ".");
      List<String> meant = unmatched.getSuggestions();
      console.say(
          meant.isEmpty()
              ? "There are " + String.join(", ", at.getSubcommands().keySet()) + "."
              : "Did you mean " + String.join(" or ", meant) + "?");
    } else {
      console.say(String.valueOf(wrong.getMessage()));
      console
          .err()
          .print(
              command
                  ? "Usage: " + at.getHelp().synopsis("Usage: ".length())
                  : at.getUsageMessage());
    }
    console.say("Try '" + at.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  private static int exitCode(Throwable failure) {
    if (failure instanceof StorageException storage) {
      return ExitCode.of(storage);
    }
    return failure instanceof UsageException || failure instanceof CommandLine.ParameterException
        ? ExitCode.USAGE
        : ExitCode.FAILURE;
  }

  /** Says in words what went wrong. */
  static String describe(Throwable failure) {
    if (failure instanceof StorageException || failure instanceof UsageException) {
      return String.valueOf(failure.getMessage());
    }
    if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
      return describe(unchecked.getCause());
    }
    if (failure instanceof NoSuchFileException missing) {
      return "there is no file '" + missing.getFile() + "'";
    }
    if (failure instanceof AccessDeniedException denied) {
      return "this user may not read or write '" + denied.getFile() + "'";
    }
    if (failure instanceof IOException) {
      return "input or output failed: " + failure.getMessage();
    }
    return "unexpected failure, please report it: " + failure;
  }

  /** Without a command: the usage. */
  @Override
  public void run() {
    if (spec != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "Say what to do: one of the commands below.");
    }
  }

  Console console() {
    return console;
  }

  Optional<Path> configFile() {
    return Optional.ofNullable(configFile);
  }

  /** The version from the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      @Nullable String own = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "undercroft " + (own == null ? "unknown" : own),
        "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
      };
    }
  }
}
