package io.undercroft.codec.jackson;

import static io.undercroft.storage.query.Field.field;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.undercroft.runtime.codec.CodecSettings;
import io.undercroft.runtime.codec.Codecs;
import io.undercroft.spi.Codec;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.Query;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same JSON as the built-in codec's, either way, and as strict. */
class JacksonCodecTest {
  private static final Codecs CODECS =
      Codecs.of(List.of(new JacksonCodecProvider()), JacksonCodecTest.class.getClassLoader());

  /** A kind. */
  public enum Kind {
    CINEMA,
    STAGE
  }

  /** An address. */
  public record Address(String city, Optional<String> zip) {}

  /** A room with everything that rooms have. */
  public record Room(
      String id,
      int seats,
      @Nullable Integer rows,
      Address address,
      List<Address> others,
      Map<String, Address> byName,
      Map<Kind, Integer> counts,
      Set<String> tags,
      Kind kind,
      Optional<Address> annex,
      OptionalInt floor,
      BigInteger whole,
      BigDecimal price,
      UUID key,
      boolean open) {}

  /** All times but those with a zone by name. */
  public record Times(
      Instant instant,
      LocalDate date,
      LocalTime time,
      LocalDateTime dateTime,
      OffsetDateTime offset,
      Duration duration,
      Period period,
      Year year,
      YearMonth month) {}

  /** A class with properties. */
  public static class Bean {
    private String name = "";
    private byte[] picture = {};
    private double rate;
    private transient String secret = "none";

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }

    public byte[] getPicture() {
      return picture.clone();
    }

    public void setPicture(byte[] picture) {
      this.picture = picture.clone();
    }

    public double getRate() {
      return rate;
    }

