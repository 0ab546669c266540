package io.undercroft.cli;

import io.undercroft.storage.StorageException;

/** What the process's exit status tells. */
final class ExitCode {
  /** Done. */
  static final int DONE = 0;

  /** Not found, false, or a condition that does not hold. */
  static final int FALSE = 1;

  /** The command line or the configuration is wrong. */
  static final int USAGE = 2;

  /** The storage failed. */
  static final int FAILURE = 3;

  private ExitCode() {}

  static int of(StorageException failure) {
    return switch (failure.code()) {
      case KEY_NOT_FOUND, VERSION_CONFLICT -> FALSE;
      case INVALID_CONFIG, INVALID_KEY, INVALID_VALUE, INVALID_QUERY -> USAGE;
      default -> FAILURE;
    };
  }
}
