package io.undercroft.plugin.file;

import io.undercroft.spi.IndexHome;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * The definitions of the indexes that the runtime keeps: one small file beside the clock's. Others
 * than this process only edit values, and the watch tells of it.
 */
final class IndexFile implements IndexHome {
  private static final String NAME = "indexes.json";
  private static final int LARGEST = 16 << 20;

  private final Path file;
  private final DurableFiles files;
  private final Clock clock;
  private final Runnable refuseIfClosed;

  /**
   * Takes its place.
   *
   * @param own the folder that the plugin keeps for itself
   */
  IndexFile(Path own, DurableFiles files, Clock clock, Runnable refuseIfClosed) {
    this.file = own.resolve(NAME);
    this.files = files;
    this.clock = clock;
    this.refuseIfClosed = refuseIfClosed;
  }

  @Override
  public Optional<byte[]> definitions() {
    refuseIfClosed.run();
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      long size = Files.size(file);
      if (size > LARGEST) {
        throw StorageException.of(
            ErrorCode.SERIALIZATION_FAILED,
            "'" + file + "' has " + size + " bytes and cannot be one of ours; remove it");
      }
      return Optional.of(FolderFiles.read(file, (int) size));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw IoFailures.reading(file, e);
    }
  }

  @Override
  public synchronized void keepDefinitions(byte[] document) {
    refuseIfClosed.run();
    try {
      files.replace(file, document, Stamps.nanos(clock.instant()));
    } catch (IOException e) {
      throw IoFailures.writing(file, e);
    }
  }
}
