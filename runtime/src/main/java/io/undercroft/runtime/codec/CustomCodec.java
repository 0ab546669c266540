package io.undercroft.runtime.codec;

import io.undercroft.spi.Codec;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;

/**
 * A provider's codec, perhaps compressed. What it throws becomes SERIALIZATION_FAILED without its
 * message; a {@link StorageException} goes through as it is.
 */
final class CustomCodec<T> implements Codec<T>, AutoCloseable {
  private final String type;
  private final Codec<T> codec;
  private final Packing packing;
  private final CodecLimits limits;
  private final String contentType;

  CustomCodec(String type, Codec<T> codec, Packing packing, CodecLimits limits) {
    this.type = type;
    this.codec = codec;
    this.packing = packing;
    this.limits = limits;
    this.contentType = new ContentType(codec.contentType(), packing.by()).text();
  }

  @Override
  public String contentType() {
    return contentType;
  }

  @Override
  public byte[] encode(T value) {
    byte[] document;
    try {
      document = codec.encode(value);
    } catch (StorageException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Failures.writing(type, contentType, null, e);
    }
    if (document.length > limits.bytes()) {
      Unwritable refusal = new Unwritable("it is larger than " + limits.bytes() + " bytes");
      throw Failures.writing(type, contentType, refusal, refusal);
    }
    return packing.pack(document);
  }

  @Override
  public T decode(byte[] bytes, String writtenAs) {
    ContentType other = ContentType.of(writtenAs);
    Packing packed =
        writtenAs.equals(contentType)
            ? packing
            : Packing.of(other.compression(), ErrorCode.SERIALIZATION_FAILED);
    byte[] document = packed.unpack(bytes, limits.bytes(), type, writtenAs);
    try {
      return codec.decode(document, other.base());
    } catch (StorageException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Failures.reading(
          type, writtenAs, "the codec threw " + e.getClass().getName(), Failures.Redacted.of(e));
    }
  }

  /** Closes the provider's codec, if it can be. */
  @Override
  public void close() {
    if (codec instanceof AutoCloseable closeable) {
      Closing.close(closeable);
    }
  }

  @Override
  public String toString() {
    return contentType + " of " + type;
  }
}
