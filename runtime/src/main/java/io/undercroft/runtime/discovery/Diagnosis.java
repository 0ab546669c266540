package io.undercroft.runtime.discovery;

import java.util.ServiceConfigurationError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what a plugin's code throws into what an operator can act on. */
final class Diagnosis {
  private static final Pattern CLASS_FILE_VERSION =
      Pattern.compile("class file version ([0-9]+)\\.");

  /** Class files of Java N have the version N + 44. */
  private static final int CLASS_FILE_OFFSET = 44;

  private Diagnosis() {}

  /**
   * Returns the broken entry that this failure means.
   *
   * @param blame where the code is
   * @param isAlone whether it is a jar without a folder of its own
   * @param className the class whose code failed
   * @param during what was done with it: {@code "its constructor"}
   */
  static BrokenEntryException of(
      Throwable thrown, Blame blame, boolean isAlone, String className, String during) {
    rethrowIfFatal(thrown);
    Throwable reason = reason(thrown);
    rethrowIfFatal(reason);
    String subject = blame.file() + ": class " + className;
    String missing = missingClass(reason);
    String problem;
    if (reason instanceof UnsupportedClassVersionError) {
      problem = newerJava(reason, blame);
    } else if (!missing.isEmpty()) {
      problem = subject + " needs class " + missing + ", " + whereToGet(missing, blame, isAlone);
    } else if (reason instanceof ExceptionInInitializerError initializer
        && initializer.getCause() != null) {
      problem =
          subject
              + " fails in its static initialiser: "
              + Shown.of(initializer.getCause())
              + ". "
              + blame.askTheAuthor();
    } else if (reason instanceof LinkageError) {
      problem =
          subject
              + " does not fit what it was given to run with ("
              + Shown.of(reason)
              + "): look for a library in two versions, or one of another version than it was built"
              + " with. Else: "
              + blame.askTheAuthor();
    } else {
      problem =
          subject + " fails in " + during + ": " + Shown.of(reason) + ". " + blame.askTheAuthor();
    }
    return new BrokenEntryException(problem, thrown);
  }

  /** What is wrong with the process, not with a plugin, is not swallowed. */
  private static void rethrowIfFatal(Throwable thrown) {
    if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)) {
      throw error;
    }
  }

  /** Unpacks what ServiceLoader put around it. */
  private static Throwable reason(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown instanceof ServiceConfigurationError && cause != null ? cause : thrown;
  }

  private static String newerJava(Throwable reason, Blame blame) {
    Matcher version = CLASS_FILE_VERSION.matcher(String.valueOf(reason.getMessage()));
    String needs =
        version.find()
            ? "needs Java " + (Integer.parseInt(version.group(1)) - CLASS_FILE_OFFSET)
            : "needs a newer Java (" + Shown.of(reason) + ")";
    return blame.file()
        + " "
        + needs
        + ", this is Java "
        + Runtime.version().feature()
        + ": run Undercroft on that Java, get a build of the plugin for Java "
        + Runtime.version().feature()
        + ", or "
        + blame.removal()
        + ".";
  }

  /** Returns the class that was not found, or the empty text if something else is wrong. */
  private static String missingClass(Throwable reason) {
    // Nothing else is asked for its message: a plugin's own may do anything when it is asked.
    if (reason.getClass() != NoClassDefFoundError.class
        && reason.getClass() != ClassNotFoundException.class) {
      return "";
    }
    String message = reason.getMessage();
    // A class whose initialiser failed before is a NoClassDefFoundError too, in a whole sentence.
    return message == null || message.indexOf(' ') >= 0 ? "" : message.replace('/', '.');
  }

  private static String whereToGet(String missing, Blame blame, boolean isAlone) {
    if (HostPackages.ownClass(missing)) {
      return "which this host does not have: the plugin was built against another version of it. "
          + blame.askTheAuthor();
    }
    if (missing.startsWith("io.undercroft.runtime.")) {
      return "which no plugin can see: a plugin sees the SPI and its own jars. "
          + blame.askTheAuthor();
    }
    String here =
        isAlone
            ? "which it does not hold: make a folder plugins/<id>/ of the plugin's jar and the library"
                + " that holds the class"
            : "which is in none of the plugin's jars: put the library that holds it beside "
                + blame.file();
    return here + ", or " + blame.removal() + ".";
  }
}
