package io.undercroft.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One run of the command line in this process, with what it was fed and what it said. */
record Run(int status, String out, String err) {
  static Run of(String... arguments) {
    return withInput("", arguments);
  }

  static Run withInput(String input, String... arguments) {
    return run(input, false, arguments);
  }

  /** A run whose data a person reads. */
  static Run onTerminal(String... arguments) {
    return run("", true, arguments);
  }

  private static Run run(String input, boolean outIsTerminal, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            outIsTerminal,
            false);
    int status = Main.run(console, arguments);
    console.out().flush();
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** A console that nobody reads. */
  static Console silent() {
    PrintStream nowhere =
        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return new Console(
        new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false, false, false);
  }

  List<String> lines() {
    return out.lines().toList();
  }
}
