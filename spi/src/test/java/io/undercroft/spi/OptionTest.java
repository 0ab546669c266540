package io.undercroft.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTest {
  private enum Durability {
    FULL,
    VERY_RELAXED
  }

  private enum Codec {
    JSON_B("json-b"),
    NONE("none");

    private final String wire;

    Codec(String wire) {
      this.wire = wire;
    }

    @Override
    public String toString() {
      return wire;
    }
  }

  private static final Option<Duration> DURATION = Option.duration("o");
  private static final Option<Long> BYTES = Option.bytes("o");
  private static final Option<Durability> CHOICE = Option.choice("o", Durability.class);

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of(Option.string("o"), " as it is ", " as it is "),
        Arguments.of(Option.bool("o"), "true", true),
        Arguments.of(Option.bool("o"), "TRUE", true),
        Arguments.of(Option.bool("o"), "yes", true),
        Arguments.of(Option.bool("o"), "on", true),
        Arguments.of(Option.bool("o"), "false", false),
        Arguments.of(Option.bool("o"), "No", false),
        Arguments.of(Option.bool("o"), "off", false),
        Arguments.of(Option.integer("o"), "0", 0),
        Arguments.of(Option.integer("o"), "-12", -12),
        Arguments.of(Option.integer("o"), "10_000", 10_000),
        Arguments.of(Option.integer("o"), "2147483647", Integer.MAX_VALUE),
        Arguments.of(Option.longs("o"), "9223372036854775807", Long.MAX_VALUE),
        Arguments.of(DURATION, "5ns", Duration.ofNanos(5)),
        Arguments.of(DURATION, "7us", Duration.ofNanos(7_000)),
        Arguments.of(DURATION, "500ms", Duration.ofMillis(500)),
        Arguments.of(DURATION, "500 ms", Duration.ofMillis(500)),
        Arguments.of(DURATION, "1.5s", Duration.ofMillis(1_500)),
        Arguments.of(DURATION, "2s", Duration.ofSeconds(2)),
        Arguments.of(DURATION, "5m", Duration.ofMinutes(5)),
        Arguments.of(DURATION, "5min", Duration.ofMinutes(5)),
        Arguments.of(DURATION, "1h", Duration.ofHours(1)),
        Arguments.of(DURATION, "7d", Duration.ofDays(7)),
        Arguments.of(DURATION, "PT2S", Duration.ofSeconds(2)),
        Arguments.of(DURATION, "P1DT1H", Duration.ofHours(25)),
        Arguments.of(DURATION, "0s", Duration.ZERO),
        Arguments.of(DURATION, "106751991167300d", Duration.ofDays(106_751_991_167_300L)),
        Arguments.of(BYTES, "4096", 4_096L),
        Arguments.of(BYTES, "64KB", 65_536L),
        Arguments.of(BYTES, "64 kib", 65_536L),
        Arguments.of(BYTES, "16MiB", 16L << 20),
        Arguments.of(BYTES, "1.5m", 3L << 19),
        Arguments.of(BYTES, "1GiB", 1L << 30),
        Arguments.of(BYTES, "2tb", 2L << 40),
        Arguments.of(BYTES, "8388607TiB", 8_388_607L << 40),
        Arguments.of(Option.path("o"), "data/rooms", Path.of("data/rooms")),
        Arguments.of(Option.uri("o"), "redis://host:6379/0", URI.create("redis://host:6379/0")),
        Arguments.of(Option.charset("o"), "utf-8", StandardCharsets.UTF_8),
        Arguments.of(CHOICE, "full", Durability.FULL),
        Arguments.of(CHOICE, "very-relaxed", Durability.VERY_RELAXED),
        Arguments.of(Option.choice("o", Codec.class), "json-b", Codec.JSON_B),
        Arguments.of(Option.list("o"), " a, b ,,c ", List.of("a", "b", "c")),
        Arguments.of(Option.list("o"), "", List.of()),
        Arguments.of(
            Option.of("o", "unit", text -> TimeUnit.valueOf(text)), "DAYS", TimeUnit.DAYS));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void aTextMeansAValue(Option<?> option, String text, Object value) {
    assertThat(option.parse(text)).isEqualTo(value);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(Option.string("o"), "", "must not be empty"),
        Arguments.of(Option.bool("o"), "yeah", "must be true or false"),
        Arguments.of(Option.bool("o"), "", "must be true or false"),
        Arguments.of(Option.integer("o"), "twelve", "must be a whole number in its range"),
        Arguments.of(Option.integer("o"), "2147483648", "must be a whole number in its range"),
        Arguments.of(Option.integer("o"), "1.5", "must be a whole number in its range"),
        Arguments.of(Option.longs("o"), "9223372036854775808", "must be a whole number"),
        Arguments.of(DURATION, "5", "must be a duration such as 500ms"),
        Arguments.of(DURATION, "-5s", "must be a duration"),
        Arguments.of(DURATION, "5 fortnights", "must be a duration"),
        Arguments.of(DURATION, "P1Y", "must be a duration"),
        Arguments.of(DURATION, "99999999999999999999d", "must be a duration"),
        Arguments.of(DURATION, "", "must be a duration"),
        Arguments.of(BYTES, "-1", "must be a size such as 4096"),
        Arguments.of(BYTES, "0.3", "must be a size"),
        Arguments.of(BYTES, "16 elephants", "must be a size"),
        Arguments.of(BYTES, "8388608TiB", "must be a size"),
        Arguments.of(Option.path("o"), "", "must not be empty"),
        Arguments.of(Option.path("o"), "a\0b", "must be a path"),
        Arguments.of(Option.uri("o"), "no scheme", "must be a URI"),
        Arguments.of(Option.uri("o"), "host/path", "must start with a scheme"),
        Arguments.of(Option.charset("o"), "utf-9", "must be a character encoding such as UTF-8"),
        Arguments.of(Option.charset("o"), "not a name!", "must be a character encoding"),
        Arguments.of(CHOICE, "FULL", "must be one of full, very-relaxed"),
        Arguments.of(CHOICE, "very_relaxed", "must be one of full, very-relaxed"),
        Arguments.of(Option.choice("o", Codec.class), "JSON_B", "must be one of json-b, none"),
        Arguments.of(Option.integer("o").atLeast(1), "0", "must be at least 1"),
        Arguments.of(Option.integer("o").atMost(9), "10", "must be at most 9"),
        Arguments.of(DURATION.atLeast(Duration.ofMillis(1)), "0s", "must be at least 1ms"),
        Arguments.of(
            Option.integer("o").check(i -> Integer.bitCount(i) == 1, "must be a power of two"),
            "3",
            "must be a power of two"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aTextThatMeansNothingIsRefusedWithWhatIsExpected(
      Option<?> option, String text, String expected) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> option.parse(text))
        .withMessageStartingWith(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2hunter2",
        "redis://user:hunter2hunter2@h:x/",
        "http://u:hunter2hunter2@h /a",
        "//u:hunter2hunter2@h",
        "\u0000hunter2hunter2"
      })
  void aRefusalNeverShowsTheText(String text) {
    for (Option<?> option :
        List.of(
            Option.bool("o"),
            Option.integer("o"),
            Option.longs("o"),
            DURATION,
            BYTES,
            Option.uri("o").check(uri -> false, "must be another"),
            Option.charset("o"),
            CHOICE,
            Option.string("o").check(s -> false, "must be another"),
            Option.secret("o").check(s -> false, "must be another"))) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .as(option.type())
          .isThrownBy(() -> option.parse(text))
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
    }
  }

  @Test
  void checksAreMadeInTheirOrderAndTheFirstThatFailsIsTold() {
    Option<Integer> option =
        Option.integer("o")
            .atLeast(0)
            .check(i -> i % 2 == 0, "must be even")
            .check(i -> i != 8, "must not be eight");
    assertThat(option.parse("6")).isEqualTo(6);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> option.parse("-1"))
        .withMessage("must be at least 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> option.parse("7"))
        .withMessage("must be even");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> option.parse("8"))
        .withMessage("must not be eight");
  }

  static Stream<Arguments> masks() {
    Option<URI> uri = Option.uri("o");
    return Stream.of(
        Arguments.of(Option.secret("o"), "hunter2", "***"),
        Arguments.of(Option.secret("o"), "", "***"),
        Arguments.of(uri, "redis://user:hunter2@host:6379/0", "redis://***@host:6379/0"),
        Arguments.of(uri, "redis://hunter2@host", "redis://***@host"),
        Arguments.of(uri, "redis://:p@ss:w0rd@host/", "redis://***@host/"),
        Arguments.of(uri, "redis://user:pa/ss@host/", "redis://***@host/"),
        Arguments.of(uri, "redis://host:6379/0", "redis://host:6379/0"),
        Arguments.of(Option.string("o"), "plain", "plain"),
        Arguments.of(Option.string("o"), "jdbc:x://u:p@h/db", "jdbc:x://***@h/db"),
        Arguments.of(Option.string("o"), "alice@example.org", "alice@example.org"));
  }

  @ParameterizedTest
  @MethodSource("masks")
  void whatMustNotBeShownIsMasked(Option<?> option, String text, String shown) {
    assertThat(option.mask(text)).isEqualTo(shown);
  }

  @Test
  void aSecretIsParsedButNeverShown() {
    Option<Secret> option = Option.secret("password").doc("AUTH password");
    assertThat(option.isSecret()).isTrue();
    assertThat(option.parse("hunter2").reveal()).isEqualTo("hunter2");
    assertThat(option.orElse(new Secret("hunter2")).toString())
        .isEqualTo("password (secret, default ***): AUTH password");
  }

  @Test
  void anOptionDocumentsItselfInOneLine() {
    assertThat(Option.uri("uri").doc("redis://host:port/db").required())
        .hasToString("uri (URI, required): redis://host:port/db");
    assertThat(DURATION.orElse(Duration.ofSeconds(2))).hasToString("o (duration, default 2s)");
    assertThat(CHOICE.optional()).hasToString("o (one of full, very-relaxed)");
    assertThat(BYTES.orElse(16L << 10)).hasToString("o (size in bytes, default 16KiB)");
    assertThat(Option.list("o").orElse(List.of("a", "b")).shownFallback()).contains("a,b");
    assertThat(Option.integer("o").atLeast(1).check(i -> i != 7, "must not be seven").demands())
        .containsExactly("must be at least 1", "must not be seven");
    assertThat(CHOICE.doc("how sure").doc()).isEqualTo("how sure");
    assertThat(CHOICE.name()).isEqualTo("o");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "7ns", "1500ms", "90m", "36h", "7d", "PT2562047788015H"})
  void aDurationIsShownAsItMayBeWritten(String text) {
    Option<Duration> option = DURATION.orElse(DURATION.parse(text));
    assertThat(option.shownFallback()).contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1000", "3KiB", "16MiB", "1GiB", "8388607TiB"})
  void aSizeIsShownAsItMayBeWritten(String text) {
    assertThat(BYTES.orElse(BYTES.parse(text)).shownFallback()).contains(text);
  }

  @Test
  void requiredOptionalAndDefaultExcludeEachOther() {
    assertThat(DURATION.isRequired()).isFalse();
    assertThat(DURATION.fallback()).isEmpty();
    assertThat(DURATION.required().isRequired()).isTrue();
    assertThat(DURATION.required().optional().isRequired()).isFalse();
    assertThat(DURATION.orElse(Duration.ZERO).fallback()).contains(Duration.ZERO);
    assertThat(DURATION.orElse(Duration.ZERO).optional().fallback()).isEmpty();
    assertThatIllegalStateException()
        .isThrownBy(() -> DURATION.orElse(Duration.ZERO).required())
        .withMessageContaining("'o' has a default");
    assertThatIllegalStateException()
        .isThrownBy(() -> DURATION.required().orElse(Duration.ZERO))
        .withMessageContaining("'o' is required");
  }

  @Test
  void everyMethodReturnsANewOptionAndLeavesTheOldAlone() {
    Option<Integer> plain = Option.integer("o");
    Option<Integer> checked = plain.atLeast(5).doc("text").required();
    assertThat(plain.parse("1")).isEqualTo(1);
    assertThat(plain.doc()).isEmpty();
    assertThat(plain.isRequired()).isFalse();
    assertThat(checked.doc()).isEqualTo("text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "path", "max-entries", "tls.key-store", "a1-b2.c3"})
  void aNameIsWordsJoinedByHyphensOrDots(String name) {
    assertThat(Option.string(name).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "A", "1a", "-a", "a-", "a--b", "a.", "a_b", "a b", "maxEntries", "\u00e4"})
  void anyOtherNameIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Option.string(name))
        .withMessageContaining("option name '" + name + "'");
  }
}
