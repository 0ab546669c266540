package io.undercroft.plugin.file;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a failed call of the file system means to the caller of a storage. */
final class IoFailures {
  /** With less room than this left, a failed write is taken for a full disk. */
  private static final long HARDLY_ANY_ROOM = 64 << 10;

  private IoFailures() {}

  /** Returns the exception for a storage that cannot be opened. */
  static StorageException opening(Path path, IOException cause) {
    StorageException why = writing(path, cause);
    return why.code() == ErrorCode.CONNECTION_FAILED
        ? StorageException.of(
            ErrorCode.CONNECTION_FAILED,
            "cannot open '" + path + "': " + reason(cause) + "; check the path and its permissions",
            cause)
        : why;
  }

  /** Returns the exception for a read that failed. */
  static StorageException reading(Path file, IOException cause) {
    if (cause instanceof ClosedByInterruptException) {
      return interrupted("reading", file, cause);
    }
    return StorageException.of(
        ErrorCode.CONNECTION_LOST,
        "cannot read '" + file + "': " + reason(cause) + "; check the disk and who may read there",
        cause);
  }

  /** Returns the exception for a write that failed and left everything as it was. */
  static StorageException writing(Path file, IOException cause) {
    if (cause instanceof ClosedByInterruptException) {
      return interrupted("writing", file, cause);
    }
    String reason = reason(cause);
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.contains("quota")) {
      return StorageException.of(
          ErrorCode.QUOTA_EXCEEDED,
          "cannot write '" + file + "': " + reason + "; nothing was changed; delete something",
          cause);
    }
    if (lower.contains("no space left")
        || lower.contains("not enough space")
        || lower.contains("out of disk space")
        || hardlyAnyRoom(file)) {
      return StorageException.of(
          ErrorCode.STORAGE_FULL,
          "cannot write '" + file + "': " + reason + "; nothing was changed; make room on the disk",
          cause);
    }
    return StorageException.of(
        ErrorCode.CONNECTION_FAILED,
        "cannot write '"
            + file
            + "': "
            + reason
            + "; nothing was changed; check the disk and who may write there",
        cause);
  }

  /** Returns whether a write failed because there is no room for it. */
  static boolean isForWantOfRoom(StorageException e) {
    return e.code() == ErrorCode.STORAGE_FULL || e.code() == ErrorCode.QUOTA_EXCEEDED;
  }

  /** Returns the exception for a write that is visible, but perhaps not on the disk. */
  static StorageException inDoubt(Path file, IOException cause) {
    return StorageException.of(
        ErrorCode.UNKNOWN_OUTCOME,
        "'"
            + file
            + "' was changed, but it is not known whether that survives a power cut: "
            + reason(cause)
            + "; check the disk, then read the entry again",
        cause);
  }

  /** Returns the exception for an entry whose place is taken by a link, a directory or a device. */
  static StorageException inTheWay(Path file) {
    return StorageException.of(
        ErrorCode.UNSUPPORTED,
        "'"
            + file
            + "' is not a regular file (a link, a directory or a device); it is neither followed"
            + " nor replaced: move it away");
  }

  private static StorageException interrupted(String doing, Path file, IOException cause) {
    Thread.currentThread().interrupt();
    return StorageException.of(
        ErrorCode.INTERRUPTED,
        "the thread was interrupted while " + doing + " '" + file + "'",
        cause);
  }

  /** Throws INTERRUPTED if the thread is interrupted already: before a write has begun. */
  static void refuseIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw StorageException.of(
          ErrorCode.INTERRUPTED, "the thread was interrupted before it wrote; nothing was changed");
    }
  }

  /** The words of the operating system, in its own language, so never the only sign of anything. */
  static String reason(IOException cause) {
    if (cause instanceof FileSystemException e && e.getReason() != null) {
      return e.getReason();
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : cause instanceof FileSystemException
            ? cause.getClass().getSimpleName().replace("Exception", "")
            : message;
  }

  private static boolean hardlyAnyRoom(Path file) {
    try {
      Path there = file.toAbsolutePath().getParent();
      FileStore store = Files.getFileStore(there == null ? file : there);
      return store.getUsableSpace() < HARDLY_ANY_ROOM;
    } catch (IOException | UnsupportedOperationException e) {
      return false; // the file system cannot say: then the first failure is all we know
    }
  }
}
