package io.undercroft.runtime.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
  private static final String LONGEST_ASCII = "k".repeat(1_024);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        " ",
        "../x",
        "CON",
        "a/b",
        "Ä",
        "A\u0308",
        "*",
        "%",
        "😀",
        "\u0001",
        "\u007f",
        "\n",
        "\uFFFF",
        "\uE000",
        "null",
        "a\u200Bb"
      })
  void aKeyMayBeAnyWellFormedText(String key) {
    assertThatCode(() -> Keys.require(key)).doesNotThrowAnyException();
  }

  @Test
  void aKeyHasAtMost1024Utf8Bytes() {
    assertThatCode(() -> Keys.require(LONGEST_ASCII)).doesNotThrowAnyException();
    assertThatCode(() -> Keys.require("ä".repeat(512))).doesNotThrowAnyException();
    assertThatCode(() -> Keys.require("😀".repeat(256))).doesNotThrowAnyException();
    assertThatThrownBy(() -> Keys.require(LONGEST_ASCII + "k"))
        .hasMessageContaining("INVALID_KEY")
        .hasMessageContaining("it has 1025 UTF-8 bytes")
        .hasMessageContaining("'kkkkk");
    assertThatThrownBy(() -> Keys.require("ä".repeat(512) + "k")).hasMessageContaining("1025");
    assertThatThrownBy(() -> Keys.require("😀".repeat(256) + "k")).hasMessageContaining("1025");
    assertThatThrownBy(() -> Keys.require("k".repeat(100_000))).hasMessageContaining("100000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83D", "a\uDE00", "\uDE00\uD83D", "a\uD83Db", "\uD83D\uD83D\uDE00"})
  void halfASurrogatePairIsNoKey(String key) {
    assertThatThrownBy(() -> Keys.require(key))
        .hasMessageContaining("INVALID_KEY")
        .hasMessageContaining("surrogate");
  }

  @Test
  void emptyTextNullAndTheNullCharacterAreNoKeys() {
    assertThatThrownBy(() -> Keys.require("")).hasMessageContaining("never empty");
    assertThatThrownBy(() -> Keys.require(null)).hasMessageContaining("never null");
    assertThatThrownBy(() -> Keys.require("a\u0000b")).hasMessageContaining("U+0000");
    assertThatThrownBy(() -> Keys.require("ä\u0000")).hasMessageContaining("U+0000");
  }

  @Test
  void aPrefixMayBeEmptyAndIsOtherwiseLikeAKey() {
    assertThatCode(() -> Keys.requirePrefix("")).doesNotThrowAnyException();
    assertThatCode(() -> Keys.requirePrefix("room/")).doesNotThrowAnyException();
    assertThatThrownBy(() -> Keys.requirePrefix("\uD83D")).hasMessageContaining("surrogate");
    assertThatThrownBy(() -> Keys.requirePrefix(LONGEST_ASCII + "k")).hasMessageContaining("1025");
  }

  @Test
  void theLengthIsThatOfTheJdksOwnEncoder() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int[] starts = {1, 'a', 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFF};
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(12);
      for (int i = 0; i < length; i++) {
        text.appendCodePoint(starts[random.nextInt(starts.length)]);
      }
      assertThat(Text.utf8Length(text.toString()))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(text.toString().getBytes(UTF_8).length);
    }
  }
}
