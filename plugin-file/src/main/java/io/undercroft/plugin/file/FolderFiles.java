package io.undercroft.plugin.file;

import io.undercroft.spi.NewEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The value files of a folder: where the one of a stem is, what is in it, and what is to be written
 * into it.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class FolderFiles {
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  private static final int PIECE = 256 << 10;

  private final Subfolders subfolders;
  private final TextEncoding encoding;
  private final boolean pretty;
  private final long largest;

  /** Bit n: there may be files of the type n. JSON always may be: people drop it in. */
  private final AtomicInteger types = new AtomicInteger(1 << ContentTypes.JSON.number());

  FolderFiles(Subfolders subfolders, TextEncoding encoding, boolean pretty, long largest) {
    this.subfolders = subfolders;
    this.encoding = encoding;
    this.pretty = pretty;
    this.largest = largest;
  }

  Path root() {
    return subfolders.root();
  }

  /** Returns the directories in which they are. */
  Subfolders subfolders() {
    return subfolders;
  }

  /** Returns the directory of a stem's file. */
  Path directory(String stem) {
    return subfolders.of(stem);
  }

  /** Returns where a value of this type is or would be. */
  Path path(String stem, ContentTypes.Type type) {
    return directory(stem).resolve(stem.concat(type.extension()));
  }

  /** Notes that there are files of this type. */
  void uses(ContentTypes.Type type) {
    int bit = 1 << type.number();
    if ((types.get() & bit) == 0) {
      types.getAndUpdate(bits -> bits | bit);
    }
  }

  /** Returns whether a stem may have files of several types. */
  boolean usesSeveralTypes() {
    return Integer.bitCount(types.get()) > 1;
  }

  /**
   * Returns the value file of a stem.
   *
   * @param known what the census says, where to look first
   */
  @Nullable ValueFile find(String stem, long known) throws IOException {
    int first = known == Census.ABSENT ? -1 : Census.type(known);
    if (first >= 0) {
      ValueFile file = look(path(stem, ContentTypes.of(first)), ContentTypes.of(first));
      if (file != null) {
        return file;
      }
    }
    return newest(stem, first);
  }

  /** Returns the newest file of a stem, also of a type of which there were none so far. */
  @Nullable ValueFile findOfAnyType(String stem) throws IOException {
    ValueFile file = newest(stem, -1, (1 << ContentTypes.count()) - 1);
    if (file != null) {
      uses(file.type());
    }
    return file;
  }

  /** Returns the newest file of a stem, whatever its type: the last written one counts. */
  @Nullable ValueFile newest(String stem, int butNot) throws IOException {
    return newest(stem, butNot, types.get());
  }

  private @Nullable ValueFile newest(String stem, int butNot, int bits) throws IOException {
    ValueFile newest = null;
    for (int number = 0; bits >>> number != 0; number++) {
      if ((bits >>> number & 1) != 0 && number != butNot) {
        ContentTypes.Type type = ContentTypes.of(number);
        ValueFile file = look(path(stem, type), type);
        if (file != null && (newest == null || file.modified() > newest.modified())) {
          newest = file;
        }
      }
    }
    return newest;
  }

  /** Looks at a file; {@code null} if there is none, or something that is not a regular file. */
  static @Nullable ValueFile look(Path path, ContentTypes.Type type) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
    return attributes.isRegularFile()
        ? new ValueFile(type, path, Stamps.modified(attributes), attributes.size())
        : null;
  }

  /** Throws if something that is not a regular file stands where one is to be written. */
  static void refuseObstacle(Path path) throws IOException {
    try {
      if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isRegularFile()) {
        throw IoFailures.inTheWay(path);
      }
    } catch (NoSuchFileException e) {
      return; // free
    }
  }

  /** Reads the value in a file. */
  byte[] value(ValueFile file) throws IOException {
    if (file.size() > largest) {
      throw StorageException.of(
          ErrorCode.INVALID_VALUE,
          "'" + file.path() + "' has " + file.size() + " bytes; a value has at most " + largest);
    }
    byte[] bytes = read(file.path(), (int) file.size());
    if (!file.type().is(ContentTypes.JSON)) {
      return bytes;
    }
    try {
      return encoding.toUtf8(bytes);
    } catch (CharacterCodingException e) {
      throw StorageException.of(
          ErrorCode.SERIALIZATION_FAILED,
          "'"
              + file.path()
              + "' is not "
              + encoding
              + "; save it in that encoding, or set the storage's option encoding",
          e);
    }
  }

  /**
   * Reads a whole file.
   *
   * @param expected its likely size: what is right is read in one call
   */
  static byte[] read(Path path, int expected) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(path, READ)) {
      // One byte more than expected: a regular file that fills less than the buffer ends there.
      byte[] bytes = new byte[expected + 1];
      int length = 0;
      while (true) {
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, Math.addExact(length, Math.max(length, PIECE)));
        }
        int wanted = Math.min(bytes.length - length, PIECE);
        int count = channel.read(ByteBuffer.wrap(bytes, length, wanted));
        if (count > 0) {
          length += count;
        }
        if (count < wanted) {
          return Arrays.copyOf(bytes, length);
        }
      }
    }
  }

  /** What is to be written. */
  static final class Content {
    private final ContentTypes.Type type;
    private final byte[] bytes;
    private final Optional<String> contentType;

    private Content(ContentTypes.Type type, byte[] bytes, Optional<String> contentType) {
      this.type = type;
      this.bytes = bytes;
      this.contentType = contentType;
    }

    /** Returns the extension. */
    ContentTypes.Type type() {
      return type;
    }

    /** Returns the file's content. */
    byte[] bytes() {
      return bytes;
    }

    /** Returns the content type, if the extension does not say it. */
    Optional<String> contentType() {
      return contentType;
    }
  }

  /** Returns what the file of an entry is to hold. */
  Content content(NewEntry entry) {
    ContentTypes.Type type = ContentTypes.of(entry.contentType());
    if (type.is(ContentTypes.JSON)) {
      byte[] json = JsonLayout.file(entry.value(), pretty);
      if (json != null) {
        try {
          return new Content(type, encoding.fromUtf8(json), Optional.empty());
        } catch (CharacterCodingException e) {
          // Not UTF-8, so not JSON: it is kept byte for byte, as what is not well-formed is.
          return binary(entry);
        }
      }
    }
    return type.is(ContentTypes.JSON) || type.is(ContentTypes.BINARY)
        ? binary(entry)
        : new Content(type, entry.value(), Optional.empty());
  }

  private static Content binary(NewEntry entry) {
    boolean said = entry.contentType().equals(ContentTypes.BINARY.contentType());
    return new Content(
        ContentTypes.BINARY,
        entry.value(),
        said ? Optional.empty() : Optional.of(entry.contentType()));
  }
}
