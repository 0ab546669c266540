package io.undercroft.layer.audit;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is said when a trail cannot be written or read. */
final class TrailFailures {
  /** With less room than this left, a failed write is taken for a full disk. */
  private static final long HARDLY_ANY_ROOM = 64 << 10;

  private TrailFailures() {}

  static StorageException opening(Path file, IOException cause) {
    return StorageException.of(
        ErrorCode.CONNECTION_FAILED,
        "cannot open the audit trail '"
            + file
            + "': "
            + reason(cause)
            + "; check audit.path and its permissions",
        cause);
  }

  static StorageException writing(Path file, IOException cause) {
    boolean full = isFull(file, cause);
    return StorageException.of(
        full ? ErrorCode.STORAGE_FULL : ErrorCode.CONNECTION_FAILED,
        "cannot write the audit trail '"
            + file
            + "': "
            + reason(cause)
            + (full ? "; make room on its disk" : "; check its disk and who may write there")
            + ", or let operations go on unrecorded by audit.on-failure=log",
        cause);
  }

  static StorageException reading(Path file, IOException cause) {
    return StorageException.of(
        ErrorCode.CONNECTION_LOST,
        "cannot read '" + file + "': " + reason(cause) + "; check who may read there",
        cause);
  }

  static StorageException damaged(String place, String reason) {
    return StorageException.of(
        ErrorCode.CONSISTENCY_VIOLATION,
        "the audit trail is not as it was left, at "
            + place
            + ": "
            + reason
            + "; keep it as evidence: move it away, and its anchor with it, then start again");
  }

  /** Returns the failure of an operation that was done and could not be recorded as ended. */
  static StorageException unrecorded(StorageException cause) {
    return StorageException.of(
        ErrorCode.UNKNOWN_OUTCOME,
        "the operation was done, but its end could not be recorded: " + cause.reason(),
        cause);
  }

  private static boolean isFull(Path file, IOException cause) {
    String reason = reason(cause).toLowerCase(Locale.ROOT);
    if (reason.contains("no space left") || reason.contains("quota")) {
      return true;
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      return Files.getFileStore(folder == null ? file : folder).getUsableSpace() < HARDLY_ANY_ROOM;
    } catch (IOException | UnsupportedOperationException e) {
      return false; // the file system cannot say: then the first failure is all we know
    }
  }

  private static String reason(IOException cause) {
    @Nullable String told =
        cause instanceof FileSystemException e && e.getReason() != null
            ? e.getReason()
            : cause.getMessage();
    return told == null || (cause.getClass() != IOException.class && told.startsWith("/"))
        ? cause.getClass().getSimpleName().replace("Exception", "")
        : told;
  }
}