    public void setRate(double rate) {
      this.rate = rate;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bean bean
          && name.equals(bean.name)
          && Arrays.equals(picture, bean.picture)
          && rate == bean.rate
          && secret.equals(bean.secret);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, rate);
    }
  }

  private static Bean bean() {
    Bean bean = new Bean();
    bean.setName("Kölner \"Nacht\"\\ 映画 \ud83c\udfac\n\u0001");
    bean.setPicture(new byte[] {0, 1, -1, 127, -128});
    bean.setRate(0.1);
    return bean;
  }

  private static Room room() {
    Address bonn = new Address("Bonn", Optional.of("53111"));
    return new Room(
        "r-1",
        12,
        null,
        bonn,
        List.of(bonn, new Address("Köln", Optional.empty())),
        Map.of("home", bonn),
        Map.of(Kind.STAGE, 2),
        Set.of("quiet"),
        Kind.CINEMA,
        Optional.empty(),
        OptionalInt.of(3),
        new BigInteger("123456789012345678901234567890"),
        new BigDecimal("12.50"),
        UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"),
        true);
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(Room.class, room()),
        Arguments.of(
            Times.class,
            new Times(
                Instant.parse("2026-11-20T10:15:30.123456789Z"),
                LocalDate.of(2026, 11, 20),
                LocalTime.of(10, 15, 30, 5_000),
                LocalDateTime.of(2026, 11, 20, 10, 15, 30),
                OffsetDateTime.of(2026, 11, 20, 10, 15, 30, 1, ZoneOffset.ofHours(2)),
                Duration.ofMillis(90_061_001),
                Period.of(1, 2, 3),
                Year.of(2026),
                YearMonth.of(2026, 11))),
        Arguments.of(Bean.class, bean()),
        Arguments.of(String.class, "a \"text\""),
        Arguments.of(Kind.class, Kind.STAGE),
        Arguments.of(Integer.class, 7),
        Arguments.of(new TypeRef<List<Room>>() {}.type(), List.of(room(), room())),
        Arguments.of(new TypeRef<Map<String, Integer>>() {}.type(), Map.of("a", 1)));
  }

  @SuppressWarnings("unchecked") // the type is the value's
  private static Codec<Object> codec(Type type, String id) {
    return (Codec<Object>) CODECS.codecFor(type, CodecSettings.DEFAULT.withCodec(id));
  }

  @ParameterizedTest
  @MethodSource("values")
  void eitherCodecReadsWhatTheOtherWrote(Type type, Object value) {
    Codec<Object> jackson = codec(type, "jackson");
    Codec<Object> builtIn = codec(type, "jsonb");
    byte[] ours = jackson.encode(value);
    byte[] theirs = builtIn.encode(value);
    assertThat(document(ours)).as("the same document").isEqualTo(document(theirs));
    assertThat(jackson.decode(ours, jackson.contentType())).isEqualTo(value);
    assertThat(jackson.decode(theirs, builtIn.contentType())).isEqualTo(value);
    assertThat(builtIn.decode(ours, jackson.contentType())).isEqualTo(value);
  }

  private static JsonValue document(byte[] json) {
    return (JsonValue) codec(JsonValue.class, "jsonb").decode(json, "application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{\"city\":\"Bonn\"} x",
        "{\"city\":\"Bonn\"}{}",
        "{\"city\":\"Bonn\",\"city\":\"Köln\"}",
        "{\"city\":\"Bonn\",\"x\":{\"y\":1,\"y\":2}}",
        "{\"city\":\"Bonn\",}",
        "{\"city\":'Bonn'}",
        "{\"city\":",
        "{\"city\":[\"Rumpelstilzchen\"]}",
        "[{\"city\":\"Bonn\"}]",
        "\"Rumpelstilzchen\"",
        "{\"x\":NaN}"
      })
  void whatIsNotExactlyOneValueIsRefusedWithoutShowingIt(String document) {
    String message = refusal(document);
    assertThat(message).contains("Address").doesNotContain("Rumpelstilzchen", "Bonn", "Köln");
  }

  @Test
  void depthAndNumbersHaveTheLimitsOfTheBuiltInCodec() {
    assertThat(refusal("{\"x\":" + "[".repeat(200) + "]".repeat(200) + "}")).contains("Address");
    assertThat(refusal("{\"x\":" + "1".repeat(1_001) + "}")).contains("Address");
    codec(Address.class, "jackson")
        .decode(
            ("{\"city\":\"Bonn\",\"x\":" + "[".repeat(199) + "]".repeat(199) + "}").getBytes(UTF_8),
            "application/json");
  }

  @Test
  void aPlaceIsNamed() {
    assertThat(refusal("{\"city\":\"Bonn\",\n  \"zip\":{}}")).contains("line 2");
  }

  @Test
  void anotherContentTypeIsNotGuessedAt() {
    StorageException refused =
        catchThrowableOfType(
            StorageException.class,
            () ->
                codec(Address.class, "jackson")
                    .decode(new byte[] {(byte) 0x80}, "application/msgpack"));
    assertThat(refused).hasMessageContaining("'application/msgpack'").hasMessageContaining("codec");
  }

  private static String refusal(String document) {
    Codec<Object> codec = codec(Address.class, "jackson");
    StorageException refused =
        catchThrowableOfType(
            StorageException.class,
            () -> codec.decode(document.getBytes(UTF_8), "application/json"));
    assertThat(refused).as("refused: %s", document).isNotNull();
    assertThat(refused.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
    return refused.getMessage();
  }

  /** The command line and queries know no type. */
  @Test
  void valuesWithoutATypeAreReadAndWrittenAsJson() {
    try (Undercroft undercroft =
        Undercroft.builder()
            .withoutAmbientConfig()
            .storage("rooms", Map.of("type", "memory", "codec", "jackson", "compression", "gzip"))
            .open()) {
      Storage<Address> typed = undercroft.storage("rooms", Address.class);
      Storage<JsonValue> raw = undercroft.storage("rooms", JsonValue.class);
      typed.set("a", new Address("Bonn", Optional.of("1")));
      JsonObject found = raw.get("a").orElseThrow().asJsonObject();
      assertThat(found.getString("city")).isEqualTo("Bonn");
      raw.set("b", Json.createObjectBuilder(found).add("city", "Köln").build());
      assertThat(typed.get("b")).contains(new Address("Köln", Optional.of("1")));
      assertThat(typed.queryable().findMany(Query.where(field("city").eq("Köln"))))
          .containsExactly(new Address("Köln", Optional.of("1")));
      assertThat(undercroft.storage("rooms", Object.class).get("b"))
          .contains(Map.of("city", "Köln", "zip", "1"));
    }
  }

  @Test
  void aMapperOfTheApplicationsOwnIsUsedAsItIs() {
    JacksonCodecProvider own =
        new JacksonCodecProvider(
            JacksonCodecProvider.standard()
                .rebuild()
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .build());
    Codec<?> codec =
        Codecs.of(List.of(own), getClass().getClassLoader())
            .codecFor(Room.class, CodecSettings.DEFAULT.withCodec("jackson"));
    @SuppressWarnings("unchecked")
    byte[] json = ((Codec<Room>) codec).encode(room());
    assertThat(new String(json, UTF_8)).contains("\"by-name\":");
  }
}
