package io.undercroft.runtime.codec;

import io.undercroft.spi.Codec;
import io.undercroft.storage.ErrorCode;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Values in one of the forms of the JSON model, perhaps compressed. */
final class ModelCodec<T> implements Codec<T>, AutoCloseable {
  private static final int NAMES = 256;
  private static final int FIRST_GUESS = 512;
  private static final int LARGEST_GUESS = 1 << 16;

  /** A document may bring up so many types that nobody knew of, and that had to be opened. */
  private static final int TRIES = 8;

  private final String type;
  private final Shape<T> shape;
  private final Format format;
  private final Packing packing;
  private final String contentType;
  private final CodecLimits limits;
  private final Runnable owned;
  private final NameCache names = new NameCache(NAMES);

  /** Only a guess: threads may overwrite each other's. */
  private int expectedSize = FIRST_GUESS;

  /**
   * Takes the parts.
   *
   * @param type for messages
   * @param owned gives back what the shape holds, when the codec is closed
   */
  ModelCodec(
      String type,
      Shape<T> shape,
      Format format,
      Packing packing,
      CodecLimits limits,
      Runnable owned) {
    this.type = type;
    this.shape = shape;
    this.format = format;
    this.packing = packing;
    this.limits = limits;
    this.owned = owned;
    this.contentType = new ContentType(format.mediaType(), packing.by()).text();
  }

  @Override
  public String contentType() {
    return contentType;
  }

  @Override
  public byte[] encode(T value) {
    DocumentGenerator to = format.generator(limits, expectedSize);
    byte[] document;
    try {
      shape.write(value, to);
      document = to.finish();
    } catch (StackOverflowError e) {
      // a value that holds itself: its hash code, which JSON-B asks for, never ends
      throw Failures.writing(
          type, contentType, to.refuse("the value nests too deep, or holds itself"), e);
    } catch (RuntimeException e) {
      throw Failures.writing(type, contentType, to.refusal(), e);
    }
    expectedSize = Math.min(document.length + document.length / 8 + 16, LARGEST_GUESS);
    return packing.pack(document);
  }

  @Override
  public T decode(byte[] bytes, String writtenAs) {
    if (writtenAs.equals(contentType)) {
      return read(packing.unpack(bytes, limits.bytes(), type, writtenAs), format, writtenAs);
    }
    ContentType other = ContentType.of(writtenAs);
    Optional<Format> form =
        Arrays.stream(Format.values())
            .filter(known -> known.mediaType().equals(other.base()))
            .findFirst();
    if (form.isEmpty()) {
      throw Failures.reading(type, writtenAs, unknown(other));
    }
    Packing packed = Packing.of(other.compression(), ErrorCode.SERIALIZATION_FAILED);
    return read(packed.unpack(bytes, limits.bytes(), type, writtenAs), form.get(), writtenAs);
  }

  private T read(byte[] document, Format form, String writtenAs) {
    for (int tries = 1; ; tries++) {
      DocumentParser from = form.parser(document, limits, names);
      try {
        return read(from);
      } catch (RuntimeException e) {
        if (tries == TRIES || from.refusal() != null || !shape.mended(e)) {
          throw Failures.reading(type, writtenAs, from, e);
        }
      }
    }
  }

  private T read(DocumentParser from) {
    T value = shape.read(from);
    from.finish();
    return value;
  }

  private static String unknown(ContentType other) {
    if (other.base().equals(ContentType.PROTOBUF)) {
      return "a protobuf message is read by a storage with format=protobuf and the message's class";
    }
    return "this storage reads "
        + Arrays.stream(Format.values()).map(Format::mediaType).collect(Collectors.joining(" and "))
        + ", plain or with one of +"
        + Arrays.stream(Compressions.values())
            .map(Compressions::id)
            .collect(Collectors.joining(" +"))
        + "; if another codec wrote the entry, configure that codec";
  }

  /** Gives back what JSON-B holds: adapters that are CDI beans. */
  @Override
  public void close() {
    owned.run();
  }

  @Override
  public String toString() {
    return contentType + " of " + type;
  }
}
