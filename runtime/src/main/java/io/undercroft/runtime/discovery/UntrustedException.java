package io.undercroft.runtime.discovery;

/** A jar is not trusted; the message is one line: which jar, and why. */
final class UntrustedException extends Exception {
  private static final long serialVersionUID = 1L;

  UntrustedException(String line) {
    super(line);
  }

  UntrustedException(String line, Throwable cause) {
    super(line, cause);
  }

  String line() {
    return String.valueOf(getMessage());
  }
}
