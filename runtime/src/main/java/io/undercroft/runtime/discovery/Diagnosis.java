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
   * @param file where the code is
   * @param isAlone whether it is a jar without a folder of its own
   * @param className the class whose code failed
   * @param during what was done with it: {@code "its constructor"}
   */
  static BrokenEntryException of(
      Throwable thrown, String file, boolean isAlone, String className, String during) {
    rethrowIfFatal(thrown);
    Throwable reason = reason(thrown);
    rethrowIfFatal(reason);
    String subject = file + ": class " + className;
    String missing = missingClass(reason);
    String problem;
    if (reason instanceof UnsupportedClassVersionError) {
      problem = newerJava(reason, file);
    } else if (!missing.isEmpty()) {
      problem = subject + " needs class " + missing + ", " + whereToGet(missing, file, isAlone);
    } else if (reason instanceof ExceptionInInitializerError initializer
        && initializer.getCause() != null) {
      problem =
          subject
              + " fails in its static initialiser: "
              + Remedy.shown(initializer.getCause())
              + ". "
              + Remedy.askTheAuthor(file);
    } else if (reason instanceof LinkageError) {
      problem =
          subject
              + " does not fit what it was given to run with ("
              + Remedy.shown(reason)
              + "): look for a library in two versions, or one of another version than it was built"
              + " with. Else: "
              + Remedy.askTheAuthor(file);
    } else {
      problem =
          subject
              + " fails in "
              + during
              + ": "
              + Remedy.shown(reason)
              + ". "
              + Remedy.askTheAuthor(file);
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

  private static String newerJava(Throwable reason, String file) {
    Matcher version = CLASS_FILE_VERSION.matcher(String.valueOf(reason.getMessage()));
    String needs =
        version.find()
            ? "needs Java " + (Integer.parseInt(version.group(1)) - CLASS_FILE_OFFSET)
            : "needs a newer Java (" + Remedy.shown(reason) + ")";
    return file
        + " "
        + needs
        + ", this is Java "
        + Runtime.version().feature()
        + ": run Undercroft on that Java, get a build of the plugin for Java "
        + Runtime.version().feature()
        + ", or remove "
        + file
        + ".";
  }

  /** Returns the class that was not found, or the empty text if something else is wrong. */
  private static String missingClass(Throwable reason) {
    String message = reason.getMessage();
    if (message == null) {
      return "";
    }
    if (reason instanceof ClassNotFoundException) {
      return message.indexOf(' ') < 0 ? message : "";
    }
    // A class whose initialiser failed before is a NoClassDefFoundError too, in a whole sentence.
    return reason instanceof NoClassDefFoundError && message.indexOf(' ') < 0
        ? message.replace('/', '.')
        : "";
  }

  private static String whereToGet(String missing, String file, boolean isAlone) {
    if (HostPackages.ownClass(missing)) {
      return "which this host does not have: the plugin was built against another version of it. "
          + Remedy.askTheAuthor(file);
    }
    if (missing.startsWith("io.undercroft.runtime.")) {
      return "which no plugin can see: a plugin sees the SPI and its own jars. "
          + Remedy.askTheAuthor(file);
    }
    String here =
        isAlone
            ? "which it does not hold: make a folder plugins/<id>/ of the plugin's jar and the library"
                + " that holds the class"
            : "which is in none of the plugin's jars: put the library that holds it beside " + file;
    return here + ", or remove the plugin.";
  }
}
