package io.undercroft.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.codec.Samples.Sample;
import io.undercroft.spi.Codec;
import io.undercroft.storage.TypeRef;
import io.undercroft.testkit.CorpusOfDocuments;
import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes in comes out: every kind of type, in every format, with every compression. */
class RoundTripTest {
  private static final List<String> FORMATS = List.of("json", "msgpack");

  static Stream<Arguments> everything() {
    return Samples.all().stream()
        .flatMap(
            sample ->
                FORMATS.stream()
                    .flatMap(
                        format ->
                            Codecs.compressions().stream()
                                .map(by -> Arguments.of(sample, format, by))));
  }

  @ParameterizedTest
  @MethodSource("everything")
  void aValueComesBackAsItWas(Sample sample, String format, String compression) {
    CodecSettings settings = CodecSettings.DEFAULT.withFormat(format).withCompression(compression);
    Codec<Object> codec = Coding.codec(sample.type(), settings);
    byte[] bytes = codec.encode(sample.value());
    assertThat(codec.contentType())
        .isEqualTo("application/" + format + (compression.equals("none") ? "" : "+" + compression));
    assertThat(codec.decode(bytes, codec.contentType())).isEqualTo(sample.value());
    assertThat(codec.decode(bytes, codec.contentType())).as("again").isEqualTo(sample.value());
    assertThat(codec.encode(sample.value())).as("the same bytes every time").isEqualTo(bytes);
  }

  /** Whatever a storage is set to now, it reads what any other setting wrote. */
  @ParameterizedTest
  @MethodSource("everything")
  void anEntryIsReadByTheContentTypeItWasWrittenWith(
      Sample sample, String format, String compression) {
    Codec<Object> then =
        Coding.codec(
            sample.type(), CodecSettings.DEFAULT.withFormat(format).withCompression(compression));
    byte[] bytes = then.encode(sample.value());
    for (String other : FORMATS) {
      Codec<Object> now =
          Coding.codec(
              sample.type(), CodecSettings.DEFAULT.withFormat(other).withCompression("gzip"));
      assertThat(now.decode(bytes, then.contentType())).isEqualTo(sample.value());
    }
  }

  @ParameterizedTest
  @MethodSource("io.undercroft.runtime.codec.Samples#all")
  void theBytesDependOnNoDefaultOfTheMachine(Sample sample) {
    byte[] expected = Coding.json(sample.type()).encode(sample.value());
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      for (Locale other :
          List.of(
              Locale.forLanguageTag("ar-EG-u-nu-arab"),
              Locale.forLanguageTag("th-TH-u-ca-buddhist-nu-thai"),
              Locale.forLanguageTag("tr-TR"),
              Locale.GERMANY)) {
        Locale.setDefault(other);
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Apia"));
        Codec<Object> codec = Coding.json(sample.type());
        assertThat(codec.encode(sample.value()))
            .asString(UTF_8)
            .isEqualTo(new String(expected, UTF_8));
        assertThat(codec.decode(expected, "application/json")).isEqualTo(sample.value());
      }
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void aRecordIsWrittenInTheOrderOfItsComponentsAndNullsAreLeftOut() {
    assertThat(Coding.json(Samples.Room.class).encode(Samples.room()))
        .asString(UTF_8)
        .startsWith("{\"id\":")
        .contains(
            ",\"seats\":17,\"address\":{\"city\":\"Bonn\",\"zip\":\"53111\"},"
                + "\"others\":[{\"city\":\"Bonn\",\"zip\":\"53111\"},{\"city\":\"\"}],\"byName\":{")
        .endsWith(",\"kind\":\"STAGE\",\"annex\":{\"city\":\"\"},\"open\":true}")
        .doesNotContain("rows");
  }

  @Test
  void recordsInsideAnythingThatIsDeclaredAreInTheirOrderToo() {
    record Zebra(int z, int a) {}
    record Holder(Zebra one, Optional<Zebra> maybe, Map<String, List<Zebra>> many) {}
    Zebra zebra = new Zebra(1, 2);
    String in = "{\"z\":1,\"a\":2}";
    Holder holder = new Holder(zebra, Optional.of(zebra), Map.of("k", List.of(zebra)));
    assertThat(json(Holder.class, holder))
        .isEqualTo("{\"one\":" + in + ",\"maybe\":" + in + ",\"many\":{\"k\":[" + in + "]}}");
    assertThat(json(new TypeRef<Map<String, Holder>>() {}.type(), Map.of("h", holder)))
        .startsWith("{\"h\":{\"one\":" + in);
    Samples.Shape circle = new Samples.Circle(1);
    assertThat(json(Samples.Drawing.class, new Samples.Drawing("n", List.of(circle), circle)))
        .startsWith("{\"name\":")
        .containsSubsequence("\"shapes\":", "\"background\":");
  }

  @Test
  void anAnnotatedOrderGoesBeforeTheComponents() {
    @JsonbPropertyOrder({"c", "a"})
    record Partly(int d, int a, int b, int c) {}
    assertThat(json(Partly.class, new Partly(1, 2, 3, 4)))
        .isEqualTo("{\"c\":4,\"a\":2,\"d\":1,\"b\":3}");
  }

  @Test
  void aClassIsWrittenInTheOrderOfItsNames() {
    assertThat(json(Samples.Bean.class, Samples.bean()))
        .containsSubsequence("\"name\":", "\"places\":", "\"seats\":");
  }

  private static String json(Type type, Object value) {
    return new String(Coding.json(type).encode(value), UTF_8);
  }

  @Test
  void annotationsOfARecordHold() {
    assertThat(
            Coding.json(Samples.Annotated.class)
                .encode(new Samples.Annotated(7, "t", java.time.LocalDate.of(2026, 3, 4))))
        .asString(UTF_8)
        .isEqualTo("{\"title\":\"t\",\"created\":\"04.03.2026\",\"no\":7}");
  }

  @Test
  void nullsOfMapsAndListsAreKept() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", null);
    map.put("a", Arrays.asList(null, 1));
    assertThat(Coding.json(Object.class).encode(map))
        .asString(UTF_8)
        .isEqualTo("{\"b\":null,\"a\":[null,1]}");
    Samples.Bean bean = new Samples.Bean();
    bean.places = new LinkedHashMap<>();
    bean.places.put("nowhere", null);
    assertThat(Coding.json(Samples.Bean.class).encode(bean))
        .asString(UTF_8)
        .isEqualTo("{\"places\":{\"nowhere\":null},\"seats\":0}");
  }

