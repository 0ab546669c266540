package io.undercroft.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Codec;
import io.undercroft.spi.CodecProvider;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TypeRef;
import jakarta.json.bind.JsonbConfig;
import jakarta.json.bind.adapter.JsonbAdapter;
import jakarta.json.bind.annotation.JsonbCreator;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import jakarta.json.bind.annotation.JsonbTypeDeserializer;
import jakarta.json.bind.annotation.JsonbTypeSerializer;
import jakarta.json.bind.annotation.JsonbVisibility;
import jakarta.json.bind.config.PropertyNamingStrategy;
import jakarta.json.bind.config.PropertyOrderStrategy;
import jakarta.json.bind.config.PropertyVisibilityStrategy;
import jakarta.json.bind.serializer.DeserializationContext;
import jakarta.json.bind.serializer.JsonbDeserializer;
import jakarta.json.bind.serializer.JsonbSerializer;
import jakarta.json.bind.serializer.SerializationContext;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonParser;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecsTest {
  private static final ClassLoader LOADER = CodecsTest.class.getClassLoader();

  // ids

  @Test
  void thereIsAListOfEverythingThatCanBeAskedFor() {
    assertThat(Codecs.formats()).containsExactly("json", "msgpack", "protobuf");
    assertThat(Codecs.compressions()).containsExactly("none", "gzip", "lz4", "snappy", "zstd");
    assertThat(Coding.BUILT_IN.ids()).containsExactly("jsonb");
    assertThat(Codecs.of(List.of(new Rot13("z"), new Rot13("a")), LOADER).ids())
        .containsExactly("jsonb", "a", "z");
  }

  @Test
  void everyWrongIdIsToldWithWhatIsPossible() {
    CodecSettings wrong = new CodecSettings("jsonn", "JSON", "lzma", CodecLimits.DEFAULT);
    assertThat(Coding.BUILT_IN.problems(wrong))
        .containsExactly(
            "codec 'jsonn' does not exist; possible: jsonb",
            "format 'JSON' does not exist; possible: json, msgpack, protobuf",
            "compression 'lzma' does not exist; possible: none, gzip, lz4, snappy, zstd");
    assertInvalid(
        () -> Coding.BUILT_IN.codecFor(String.class, wrong), "'jsonn'", "'JSON'", "'lzma'");
    assertThat(Coding.BUILT_IN.problems(CodecSettings.DEFAULT)).isEmpty();
  }

  @Test
  void twoProvidersOfOneIdAreRefusedByName() {
    assertInvalid(
        () -> Codecs.of(List.of(new Rot13("a"), new Rot13("a")), LOADER),
        "two codec providers have the id 'a': ",
        Rot13.class.getName());
    assertInvalid(
        () -> Codecs.of(List.of(new Rot13("jsonb")), LOADER), "which is the built-in codec's");
  }

  // types

  static class NoWayIn {
    public final String name;

    NoWayIn(String name) {
      this.name = name;
    }
  }

  abstract static class Abstract {
    public @Nullable String name;
  }

  @SuppressWarnings("ClassCanBeStatic") // that is its mistake
  class Inner {
    public @Nullable String name;
  }

  static class Clash {
    public @Nullable String first;

    @JsonbProperty("first")
    public @Nullable String second;
  }

  record Generic<T>(T value) {}

  record HoldsGeneric(Generic<String> held) {}

  static <T> List<T> generic(List<T> list) {
    return list;
  }

  static List<Object[]> hopeless() throws ReflectiveOperationException {
    Type variable =
        CodecsTest.class.getDeclaredMethod("generic", List.class).getTypeParameters()[0];
    return List.of(
        new Object[] {NoWayIn.class, "has no constructor without parameters"},
        new Object[] {Abstract.class, "is abstract"},
        new Object[] {Samples.Sample[].class.getComponentType(), ""},
        new Object[] {Inner.class, "is an inner class"},
        new Object[] {Clash.class, "cannot be mapped by JSON-B: Property"},
        new Object[] {new TypeRef<Generic<String>>() {}.type(), "has a type parameter itself"},
        new Object[] {HoldsGeneric.class, "has a type parameter itself"},
        new Object[] {variable, "is a type variable"},
        new Object[] {new TypeRef<List<String>[]>() {}.type(), "is an array of a generic type"},
        new Object[] {void.class, "void is no type of values"});
  }

  @ParameterizedTest
  @MethodSource("hopeless")
  void aTypeThatCannotComeBackIsRefusedWhenTheStorageOpens(Type type, String why) {
    if (!why.isEmpty()) {
      assertInvalid(() -> Coding.json(type), type.getTypeName().replace("void", ""), why);
    }
  }

  static class WithCreator {
    final String name;

    private WithCreator(String name) {
      this.name = name;
    }

    @JsonbCreator
    static WithCreator of(@JsonbProperty("name") String name) {
      return new WithCreator(name);
    }

    public String getName() {
      return name;
    }
  }

  static class Shy {
    public String name = "?";

    private Shy() {}
  }

  @Test
  void constructorsAndCreatorsNeedNotBePublic() {
    assertThat(decode(WithCreator.class, "{\"name\":\"x\"}"))
        .isInstanceOfSatisfying(WithCreator.class, it -> assertThat(it.name).isEqualTo("x"));
    assertThat(decode(Shy.class, "{\"name\":\"x\"}"))
        .isInstanceOfSatisfying(Shy.class, it -> assertThat(it.name).isEqualTo("x"));
  }

  @Test
  void whatIsNoPropertyStaysNone() {
    assertThat(Coding.json(Hiding.class).encode(new Hiding()))
        .asString(UTF_8)
        .isEqualTo("{\"seen\":\"s\"}");
    assertThat(decode(Hiding.class, "{\"hidden\":\"x\",\"veiled\":\"x\",\"seen\":\"x\"}"))
        .isInstanceOfSatisfying(
            Hiding.class,
            it -> {
              assertThat(it.hidden).isEqualTo("h");
              assertThat(it.veiled).isEqualTo("v");
              assertThat(it.seen).isEqualTo("x");
            });
  }

  static class Hiding {
    private String hidden = "h";
    public String veiled = "v";
    public String seen = "s";

    @SuppressWarnings("UnusedMethod") // it hides the field
    private String getVeiled() {
      return veiled + hidden;
    }
  }

  // annotations and JSON-B's own means

  record Money(long cents) {}

  public static class MoneyAdapter implements JsonbAdapter<Money, String> {
    @Override
    public String adaptToJson(Money money) {
      return money.cents() / 100 + "." + money.cents() % 100;
    }

    @Override
    public Money adaptFromJson(String text) {
      return new Money(Long.parseLong(text.replace(".", "")));
    }
  }

  record Ticket(@JsonbTypeAdapter(MoneyAdapter.class) Money price) {}

  record Plain(String secretName) {}

  @JsonbTypeSerializer(PairWriter.class)
  @JsonbTypeDeserializer(PairReader.class)
  record Pair(String left, Plain right) {}

  public static class PairWriter implements JsonbSerializer<Pair> {
    @Override
    public void serialize(Pair pair, JsonGenerator out, SerializationContext context) {
      out.writeStartArray().write(pair.left());
      context.serialize(pair.right(), out);
      out.writeEnd();
    }
  }

  /** Asks for a type that is not public, and that nobody saw when the storage opened. */
  public static class PairReader implements JsonbDeserializer<Pair> {
    @Override
    public Pair deserialize(JsonParser in, DeserializationContext context, Type type) {
      in.next();
      String left = in.getString();
      in.next();
      return new Pair(left, new Plain(in.getObject().getString("secretName")));
    }
  }

  @JsonbTypeDeserializer(WrapReader.class)
  record Wrap(Plain plain) {}

  public static class WrapReader implements JsonbDeserializer<Wrap> {
    @Override
    public Wrap deserialize(JsonParser in, DeserializationContext context, Type type) {
      in.next();
      return new Wrap(context.deserialize(Plain.class, in));
    }
  }

  @Test
  void adaptersAndSerializersOnTypesSimplyWork() {
    assertRoundTrip(Ticket.class, new Ticket(new Money(1250)), "{\"price\":\"12.50\"}");
    assertRoundTrip(Pair.class, new Pair("l", new Plain("r")), "[\"l\",{\"secretName\":\"r\"}]");
    assertRoundTrip(Wrap.class, new Wrap(new Plain("x")), "{\"plain\":{\"secretName\":\"x\"}}");
    assertRoundTrip(
        new TypeRef<List<Pair>>() {}.type(),
        List.of(new Pair("l", new Plain("r"))),
        "[[\"l\",{\"secretName\":\"r\"}]]");
  }

  private static void assertRoundTrip(Type type, Object value, String json) {
    Codec<Object> codec = Coding.json(type);
    assertThat(codec.encode(value)).asString(UTF_8).isEqualTo(json);
    assertThat(codec.decode(json.getBytes(UTF_8), "application/json")).isEqualTo(value);
    Codec<Object> msgpack = Coding.msgpack(type);
    assertThat(msgpack.decode(msgpack.encode(value), msgpack.contentType())).isEqualTo(value);
  }

  /** Somebody's house style of JSON. */
  static final class House implements JsonbCodecProvider {
    final AtomicInteger calls = new AtomicInteger();

    @Override
    public String id() {
      return "house";
    }

    @Override
    public void configure(JsonbConfig config) {
      calls.incrementAndGet();
      config
          .withPropertyNamingStrategy(PropertyNamingStrategy.LOWER_CASE_WITH_DASHES)
          .withNullValues(true)
          .withFormatting(true)
          .withAdapters(new MoneyAdapter());
    }
  }

  record Offer(Money totalPrice, @Nullable String note) {}

  @Test
  void aProvidersOwnOrderOfPropertiesHolds() {
    Codecs codecs =
        Codecs.of(
            List.of(
                provider(
                    config ->
                        config.withPropertyOrderStrategy(PropertyOrderStrategy.LEXICOGRAPHICAL))),
            LOADER);
    Codec<Offer> codec = Coding.codec(codecs, Offer.class, CodecSettings.DEFAULT.withCodec("mine"));
    assertThat(codec.encode(new Offer(new Money(1), "n")))
        .asString(UTF_8)
        .startsWith("{\"note\":\"n\",");
  }

  @Test
  void aProviderShapesTheJsonOfEveryFormat() {
    House house = new House();
    Codecs codecs = Codecs.of(List.of(house), LOADER);
    Offer offer = new Offer(new Money(199), null);
    for (String format : List.of("json", "msgpack")) {
      for (String compression : Codecs.compressions()) {
        CodecSettings settings =
            new CodecSettings("house", format, compression, CodecLimits.DEFAULT);
        Codec<Offer> codec = Coding.codec(codecs, Offer.class, settings);
        assertThat(codec.decode(codec.encode(offer), codec.contentType())).isEqualTo(offer);
      }
    }
    assertThat(house.calls).hasValue(10);
    Codec<Offer> json = Coding.codec(codecs, Offer.class, CodecSettings.DEFAULT.withCodec("house"));
    String text = "{\"total-price\":\"1.99\",\"note\":null}";
    assertThat(json.encode(offer)).asString(UTF_8).isEqualTo(text);
    assertThat(house.calls).as("once for a storage and type").hasValue(11);
  }

  @Test
  void aProviderAloneIsACodecToo() {
    Codec<?> codec = new House().codec(Offer.class).orElseThrow();
    assertThat(codec.decode("{\"total-price\":\"1.99\"}".getBytes(UTF_8), "application/json"))
        .isEqualTo(new Offer(new Money(199), null));
  }

  @Test
  void aProvidersOwnVisibilityHoldsAndReachesWhatIsNotPublic() {
    JsonbCodecProvider fields =
        provider(
            config ->
                config.withPropertyVisibilityStrategy(
                    new PropertyVisibilityStrategy() {
                      @Override
                      public boolean isVisible(Field field) {
                        return true;
                      }

                      @Override
                      public boolean isVisible(Method method) {
                        return false;
                      }
                    }));
    Codec<Object> codec =
        Coding.codec(
            Codecs.of(List.of(fields), LOADER),
            Hiding.class,
            CodecSettings.DEFAULT.withCodec("mine"));
    assertThat(codec.encode(new Hiding()))
        .asString(UTF_8)
        .isEqualTo("{\"hidden\":\"h\",\"seen\":\"s\",\"veiled\":\"v\"}");
  }

  public static class AllFields implements PropertyVisibilityStrategy {
    @Override
    public boolean isVisible(Field field) {
      return true;
    }

    @Override
    public boolean isVisible(Method method) {
      return false;
    }
  }

  @JsonbVisibility(AllFields.class)
  public static class Open {
    private String inside = "i";
  }

  @Test
  void aVisibilityOnATypeHolds() {
    assertThat(Coding.json(Open.class).encode(new Open()))
        .asString(UTF_8)
        .isEqualTo("{\"inside\":\"i\"}");
    assertThat(decode(Open.class, "{\"inside\":\"x\"}"))
        .isInstanceOfSatisfying(Open.class, it -> assertThat(it.inside).isEqualTo("x"));
  }

  /** What a provider teaches JSON-B may be what a type lacks. */
  @Test
  void aProviderMayReadWhatCannotBeReadWithoutIt() {
    JsonbCodecProvider provider = provider(config -> config.withAdapters(new NoWayInAdapter()));
    Codec<Object> codec =
        Coding.codec(
            Codecs.of(List.of(provider), LOADER),
            NoWayIn.class,
            CodecSettings.DEFAULT.withCodec("mine"));
    assertThat(codec.decode("\"x\"".getBytes(UTF_8), "application/json"))
        .isInstanceOfSatisfying(NoWayIn.class, it -> assertThat(it.name).isEqualTo("x"));
  }

  public static class NoWayInAdapter implements JsonbAdapter<NoWayIn, String> {
    @Override
    public String adaptToJson(NoWayIn value) {
      return value.name;
    }

    @Override
    public NoWayIn adaptFromJson(String name) {
      return new NoWayIn(name);
    }
  }

  private interface Configures {
    void configure(JsonbConfig config);
  }

  private static JsonbCodecProvider provider(Configures configures) {
    return new JsonbCodecProvider() {
      @Override
      public String id() {
        return "mine";
      }

      @Override
      public void configure(JsonbConfig config) {
        configures.configure(config);
      }
    };
  }

  // codecs of other people

  /** A codec that brings its own bytes. */
  record Rot13(String id) implements CodecProvider, Codec<String> {
    @Override
    public Optional<Codec<?>> codec(Type type) {
      return type == String.class ? Optional.of(this) : Optional.empty();
    }

    @Override
    public String contentType() {
      return "text/x-rot13";
    }

    @Override
    public byte[] encode(String value) {
      if (value.startsWith("throw")) {
        throw new IllegalStateException("s3cr3t " + value);
      }
      return turn(value).getBytes(UTF_8);
    }

    @Override
    public String decode(byte[] bytes, String contentType) {
      if (!contentType.equals(contentType())) {
        throw StorageException.of(
            ErrorCode.SERIALIZATION_FAILED, "rot13 does not read " + contentType);
      }
      String text = new String(bytes, UTF_8);
      if (text.startsWith("throw")) {
        throw new IllegalStateException("s3cr3t " + text);
      }
      return turn(text);
    }

    private static String turn(String text) {
      return text.toLowerCase(Locale.ROOT)
          .chars()
          .map(c -> c >= 'a' && c <= 'z' ? 'a' + (c - 'a' + 13) % 26 : c)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();
    }
  }

  private final Codecs withRot13 = Codecs.of(List.of(new Rot13("rot13")), LOADER);
  private final CodecSettings rot13 = CodecSettings.DEFAULT.withCodec("rot13");

  @Test
  void aCustomCodecIsUsedAndMayBeCompressed() {
    Codec<String> plain = Coding.codec(withRot13, String.class, rot13);
    assertThat(plain.contentType()).isEqualTo("text/x-rot13");
    assertThat(plain.encode("abc")).asString(UTF_8).isEqualTo("nop");
    for (String compression : List.of("gzip", "lz4", "snappy", "zstd")) {
      Codec<String> packed =
          Coding.codec(withRot13, String.class, rot13.withCompression(compression));
      assertThat(packed.contentType()).isEqualTo("text/x-rot13+" + compression);
      byte[] bytes = packed.encode("abc");
      assertThat(packed.decode(bytes, packed.contentType())).isEqualTo("abc");
      assertThat(plain.decode(bytes, packed.contentType())).isEqualTo("abc");
    }
    assertThatThrownBy(() -> plain.decode(new byte[0], "application/json"))
        .hasMessageContaining("rot13 does not read application/json");
  }

  @Test
  void whatACustomCodecThrowsIsTypedAndSaysNothingOfTheContent() {
    Codec<String> codec = Coding.codec(withRot13, String.class, rot13);
    for (Runnable failing :
        List.<Runnable>of(
            () -> codec.encode("throw"),
            () -> codec.decode("throw".getBytes(UTF_8), "text/x-rot13"))) {
      assertThatThrownBy(failing::run)
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED))
          .hasMessageContaining("java.lang.IllegalStateException")
          .hasStackTraceContaining("Rot13")
          .satisfies(FailuresTest::holdsNoSecret);
    }
  }

  @Test
  void aCustomCodecAndAFormatContradictEachOther() {
    assertThat(withRot13.problems(rot13.withFormat("msgpack")))
        .containsExactly(
            "format 'msgpack' does nothing with codec 'rot13', which brings its own; leave it out");
    assertInvalid(
        () -> withRot13.codecFor(String.class, rot13.withFormat("msgpack")), "leave it out");
    assertThat(
            Codecs.of(List.of(new House()), LOADER)
                .problems(CodecSettings.DEFAULT.withCodec("house").withFormat("protobuf")))
        .containsExactly(
            "codec 'house' shapes JSON, and format 'protobuf' has no JSON in it; leave one of them"
                + " out");
  }

  @Test
  void aTypeThatACustomCodecDoesNotKnowIsRefused() {
    assertInvalid(
        () -> withRot13.codecFor(Integer.class, rot13),
        "codec 'rot13' has none for java.lang.Integer",
        Rot13.class.getName());
  }

  // content types

  @Test
  void anUnknownContentTypeIsNamed() {
    Codec<Object> codec = Coding.json(String.class);
    for (String unknown :
        List.of(
            "text/plain",
            "application/json; charset=utf-8",
            "APPLICATION/JSON",
            "application/json+brotli",
            "application/json+gzip+gzip",
            "+gzip",
            "",
            "text/x-rot13+zstd")) {
      assertThatThrownBy(() -> codec.decode("\"a\"".getBytes(UTF_8), unknown))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED))
          .hasMessageContaining("from '" + unknown + "': this storage reads application/json and")
          .hasMessageContaining("+gzip +lz4 +snappy +zstd");
    }
  }

  private static Object decode(Type type, String json) {
    return Coding.json(type).decode(json.getBytes(UTF_8), "application/json");
  }

  private static void assertInvalid(Runnable failing, String... parts) {
    assertThatThrownBy(failing::run)
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
              assertThat(e.reason()).contains(parts);
            });
  }
}
