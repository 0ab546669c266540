package io.undercroft.runtime.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.undercroft.spi.Codec;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.lang.reflect.Type;

/**
 * Messages that protoc generated, perhaps compressed. Fields that this version of a message does
 * not know are kept and written again.
 */
final class ProtobufCodec<T extends Message> implements Codec<T> {
  private final String type;
  private final Parser<T> parser;
  private final Packing packing;
  private final CodecLimits limits;
  private final String contentType;

  private ProtobufCodec(String type, Parser<T> parser, Packing packing, CodecLimits limits) {
    this.type = type;
    this.parser = parser;
    this.packing = packing;
    this.limits = limits;
    this.contentType = new ContentType(ContentType.PROTOBUF, packing.by()).text();
  }

  /** Returns the codec, or throws INVALID_CONFIG if the type is no generated message. */
  static Codec<?> of(Type type, Packing packing, CodecLimits limits) {
    if (type instanceof Class<?> raw && Message.class.isAssignableFrom(raw)) {
      try {
        Message empty = (Message) raw.getMethod("getDefaultInstance").invoke(null);
        return new ProtobufCodec<>(type.getTypeName(), empty.getParserForType(), packing, limits);
      } catch (ReflectiveOperationException e) {
        throw StorageException.of(ErrorCode.INVALID_CONFIG, refusal(type), e);
      }
    }
    throw StorageException.of(ErrorCode.INVALID_CONFIG, refusal(type));
  }

  private static String refusal(Type type) {
    return "format=protobuf stores messages whose class protoc generated, and "
        + type.getTypeName()
        + " is none; use format=json or msgpack, or such a class";
  }

  @Override
  public String contentType() {
    return contentType;
  }

  @Override
  public byte[] encode(T value) {
    if (!value.isInitialized()) {
      throw writing("a required field is not set");
    }
    int size = value.getSerializedSize();
    if (size > limits.bytes()) {
      throw writing("it is larger than " + limits.bytes() + " bytes");
    }
    byte[] document = new byte[size];
    CodedOutputStream out = CodedOutputStream.newInstance(document);
    out.useDeterministicSerialization();
    try {
      value.writeTo(out);
    } catch (IOException e) {
      throw Failures.writing(type, contentType, null, e);
    }
    out.checkNoSpaceLeft();
    return packing.pack(document);
  }

  private StorageException writing(String why) {
    return Failures.writing(type, contentType, new Unwritable(why), new Unwritable(why));
  }

  @Override
  public T decode(byte[] bytes, String writtenAs) {
    Packing packed = packing;
    if (!writtenAs.equals(contentType)) {
      ContentType other = ContentType.of(writtenAs);
      if (!other.base().equals(ContentType.PROTOBUF)) {
        throw Failures.reading(
            type,
            writtenAs,
            "this storage reads "
                + ContentType.PROTOBUF
                + ", plain or compressed; a protobuf message has no other form");
      }
      packed = Packing.of(other.compression(), ErrorCode.SERIALIZATION_FAILED);
    }
    byte[] document = packed.unpack(bytes, limits.bytes(), type, writtenAs);
    CodedInputStream in = CodedInputStream.newInstance(document);
    in.setRecursionLimit(limits.depth());
    try {
      T value = parser.parseFrom(in);
      in.checkLastTagWas(0);
      return value;
    } catch (InvalidProtocolBufferException e) {
      throw Failures.reading(
          type,
          writtenAs,
          "the bytes are no such message, at byte " + in.getTotalBytesRead(),
          Failures.Redacted.of(e));
    }
  }

  @Override
  public String toString() {
    return contentType + " of " + type;
  }
}