  /** A storage without a type takes anything; what comes back is plain. */
  @Test
  void aRawStorageTakesObjectsAmongPlainValues() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("room", Samples.BONN);
    map.put("kind", Samples.Kind.STAGE);
    map.put("when", java.time.Instant.EPOCH);
    map.put("numbers", new Object[] {1, 2L, (short) 3, (byte) 4, 0.5f, 0.25, 'c'});
    map.put("ints", new int[] {1, 2});
    map.put("bytes", new byte[] {1, 2, 3});
    map.put("maybe", java.util.Optional.of(java.util.Optional.empty()));
    map.put("byKind", Map.of(Samples.Kind.CINEMA, 1));
    map.put("json", JsonDoor.parse("{\"a\":1e3}"));
    Codec<Object> json = Coding.json(Object.class);
    byte[] bytes = json.encode(map);
    assertThat(bytes)
        .asString(UTF_8)
        .isEqualTo(
            "{\"room\":{\"city\":\"Bonn\",\"zip\":\"53111\"},\"kind\":\"STAGE\","
                + "\"when\":\"1970-01-01T00:00:00Z\",\"numbers\":[1,2,3,4,0.5,0.25,\"c\"],"
                + "\"ints\":[1,2],\"bytes\":\"AQID\",\"maybe\":null,\"byKind\":{\"CINEMA\":1},"
                + "\"json\":{\"a\":1e3}}");
    Object plain = json.decode(bytes, "application/json");
    assertThat(plain).isInstanceOf(Map.class);
    Map<?, ?> read = (Map<?, ?>) plain;
    assertThat(read.keySet().toArray()).isEqualTo(map.keySet().toArray());
    assertThat(read.get("room")).isEqualTo(Map.of("city", "Bonn", "zip", "53111"));
    assertThat(read.get("ints")).isEqualTo(List.of(BigDecimal.ONE, new BigDecimal(2)));
    Codec<Object> msgpack = Coding.msgpack(Object.class);
    assertThat(msgpack.decode(msgpack.encode(map), msgpack.contentType())).isEqualTo(plain);
  }

  @Test
  void unknownPropertiesAreSkippedAndMissingOnesAreEmpty() {
    Object room =
        Coding.json(Samples.Address.class)
            .decode(
                "{\"new\":{\"a\":[1,{}]},\"city\":\"Ulm\"}".getBytes(UTF_8), "application/json");
    assertThat(room).isEqualTo(new Samples.Address("Ulm", java.util.Optional.empty()));
  }

  /** Every number, name and order that JSON carries, MessagePack carries too, to the letter. */
  @Test
  void theDirtyCorpusSurvivesEveryFormatAndCompression() {
    Seeds.run(
        random -> {
          List<String> corpus = CorpusOfDocuments.json(random.nextLong(), 200);
          for (String format : FORMATS) {
            for (String compression : Codecs.compressions()) {
              Codec<Object> codec =
                  Coding.codec(
                      JsonValue.class,
                      CodecSettings.DEFAULT.withFormat(format).withCompression(compression));
              for (String text : corpus) {
                JsonValue value = JsonDoor.parse(text);
                Object back = codec.decode(codec.encode(value), codec.contentType());
                assertThat(JsonDoor.text((JsonValue) back)).isEqualTo(JsonDoor.text(value));
              }
            }
          }
        });
  }

  @Test
  void randomDocumentsSurviveMessagePackToTheLetter() {
    Seeds.run(
        random -> {
          Codec<Object> msgpack = Coding.msgpack(JsonValue.class);
          Codec<Object> raw = Coding.json(Object.class);
          for (String text : new RandomJson(random).documents(1_500)) {
            JsonValue value = JsonDoor.parse(text);
            byte[] bytes = msgpack.encode(value);
            assertThat(JsonDoor.text((JsonValue) msgpack.decode(bytes, "application/msgpack")))
                .as(text)
                .isEqualTo(JsonDoor.text(value));
            if (value != JsonValue.NULL) {
              byte[] json = JsonDoor.bytes(value);
              assertThat(raw.decode(bytes, "application/msgpack"))
                  .as(text)
                  .isEqualTo(raw.decode(json, "application/json"));
            }
          }
        });
  }
}
