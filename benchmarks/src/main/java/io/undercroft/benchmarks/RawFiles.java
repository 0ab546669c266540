package io.undercroft.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/**
 * A folder of JSON files by {@code java.nio} alone, with the file plugin's recipe for a durable
 * write: temporary file in the same directory, for the owner only, write, force, atomic rename,
 * force the directory.
 */
final class RawFiles {
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final int HANDFUL = 128;

  private final Path folder;
  private final int subfolders;
  private final RawJson json;
  private final AtomicLong count = new AtomicLong();

  RawFiles(Path folder, RawJson json) {
    this.folder = folder;
    this.subfolders = 1;
    this.json = json;
  }

  /** Spreads the files over so many subfolders, and makes these. */
  RawFiles(Path folder, RawJson json, int subfolders) throws IOException {
    this.folder = folder;
    this.subfolders = subfolders;
    this.json = json;
    for (int number = 0; number < subfolders; number++) {
      Files.createDirectory(subfolder(number));
    }
  }

  private Path subfolder(int number) {
    return folder.resolve(HexFormat.of().toHexDigits((byte) number));
  }

  private Path directory(String key) {
    if (subfolders == 1) {
      return folder;
    }
    CRC32 sum = new CRC32();
    sum.update(key.getBytes(StandardCharsets.UTF_8));
    return subfolder((int) sum.getValue() & subfolders - 1);
  }

  Film get(String key) throws IOException {
    return json.decode(read(key));
  }

  /** Returns what a file holds. */
  byte[] read(String key) throws IOException {
    return Files.readAllBytes(file(key));
  }

  void set(String key, Film film) throws IOException {
    write(key, json.encode(film));
  }

  /** Writes a file by the recipe. */
  void write(String key, byte[] bytes) throws IOException {
    Path draft = draft(key);
    finish(List.of(written(draft, bytes)), Map.of(draft, file(key)));
  }

  private Path draft(String key) {
    return directory(key).resolve(".draft-" + count.incrementAndGet() + ".tmp");
  }

  /**
   * Writes and forces all, a handful at a time as the plugin has it, which share one forcing of the
   * directory.
   */
  void setMany(Map<String, Film> films) throws IOException {
    Map<Path, Path> drafts = new LinkedHashMap<>();
    List<FileChannel> open = new ArrayList<>();
    for (Map.Entry<String, Film> each : films.entrySet()) {
      Path draft = draft(each.getKey());
      open.add(written(draft, json.encode(each.getValue())));
      drafts.put(draft, file(each.getKey()));
      if (drafts.size() == HANDFUL) {
        finish(open, drafts);
        open.clear();
        drafts.clear();
      }
    }
    if (!drafts.isEmpty()) {
      finish(open, drafts);
    }
  }

  private static FileChannel written(Path draft, byte[] bytes) throws IOException {
    FileChannel channel = FileChannel.open(draft, NEW, OWNER_ONLY);
    ByteBuffer content = ByteBuffer.wrap(bytes);
    while (content.hasRemaining()) {
      channel.write(content);
    }
    return channel;
  }

  private void finish(List<FileChannel> open, Map<Path, Path> drafts) throws IOException {
    for (FileChannel channel : open) {
      channel.force(true);
      channel.close();
    }
    for (Map.Entry<Path, Path> each : drafts.entrySet()) {
      Files.move(
          each.getKey(),
          each.getValue(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
    Set<Path> changed = new HashSet<>();
    drafts.values().forEach(file -> changed.add(file.getParent()));
    for (Path directory : changed) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Writes the first films, without waiting for the disk. */
  void fill(int keys) throws IOException {
    for (int i = 0; i < keys; i++) {
      Files.write(file(Films.key(i)), json.encode(Films.film(i)));
    }
  }

  private Path file(String key) {
    return directory(key).resolve(key + ".json");
  }
}
