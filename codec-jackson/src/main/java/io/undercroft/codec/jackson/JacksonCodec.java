package io.undercroft.codec.jackson;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.undercroft.spi.Codec;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Values of one type. What Jackson says of a failure shows values, and so is left out. */
final class JacksonCodec<T> implements Codec<T> {
  private static final String JSON = "application/json";

  private final JavaType type;
  private final ObjectReader reader;
  private final ObjectWriter writer;

  JacksonCodec(ObjectMapper mapper, JavaType type) {
    this.type = type;
    this.reader = mapper.readerFor(type);
    // a class of a value may have more to write than the declared one, but says less of generics
    this.writer =
        type.isFinal() || type.hasGenericTypes() ? mapper.writerFor(type) : mapper.writer();
  }

  @Override
  public String contentType() {
    return JSON;
  }

  @Override
  public byte[] encode(T value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw failed("cannot be written: Jackson throws " + e.getClass().getSimpleName());
    } catch (StackOverflowError e) {
      throw failed("cannot be written: it nests too deep, or holds itself");
    }
  }

  @Override
  public T decode(byte[] bytes, String contentType) {
    if (!contentType.equals(JSON)) {
      throw failed(
          "was written as "
              + StorageException.quote(contentType)
              + ", and this storage reads "
              + JSON
              + " by its codec 'jackson'; configure the codec or format that wrote it");
    }
    T value;
    try {
      value = reader.readValue(bytes);
    } catch (JsonProcessingException e) {
      throw failed("cannot be read: " + e.getClass().getSimpleName() + place(e.getLocation()));
    } catch (IOException e) {
      throw new UncheckedIOException("reading an array of bytes", e);
    }
    if (value == null) {
      throw failed("cannot be read: the document is null");
    }
    return value;
  }

  private StorageException failed(String what) {
    return StorageException.of(
        ErrorCode.SERIALIZATION_FAILED, "a value of type " + type.toCanonical() + " " + what);
  }

  private static String place(JsonLocation at) {
    return at == null
        ? ""
        : " at line "
            + at.getLineNr()
            + ", column "
            + at.getColumnNr()
            + " (byte "
            + at.getByteOffset()
            + ")";
  }

  @Override
  public String toString() {
    return JSON + " of " + type.toCanonical() + " by Jackson";
  }
}
