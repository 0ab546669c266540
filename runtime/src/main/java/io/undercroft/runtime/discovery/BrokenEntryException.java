package io.undercroft.runtime.discovery;

/** One entry cannot be used; the message is what an operator reads: which file, why, what to do. */
final class BrokenEntryException extends Exception {
  private static final long serialVersionUID = 1L;

  BrokenEntryException(String problem) {
    super(problem);
  }

  BrokenEntryException(String problem, Throwable cause) {
    super(problem, cause);
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
