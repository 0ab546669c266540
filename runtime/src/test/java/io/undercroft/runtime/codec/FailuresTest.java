package io.undercroft.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Codec;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TypeRef;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said when a value cannot be written or read: type, place and reason, never content. */
class FailuresTest {
  static final String SECRET = "s3cr3t";
  private static final String ROOM = Samples.Room.class.getTypeName();

  /** Asserts that neither the messages nor the stack traces of all causes hold the secret. */
  static void holdsNoSecret(Throwable failure) {
    StringWriter all = new StringWriter();
    failure.printStackTrace(new PrintWriter(all));
    assertThat(all.toString()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"seats\":\"s3cr3t\"}           | java.lang.NumberFormatException), in property 'seats', near line 1, column 10 (byte 9), where a string is",
        "{\"kind\":\"s3cr3t\"}            | java.lang.IllegalArgumentException was thrown, near line 1, column 9 (byte 8), where a string is",
        "{\"seats\":2147483648}           | a number does not fit into 32 bits, at line 1, column 10 (byte 9)",
        "{\"seats\":1.5}                  | a number is not whole or does not fit into 64 bits, at line 1, column 10 (byte 9)",
        "{\"seats\":1e30}                 | a number is not whole or does not fit into 64 bits, at line 1, column 10 (byte 9)",
        "{\"address\":{\"city\":{}}}      | in property 'address.city'",
        "{\"address\":\"s3cr3t\"}         | in property 'address'",
        "{\"others\":{\"s3cr3t\":1}}      | in property 'others'",
        "{\"seats\":1,\"seats\":1}        | a name is there twice in one object, at line 1, column 12 (byte 11)",
        "[]                               | Received event: START_ARRAY Allowed: [START_OBJECT]",
        "[{\"seats\":1}]                  | the document is a list of such values, at line 1, column 1 (byte 0)",
        "[{\"seats\":1},{\"seats\":1}]    | the document is a list of such values, at line 1, column 1 (byte 0)",
        "\"s3cr3t\"                       | near line 1, column 1 (byte 0), where a string is",
        "null                             | the document is null, and a storage holds no nulls, at line 1, column 1",
        "{\"seats\":1} {}                 | there is more after the end of the document, at line 1, column 13 (byte 12)",
        "{\"x\":{\"a\":[1,{\"b\":1,\"b\":2}]}} | a name is there twice in one object, at line 1, column 21 (byte 20)",
        "{\"x\":[tru]}                    | the rest of a literal was expected, at line 1, column 10 (byte 9)",
        "{\"seats\":1                     | the document ends where ',' or '}' was expected, at line 1, column 11 (byte 10)",
      })
  void readingARoomFails(String json, String what) {
    assertThatThrownBy(
            () -> Coding.json(Samples.Room.class).decode(json.getBytes(UTF_8), "application/json"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
              assertThat(e.reason())
                  .startsWith("cannot read " + ROOM + " from application/json: ")
                  .contains(what);
              assertThat(e.details()).containsKeys("line", "column", "offset");
            })
        .satisfies(FailuresTest::holdsNoSecret);
  }

