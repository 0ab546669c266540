package io.undercroft.cli;

/**
 * The command was used wrongly in a way that only its run could find out; the message says what to
 * do.
 */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
