package io.undercroft.plugin.file;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The plugin {@code file}: a folder with one readable file per key, or, if {@code path} ends in
 * {@code .json}, one JSON document with all of them. The files of a folder may be spread over
 * {@code subfolders}, by the CRC-32 of their names.
 *
 * <p><b>Threads:</b> safe for concurrent use; holds no state.
 */
public final class FilePlugin implements StoragePlugin {
  @Override
  public String id() {
    return "file";
  }

  @Override
  public List<Option<?>> options() {
    return FileSettings.ALL;
  }

  @Override
  public Set<String> exclusiveResources(Settings settings) {
    FileSettings file = FileSettings.of(settings);
    if (file.isReadOnly()) {
      return Set.of();
    }
    return Set.of((file.isDocument() ? "document:" : "folder:") + canonical(file.path()));
  }

  /** The path as the file system itself spells what of it exists. */
  private static Path canonical(Path path) {
    Path there = path;
    while (there != null) {
      try {
        return there.toRealPath().resolve(there.relativize(path)).normalize();
      } catch (IOException e) {
        there = there.getParent(); // not there yet: the part above it may be
      }
    }
    return path;
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    FileSettings file = FileSettings.of(settings);
    if (file.isDocument() && file.subfolders() > 1) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "subfolders="
              + file.subfolders()
              + " is for a folder, and '"
              + file.path()
              + "' is one document; leave subfolders out, or name a folder");
    }
    return file.isDocument()
        ? DocumentBackend.open(file, context)
        : FolderBackend.open(file, context);
  }
}
