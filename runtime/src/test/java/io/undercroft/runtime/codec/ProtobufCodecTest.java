package io.undercroft.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.undercroft.runtime.codec.proto.RoomMessage;
import io.undercroft.runtime.codec.proto.RoomMessage2;
import io.undercroft.runtime.codec.proto.StrictMessage;
import io.undercroft.spi.Codec;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TypeRef;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProtobufCodecTest {
  private static final CodecSettings PROTOBUF = CodecSettings.DEFAULT.withFormat("protobuf");
  private static final RoomMessage ROOM =
      RoomMessage.newBuilder()
          .setId(Samples.DIRT)
          .setSeats(-1)
          .addTags("a")
          .addTags("")
          .putLabels("x", "1")
          .putLabels("a", "2")
          .setAnnex(RoomMessage.newBuilder().setId("annex"))
          .build();

  private final Codec<RoomMessage> codec =
      Coding.codec(Coding.BUILT_IN, RoomMessage.class, PROTOBUF);

  @ParameterizedTest
  @MethodSource("io.undercroft.runtime.codec.Codecs#compressions")
  void aMessageComesBackWithEveryCompression(String compression) {
    Codec<RoomMessage> packed =
        Coding.codec(Coding.BUILT_IN, RoomMessage.class, PROTOBUF.withCompression(compression));
    String suffix = compression.equals("none") ? "" : "+" + compression;
    assertThat(packed.contentType()).isEqualTo("application/x-protobuf" + suffix);
    for (RoomMessage message : List.of(ROOM, RoomMessage.getDefaultInstance())) {
      byte[] bytes = packed.encode(message);
      assertThat(packed.decode(bytes, packed.contentType())).isEqualTo(message);
      assertThat(codec.decode(bytes, packed.contentType())).isEqualTo(message);
    }
  }

  @Test
  void theBytesAreThoseOfProtobufInAFixedOrder() throws Exception {
    byte[] bytes = codec.encode(ROOM);
    assertThat(RoomMessage.parseFrom(bytes)).isEqualTo(ROOM);
    RoomMessage same =
        ROOM.toBuilder().clearLabels().putLabels("a", "2").putLabels("x", "1").build();
    assertThat(codec.encode(same)).isEqualTo(bytes);
  }

  @Test
  void fieldsOfALaterVersionAreKept() {
    Codec<RoomMessage2> later = Coding.codec(Coding.BUILT_IN, RoomMessage2.class, PROTOBUF);
    RoomMessage2 written = RoomMessage2.newBuilder().setId("r").setColour("red").build();
    RoomMessage read = codec.decode(later.encode(written), "application/x-protobuf");
    assertThat(read.getId()).isEqualTo("r");
    assertThat(later.decode(codec.encode(read), "application/x-protobuf")).isEqualTo(written);
  }

  @Test
  void damagedBytesAreRefusedWithoutContent() {
    byte[] bytes = codec.encode(ROOM);
    for (byte[] bad :
        List.of(
            Arrays.copyOf(bytes, bytes.length - 1),
            new byte[] {(byte) 0xff},
            new byte[] {0x0a, 0x7f, 's'},
            new byte[] {0x0a, 1, (byte) 0xff},
            new byte[] {0x0c})) {
      assertThatThrownBy(() -> codec.decode(bad, codec.contentType()))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED))
          .hasMessageContaining("cannot read " + RoomMessage.class.getName())
          .hasMessageContaining("the bytes are no such message, at byte ");
    }
  }

  @Test
  void messagesNestUpTo200Deep() {
    RoomMessage deep = RoomMessage.getDefaultInstance();
    for (int i = 0; i < 190; i++) {
      deep = RoomMessage.newBuilder().setAnnex(deep).build();
    }
    assertThat(codec.decode(codec.encode(deep), codec.contentType())).isEqualTo(deep);
    for (int i = 0; i < 20; i++) {
      deep = RoomMessage.newBuilder().setAnnex(deep).build();
    }
    byte[] tooDeep = deep.toByteArray();
    assertThatThrownBy(() -> codec.decode(tooDeep, codec.contentType()))
        .isInstanceOf(StorageException.class);
  }

  @Test
  void aMessageThatMisfitsItsOwnRulesIsNotWritten() {
    Codec<StrictMessage> strict = Coding.codec(Coding.BUILT_IN, StrictMessage.class, PROTOBUF);
    assertThatThrownBy(() -> strict.encode(StrictMessage.newBuilder().buildPartial()))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("a required field is not set");
    Codec<RoomMessage> small =
        Coding.codec(
            Coding.BUILT_IN,
            RoomMessage.class,
            PROTOBUF.withLimits(CodecLimits.DEFAULT.withBytes(10)));
    assertThatThrownBy(() -> small.encode(ROOM)).hasMessageContaining("larger than 10 bytes");
  }

  @ParameterizedTest
  @MethodSource("noMessages")
  void anyOtherTypeIsRefusedWhenTheStorageOpens(Type type) {
    assertThatThrownBy(() -> Coding.codec(type, PROTOBUF))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
        .hasMessageContaining("format=protobuf stores messages whose class protoc generated, and ")
        .hasMessageContaining(type.getTypeName());
  }

  static List<Type> noMessages() {
    return List.of(
        String.class,
        Object.class,
        Samples.Room.class,
        Message.class,
        DynamicMessage.class,
        new TypeRef<List<RoomMessage>>() {}.type());
  }

  @Test
  void aMessageIsNotMistakenForABean() {
    for (String format : List.of("json", "msgpack")) {
      assertThatThrownBy(
              () -> Coding.codec(RoomMessage.class, CodecSettings.DEFAULT.withFormat(format)))
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
          .hasMessageContaining("is a protobuf message; use format=protobuf");
    }
  }

  @Test
  void neitherReadsTheOthersEntries() {
    assertThatThrownBy(() -> codec.decode("{}".getBytes(UTF_8), "application/json"))
        .hasMessageContaining("from 'application/json': this storage reads application/x-protobuf");
    assertThatThrownBy(
            () -> Coding.json(Samples.Room.class).decode(codec.encode(ROOM), codec.contentType()))
        .hasMessageContaining("from 'application/x-protobuf': a protobuf message is read by");
  }
}
