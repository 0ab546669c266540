package io.undercroft.plugin.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Temporary directories in memory where the machine has them (Linux's {@code /dev/shm}): the same
 * calls, without the seconds that a disk takes for forcing. {@link OnDiskTest} is about the disk.
 */
public final class QuickTempDirs implements TempDirFactory {
  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.isDirectory(memory) && Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "undercroft-file-")
        : Files.createTempDirectory("undercroft-file-");
  }
}