  @Test
  void aConstructorThatRefusesIsNamedAndItsMessageIsNot() {
    Codec<Object> codec = Coding.json(Samples.Guarded.class);
    assertThatThrownBy(() -> codec.decode("{\"name\":\"\"}".getBytes(UTF_8), "application/json"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("java.lang.IllegalArgumentException was thrown")
        .hasStackTraceContaining("Samples$Guarded.<init>")
        .satisfies(FailuresTest::holdsNoSecret);
  }

  @ParameterizedTest
  @CsvSource({
    "java.lang.String,1,no string",
    "java.lang.String,null,no string",
    "java.lang.Integer,{},near",
    "java.util.Map,[1],no Map",
    "java.util.List,{},no List",
    "java.lang.Object,null,the document is null",
    "jakarta.json.JsonObject,[],no JsonObject",
    "jakarta.json.JsonArray,1,no JsonArray"
  })
  void aDocumentOfAnotherKindIsRefused(Class<?> type, String json, String what) {
    assertThatThrownBy(() -> Coding.json(type).decode(json.getBytes(UTF_8), "application/json"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot read " + type.getTypeName() + " from application/json: ")
        .hasMessageContaining(what);
  }

  @Test
  void aStringThatIsNoBase64IsRefused() {
    assertThatThrownBy(
            () ->
                Coding.json(byte[].class).decode("\"s3cr3t!\"".getBytes(UTF_8), "application/json"))
        .hasMessageContaining("a string is not Base64, at line 1, column 1 (byte 0)")
        .satisfies(FailuresTest::holdsNoSecret);
  }

  // writing

  /** A bean whose getter fails. */
  public static class Failing {
    public String getName() {
      throw new IllegalStateException(SECRET);
    }

    public void setName(String name) {}
  }

  /** A bean that may hold itself. */
  public static class Ring {
    public @Nullable Ring next;
    public String name = SECRET;
  }

  /** The same with a hash code that follows the ring. */
  public static class HashedRing {
    public @Nullable HashedRing next;

    @Override
    public int hashCode() {
      return next == null ? 0 : next.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }
  }

  private static List<Object[]> unwritable() {
    Ring ring = new Ring();
    ring.next = ring;
    HashedRing hashed = new HashedRing();
    hashed.next = hashed;
    Ring chain = new Ring();
    for (int i = 0; i < 250; i++) {
      Ring longer = new Ring();
      longer.next = chain;
      chain = longer;
    }
    List<Object> self = new ArrayList<>();
    self.add(self);
    Map<Object, Object> nullKey = new HashMap<>();
    nullKey.put(null, 1);
    Map<Object, Object> twice = new HashMap<>();
    twice.put(1, SECRET);
    twice.put("1", SECRET);
    return List.of(
        new Object[] {String.class, SECRET + "\ud800", "a surrogate without its other half"},
        new Object[] {Object.class, Map.of(SECRET + "\udc00", 1), "a surrogate without"},
        new Object[] {
          Samples.Address.class,
          new Samples.Address(SECRET + "\ud800", Optional.empty()),
          "a surrogate without its other half, in property 'city'"
        },
        new Object[] {Double.class, Double.NaN, "a number that is infinite or none at all"},
        new Object[] {Object.class, List.of(Double.NEGATIVE_INFINITY), "a number that is infinite"},
        new Object[] {Object.class, List.of(Float.NaN), "java.lang.NumberFormatException"},
        new Object[] {BigDecimal.class, new BigDecimal("1e10000"), "an exponent beyond 9999"},
        new Object[] {BigDecimal.class, new BigDecimal("1e-1000000000"), "an exponent beyond 9999"},
        new Object[] {
          BigInteger.class,
          BigInteger.ONE.shiftLeft(10_000_000),
          "a number of more than 1000 characters"
        },
        new Object[] {
          Object.class,
          new BigDecimal(BigInteger.ONE.shiftLeft(10_000_000), 3),
          "a number of more than 1000 characters"
        },
        new Object[] {Failing.class, new Failing(), "java.lang.IllegalStateException"},
        new Object[] {Ring.class, ring, "Recursive reference has been found in class"},
        new Object[] {HashedRing.class, hashed, "the value nests too deep, or holds itself"},
        new Object[] {Ring.class, chain, "nest more than 200 deep, in property 'next"},
        new Object[] {Object.class, self, "nest more than 200 deep"},
        new Object[] {Object.class, nullKey, "a map holds a null key"},
        new Object[] {Object.class, twice, "a name is there twice in one object"},
        new Object[] {Object.class, Map.of(List.of(SECRET), 1), "which is no name"},
        new Object[] {
          JsonObject.class, JsonDoor.parse("{\"a\":" + "[".repeat(199) + "]".repeat(199) + "}"), ""
        });
  }

  @Test
  void whatWouldNotBeReadIsNotWritten() {
    for (Object[] one : unwritable()) {
      Type type = (Type) one[0];
      for (String format : List.of("json", "msgpack")) {
        Codec<Object> codec = Coding.codec(type, CodecSettings.DEFAULT.withFormat(format));
        if (one[2].equals("")) {
          assertThat(codec.encode(one[1])).as("just within the limits").isNotEmpty();
          continue;
        }
        assertThatThrownBy(() -> codec.encode(one[1]))
            .as("%s %s", type, one[2])
            .isInstanceOfSatisfying(
                StorageException.class,
                e -> {
                  assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
                  assertThat(e.reason())
                      .startsWith(
                          "cannot write " + type.getTypeName() + " as application/" + format)
                      .contains((String) one[2]);
                })
            .satisfies(FailuresTest::holdsNoSecret);
      }
    }
  }

  @Test
  void aValueIsWrittenUpToItsLimitAndNotBeyond() {
    for (String text :
        List.of("x".repeat(62), "ä".repeat(31), "😀".repeat(15) + "ab", "\n".repeat(31))) {
      CodecLimits limits = CodecLimits.DEFAULT.withBytes(64);
      Codec<Object> codec = Coding.codec(String.class, CodecSettings.DEFAULT.withLimits(limits));
      byte[] bytes = codec.encode(text);
      assertThat(bytes).hasSize(64);
      assertThat(codec.decode(bytes, "application/json")).isEqualTo(text);
      assertThatThrownBy(() -> codec.encode(text + "y"))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("it is larger than 64 bytes");
    }
  }

  @Test
  void tightLimitsHoldForEveryFormOfNumberInBothFormats() {
    CodecLimits tight = new CodecLimits(10, 5, 3, 1_000);
    CodecSettings settings = CodecSettings.DEFAULT.withLimits(tight);
    for (String format : List.of("json", "msgpack")) {
      Codec<Object> loose = Coding.codec(Object.class, CodecSettings.DEFAULT.withFormat(format));
      Codec<Object> strict = Coding.codec(Object.class, settings.withFormat(format));
      for (Object number : List.of(12345, 1.25, -1.5, 0.125f, new BigDecimal("1E+3"))) {
        assertThat(strict.decode(strict.encode(number), strict.contentType())).isNotNull();
      }
      for (Object number :
          List.of(
              123456,
              123456L,
              1.23456,
              1e10,
              0.12345f,
              new BigDecimal("1E+4"),
              BigInteger.TEN.pow(6))) {
        assertThatThrownBy(() -> strict.encode(number)).isInstanceOf(StorageException.class);
        byte[] bytes = loose.encode(number);
        assertThatThrownBy(() -> strict.decode(bytes, strict.contentType()))
            .isInstanceOf(StorageException.class);
      }
    }
  }

  @Test
  void aJsonNullIsAValueForThoseWhoAskForJson() {
    Codec<Object> codec = Coding.json(JsonValue.class);
    assertThat(codec.decode(codec.encode(JsonValue.NULL), "application/json"))
        .isEqualTo(JsonValue.NULL);
    Codec<Object> optional = Coding.json(new TypeRef<Optional<String>>() {}.type());
    assertThat(optional.decode(optional.encode(Optional.empty()), "application/json"))
        .isEqualTo(Optional.empty());
  }
}
