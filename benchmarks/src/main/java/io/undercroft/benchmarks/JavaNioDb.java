package io.undercroft.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records as files of JSON by {@code java.nio} and Yasson, written by the recipe of {@link
 * RawFiles}; the keys are held in memory for scans, and a lock among many keeps two changes of one
 * record apart.
 */
final class JavaNioDb extends RecordDb {
  private final Folder folder;

  /** What all threads share. */
  static final class Folder implements AutoCloseable {
    private static final int LOCKS = 64;

    private final Path place;
    private final RawJson json = new RawJson(Layout.COMPACT);
    private final RawFiles files;
    private final ConcurrentSkipListSet<String> keys = new ConcurrentSkipListSet<>();
    private final List<Object> locks = Stream.generate(Object::new).limit(LOCKS).toList();

    Folder(Path place) {
      this.place = place;
      files = new RawFiles(place, json);
    }

    private Object lock(String key) {
      return locks.get(Math.floorMod(key.hashCode(), LOCKS));
    }

    @Override
    public void close() {
      json.close();
    }
  }

  JavaNioDb(Folder folder) {
    this.folder = folder;
  }

  @Override
  @Nullable Map<String, String> find(String key) throws IOException {
    YcsbRecord found = read(key);
    return found == null ? null : found.byName();
  }

  private @Nullable YcsbRecord read(String key) throws IOException {
    try {
      return folder.json.decode(folder.files.read(key), YcsbRecord.class);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  void put(String key, Map<String, String> fields) throws IOException {
    synchronized (folder.lock(key)) {
      folder.files.write(key, folder.json.encode(YcsbRecord.of(null, fields)));
    }
    folder.keys.add(key);
  }

  @Override
  boolean change(String key, Map<String, String> fields) throws IOException {
    synchronized (folder.lock(key)) {
      YcsbRecord now = read(key);
      if (now == null) {
        return false;
      }
      folder.files.write(key, folder.json.encode(now.with(fields)));
      return true;
    }
  }

  @Override
  boolean remove(String key) throws IOException {
    folder.keys.remove(key);
    synchronized (folder.lock(key)) {
      return Files.deleteIfExists(folder.place.resolve(key + ".json"));
    }
  }

  @Override
  List<Map<String, String>> from(String key, int count) throws IOException {
    List<Map<String, String>> found = new ArrayList<>();
    for (String each : folder.keys.tailSet(key)) {
      if (found.size() == count) {
        break;
      }
      Map<String, String> one = find(each);
      if (one != null) {
        found.add(one);
      }
    }
    return found;
  }
}
