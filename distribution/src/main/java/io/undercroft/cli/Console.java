package io.undercroft.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads and writes: data goes to {@code out}, words go to {@code err}, both in
 * UTF-8.
 *
 * @param in standard input
 * @param out for data; buffered, flushed by whoever wrote last
 * @param err for words; flushed at every line
 * @param inIsTerminal whether a person types
 * @param outIsTerminal whether a person reads the data
 * @param errIsTerminal whether a person reads the words, so that a progress bar makes sense
 */
record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean inIsTerminal,
    boolean outIsTerminal,
    boolean errIsTerminal) {
  /** Since this Java, System.console() is there without a terminal too, and tells. */
  private static final int CONSOLE_ALWAYS = 22;

  /**
   * Takes the process's own streams. Where the launcher can tell, it says in system properties
   * which of them are terminals; else all of them are if input and output are.
   */
  static Console ofProcess() {
    PrintStream out = new Output(new FileOutputStream(FileDescriptor.out));
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    return new Console(System.in, out, err, terminal("in"), terminal("out"), terminal("err"));
  }

  private static boolean terminal(String stream) {
    @Nullable String told = System.getProperty("undercroft.terminal." + stream);
    return told == null ? isInteractive() : Boolean.parseBoolean(told);
  }

  @SuppressWarnings(
      "SystemConsoleNull") // before Java 22 null is the answer, since then it is asked
  private static boolean isInteractive() {
    java.io.@Nullable Console own = System.console();
    if (own == null || Runtime.version().feature() < CONSOLE_ALWAYS) {
      return own != null;
    }
    try {
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(own);
    } catch (ReflectiveOperationException e) {
      return false; // then nobody is asked anything, as in a pipe
    }
  }

  /** Says one line of words. */
  void say(String words) {
    err.println(words);
  }

  /** Gives out one line of data. */
  void give(String line) {
    out.print(line);
    out.print('\n');
  }
}
