package io.undercroft.it.durability.planted;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Limits;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.StoredEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder of files, written rightly but for the one fault that is asked for. */
public final class PlantedPlugin implements StoragePlugin {
  private static final Option<Path> PATH = Option.path("path").required();
  private static final Option<Fault> FAULT = Option.choice("fault", Fault.class).required();
  private static final int IN_PLACE_CHUNK = 512;

  /** What is wrong. */
  public enum Fault {
    /** Nothing: the control. */
    NONE,
    /** The file's bytes are never forced. */
    NO_FSYNC,
    /** The file's bytes are forced, the directory that names it is not. */
    NO_DIRECTORY_FSYNC,
    /** The file is overwritten in place. */
    NO_RENAME
  }

  @Override
  public String id() {
    return "planted";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(PATH, FAULT);
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    Path folder = settings.get(PATH);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Facets facets = Facets.of(new FolderOfFiles(folder, settings.get(FAULT)));
    return new Backend() {
      @Override
      public Facets facets() {
        return facets;
      }

      @Override
      public Limits limits() {
        return Limits.DEFAULT;
      }

      @Override
      public void ping() {}

      @Override
      public void close() {}
    };
  }

  /** One file a key, named by the key's bytes in hexadecimal. */
  private static final class FolderOfFiles implements KeyValue {
    private final Path folder;
    private final Fault fault;

    FolderOfFiles(Path folder, Fault fault) {
      this.folder = folder;
      this.fault = fault;
    }

    private Path file(String key) {
      return folder.resolve(HexFormat.of().formatHex(key.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Optional<StoredEntry> get(String key) {
      try {
        Path file = file(key);
        return Files.exists(file)
            ? Optional.of(new StoredEntry(Files.readAllBytes(file), meta()))
            : Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static EntryMeta meta() {
      return new EntryMeta(
          "v" + System.nanoTime(),
          Instant.EPOCH,
          Instant.EPOCH,
          Optional.empty(),
          "application/json",
          Map.of());
    }

    @Override
    public synchronized PutResult put(String key, NewEntry entry, Precondition precondition) {
      try {
        Path file = file(key);
        if (fault == Fault.NO_RENAME) {
          write(file, entry.value(), IN_PLACE_CHUNK);
        } else {
          Path temporary = folder.resolve("writing");
          write(temporary, entry.value(), Integer.MAX_VALUE);
          Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }
        forceDirectory();
        return new PutResult.Written(meta(), true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void write(Path file, byte[] value, int chunk) throws IOException {
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        for (int at = 0; at < value.length; ) {
          int length = Math.min(chunk, value.length - at);
          ByteBuffer part = ByteBuffer.wrap(value, at, length);
          while (part.hasRemaining()) {
            channel.write(part);
          }
          at += length;
        }
        if (fault != Fault.NO_FSYNC) {
          channel.force(true);
        }
      }
    }

    private void forceDirectory() throws IOException {
      if (fault != Fault.NO_DIRECTORY_FSYNC && fault != Fault.NO_FSYNC) {
        try (FileChannel directory = FileChannel.open(folder)) {
          directory.force(true);
        }
      }
    }

    @Override
    public synchronized DeleteResult delete(String key, Precondition precondition) {
      try {
        boolean existed = Files.deleteIfExists(file(key));
        forceDirectory();
        return existed ? DeleteResult.DELETED : DeleteResult.ABSENT;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void clear() {
      names().forEach(key -> delete(key, Precondition.NONE));
    }

    @Override
    public long size() {
      return names().size();
    }

    private List<String> names() {
      try (Stream<Path> files = Files.list(folder)) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(name -> !name.equals("writing"))
            .map(name -> new String(HexFormat.of().parseHex(name), StandardCharsets.UTF_8))
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      return onePage(names().stream().filter(key -> key.startsWith(prefix)).toList());
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      return onePage(
          names().stream()
              .filter(key -> key.startsWith(prefix))
              .flatMap(key -> get(key).map(entry -> new KeyedEntry(key, entry)).stream())
              .toList());
    }

    private static <E> Cursor<E> onePage(List<E> all) {
      return new Cursor<>() {
        private boolean given;

        @Override
        public List<E> next() {
          List<E> page = given ? List.of() : all;
          given = true;
          return page;
        }

        @Override
        public void close() {
          given = true;
        }
      };
    }
  }
}
