package io.undercroft.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.undercroft.spi.Codec;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ExtensionValue;
import org.msgpack.value.Value;

class MsgpackTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String TYPE = "application/msgpack";

  private final Codec<Object> json = Coding.msgpack(JsonValue.class);

  private String read(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return JsonDoor.text((JsonValue) json.decode(bytes, TYPE));
  }

  private String write(String text) {
    return HexFormat.of().formatHex(json.encode(JsonDoor.parse(text)));
  }

  /** The examples of the specification's table, at every border. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "null,c0",
        "false,c2",
        "true,c3",
        "0,00",
        "127,7f",
        "128,cc80",
        "255,ccff",
        "256,cd0100",
        "65535,cdffff",
        "65536,ce00010000",
        "4294967295,ceffffffff",
        "4294967296,cf0000000100000000",
        "9223372036854775807,cf7fffffffffffffff",
        "9223372036854775808,cf8000000000000000",
        "18446744073709551615,cfffffffffffffffff",
        "-1,ff",
        "-32,e0",
        "-33,d0df",
        "-128,d080",
        "-129,d1ff7f",
        "-32768,d18000",
        "-32769,d2ffff7fff",
        "-2147483648,d280000000",
        "-2147483649,d3ffffffff7fffffff",
        "-9223372036854775808,d38000000000000000",
        "0.5,cb3fe0000000000000",
        "-2.0,cbc000000000000000",
        "7.25,cb401d000000000000",
        "18446744073709551616,c714013138343436373434303733373039353531363136",
        "1e3,c70301316533",
        "-0,d5012d30",
        "1.10,d601312e3130",
        "\"\",a0",
        "\"a\",a161",
        "\"ä\",a2c3a4",
        "[],90",
        "{},80",
        "'[1,[]]',920190",
        "'{\"a\":{\"b\":null}}',81a16181a162c0"
      })
  void theShortestFormIsWrittenAndRead(String text, String hex) {
    assertThat(write(text)).isEqualTo(hex);
    assertThat(read(hex)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "d07f,127",
    "d10001,1",
    "d200000001,1",
    "d30000000000000001,1",
    "cc01,1",
    "cd0001,1",
    "ce00000001,1",
    "cf0000000000000001,1",
    "ca3f000000,0.5",
    "ca3dcccccd,0.1",
    "d90161,\"a\"",
    "da000161,\"a\"",
    "db0000000161,\"a\"",
    "dc000101,[1]",
    "dd0000000101,[1]",
    "de0001a16101,{\"a\":1}",
    "df00000001a16101,{\"a\":1}",
    "c40401020304,\"AQIDBA==\"",
    "c5000101,\"AQ==\"",
    "c60000000101,\"AQ==\"",
    "d40135,5",
    "c8000301312e30,1.0",
    "c9000000010135,5"
  })
  void longerFormsAreReadToo(String hex, String text) {
    assertThat(read(hex)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536, 100_000})
  void everySizeHasItsHead(int size) throws IOException {
    String text = "\"" + "x".repeat(size) + "\"";
    assertThat(read(write(text))).isEqualTo(text);
    StringBuilder array = new StringBuilder("[[],");
    StringBuilder object = new StringBuilder("{\"in\":{},");
    for (int i = 0; i < size; i++) {
      array.append(i).append(',');
      object.append("\"n").append(i).append("\":").append(i).append(',');
    }
    for (String whole : new String[] {array + "{}]", object + "\"end\":[]}"}) {
      byte[] bytes = json.encode(JsonDoor.parse(whole));
      assertThat(JsonDoor.text((JsonValue) json.decode(bytes, TYPE))).isEqualTo(whole);
      assertSame(JsonDoor.parse(whole), bytes);
    }
    Codec<Object> binary = Coding.msgpack(byte[].class);
    byte[] content = new byte[size];
    byte[] bytes = binary.encode(content);
    assertThat(binary.decode(bytes, TYPE)).isEqualTo(content);
    try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes)) {
      assertThat(unpacker.unpackBinaryHeader()).isEqualTo(size);
    }
  }

  // another implementation

  @Test
  void msgpackJavaReadsWhatWeWrite() {
    Seeds.run(
        random -> {
          for (String text : new RandomJson(random).documents(1_000)) {
            JsonValue value = JsonDoor.parse(text);
            assertSame(value, json.encode(value));
          }
        });
  }

  private static void assertSame(JsonValue expected, byte[] bytes) throws IOException {
    try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes)) {
      assertSame(expected, unpacker.unpackValue());
      assertThat(unpacker.hasNext()).isFalse();
    }
  }

  private static void assertSame(JsonValue expected, Value read) {
    switch (expected.getValueType()) {
      case NULL -> assertThat(read.isNilValue()).isTrue();
      case TRUE, FALSE ->
          assertThat(read.asBooleanValue().getBoolean()).isEqualTo(expected == JsonValue.TRUE);
      case STRING ->
          assertThat(read.asStringValue().asString())
              .isEqualTo(((JsonString) expected).getString());
      case NUMBER -> {
        JsonNumber number = (JsonNumber) expected;
        if (read.isIntegerValue()) {
          assertThat(read.asIntegerValue().asBigInteger()).isEqualTo(number.bigIntegerValueExact());
        } else if (read.isFloatValue()) {
          assertThat(read.asFloatValue().toDouble()).isEqualTo(number.doubleValue());
        } else {
          ExtensionValue text = read.asExtensionValue();
          assertThat(text.getType()).isEqualTo((byte) 1);
          assertThat(text.getData()).asString(UTF_8).isEqualTo(number.toString());
        }
      }
      case ARRAY -> {
        assertThat(read.asArrayValue().size()).isEqualTo(expected.asJsonArray().size());
        for (int i = 0; i < expected.asJsonArray().size(); i++) {
          assertSame(expected.asJsonArray().get(i), read.asArrayValue().get(i));
        }
      }
      case OBJECT -> {
        Value[] members = read.asMapValue().getKeyValueArray();
        assertThat(members).hasSize(2 * expected.asJsonObject().size());
        int i = 0;
        for (Map.Entry<String, JsonValue> member : expected.asJsonObject().entrySet()) {
          assertThat(members[i++].asStringValue().asString()).isEqualTo(member.getKey());
          assertSame(member.getValue(), members[i++]);
        }
      }
    }
  }

  @Test
  void weReadWhatMsgpackJavaWrites() throws IOException {
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      packer
          .packMapHeader(5)
          .packString("float")
          .packFloat(0.1f)
          .packString("double")
          .packDouble(1e300)
          .packString("big")
          .packBigInteger(BigInteger.TWO.pow(64).subtract(BigInteger.ONE))
          .packString("list")
          .packArrayHeader(3)
          .packNil()
          .packBoolean(true)
          .packLong(Long.MIN_VALUE)
          .packString("binary")
          .packBinaryHeader(1)
          .writePayload(new byte[] {1});
      assertThat(JsonDoor.text((JsonValue) json.decode(packer.toByteArray(), TYPE)))
          .isEqualTo(
              "{\"float\":0.1,\"double\":1.0E300,\"big\":18446744073709551615,"
                  + "\"list\":[null,true,-9223372036854775808],\"binary\":\"AQ==\"}");
    }
  }

  // hostile bytes

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "``                    | the document ends where a value was expected             | 0",
        "c1                    | a byte that begins no value                              | 0",
        "0101                  | there is more after the end of the document              | 1",
        "91                    | an object or array claims more items than there are bytes| 0",
        "9301                  | an object or array claims more items than there are bytes| 0",
        "8101                  | an object or array claims more items than there are bytes| 0",
        "ddffffffff            | an object or array claims more items than there are bytes| 0",
        "dfffffffff            | an object or array claims more items than there are bytes| 0",
        "df80000000            | an object or array claims more items than there are bytes| 0",
        "a5616263              | a value claims more bytes than there are                 | 0",
        "dbffffffff61          | a value claims more bytes than there are                 | 0",
        "db7fffffff61          | a value claims more bytes than there are                 | 0",
        "c6ffffffff61          | a value claims more bytes than there are                 | 0",
        "c9ffffffff0161        | a value claims more bytes than there are                 | 0",
        "d8013132              | a value claims more bytes than there are                 | 0",
        "cd01                  | the document ends within a value                         | 2",
        "cf00000000000000      | the document ends within a value                         | 8",
        "d4                    | the document ends where the type of an extension         | 1",
        "8101a161              | a name that is no string                                 | 1",
        "8190a161              | a name that is no string                                 | 1",
        "82a16101a16102        | a name is there twice in one object                      | 4",
        "a1ff                  | bytes that are not UTF-8                                 | 1",
        "a3eda080              | bytes that are not UTF-8                                 | 1",
        "81a1c301              | bytes that are not UTF-8                                 | 2",
        "cb7ff0000000000000    | a number that is infinite or none at all                 | 0",
        "cb7ff8000000000000    | a number that is infinite or none at all                 | 0",
        "ca7f800000            | a number that is infinite or none at all                 | 0",
        "d60258585858          | an extension type that is not known                      | 0",
        "d6ff00000000          | an extension type that is not known                      | 0",
        "d60158585858          | a number does not follow JSON's grammar                  | 0",
        "d60130303031          | a number does not follow JSON's grammar                  | 0",
        "c7000131              | a number does not follow JSON's grammar                  | 0",
        "c70c0131653130303030303030303030| a number with an exponent beyond 9999         | 0",
      })
  void whatIsNotOneValueIsRefusedWithItsPlace(String hex, String what, int offset) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> json.decode(bytes, TYPE))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
              assertThat(e.reason())
                  .startsWith("cannot read jakarta.json.JsonValue from application/msgpack: ")
                  .contains(what)
                  .endsWith(", at byte " + offset);
              assertThat(e.details())
                  .containsEntry("offset", Integer.toString(offset))
                  .doesNotContainKey("line");
            });
  }

  @Test
  void nestingIsTakenUpTo200AndNotBeyond() {
    byte[] deepest = new byte[200];
    Arrays.fill(deepest, (byte) 0x91);
    deepest[199] = (byte) 0x90;
    assertThat(json.decode(deepest, TYPE)).isNotNull();
    byte[] millions = new byte[5_000_000];
    Arrays.fill(millions, (byte) 0x91);
    assertTimeoutPreemptively(
        SOON,
        () ->
            assertThatThrownBy(() -> json.decode(millions, TYPE))
                .hasMessageContaining("nest more than 200 deep"));
  }

  @Test
  void noiseIsRefusedOrReadAndNothingElse() {
    Seeds.run(
        random -> {
          for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[1 + random.nextInt(60)];
            random.nextBytes(noise);
            try {
              JsonValue value = (JsonValue) json.decode(noise, TYPE);
              assertThat(JsonDoor.parse(JsonDoor.bytes(value))).isEqualTo(value);
            } catch (StorageException e) {
              assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
            }
          }
        });
  }

  @Test
  void everyCutDocumentIsRefused() {
    Seeds.run(
        random -> {
          for (String text : new RandomJson(random).documents(200)) {
            byte[] bytes = json.encode(JsonDoor.parse(text));
            for (int length = 0; length < bytes.length; length++) {
              byte[] cut = Arrays.copyOf(bytes, length);
              assertThatThrownBy(() -> json.decode(cut, TYPE)).isInstanceOf(StorageException.class);
            }
          }
        });
  }

  /** Numbers that come from text pass through a double only where every JDK prints it the same. */
  @Test
  void decimalsKeepTheirText() {
    Seeds.run(
        random -> {
          for (int i = 0; i < 20_000; i++) {
            String text =
                (random.nextBoolean() ? "-" : "")
                    + random.nextInt(10_000_000)
                    + "."
                    + Long.toString(random.nextLong() >>> (1 + random.nextInt(60)));
            assertThat(read(write(text))).isEqualTo(text);
          }
        });
  }
}
