package io.undercroft.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Codec;
import io.undercroft.storage.StorageException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Strings written eight bytes at a time are the strings written one by one. */
class PlainTextTest {
  private static final int LONGEST = 40;
  private static final Codec<Object> STRINGS = Coding.json(String.class);

  @Test
  void theEndIsTheFirstByteThatIsNotCopiedAsItIs() {
    for (int length = 0; length < LONGEST; length++) {
      for (int at = 0; at < length; at++) {
        for (byte b = 0; b >= 0; b++) {
          byte[] in = new byte[length];
          Arrays.fill(in, (byte) 'a');
          in[at] = b;
          boolean special = b < ' ' || b == '"' || b == '\\' || b == '?';
          assertThat(PlainText.end(in, 0)).isEqualTo(special ? at : length);
          assertThat(PlainText.end(in, at + 1)).isEqualTo(length);
        }
      }
    }
  }

  @Test
  void everyCharacterOfALongStringIsWritten() {
    for (char c = 0; c < 0x100; c++) {
      for (int at = 0; at < LONGEST; at++) {
        String before = "b".repeat(at);
        String after = "?a".repeat(LONGEST - at);
        String escaped =
            switch (c) {
              case '"', '\\' -> "\\" + c;
              case '\b' -> "\\b";
              case '\f' -> "\\f";
              case '\n' -> "\\n";
              case '\r' -> "\\r";
              case '\t' -> "\\t";
              default -> c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c);
            };
        assertThat(new String(STRINGS.encode(before + c + after), UTF_8))
            .isEqualTo('"' + before + escaped + after + '"');
      }
    }
  }

  @Test
  void halfOfASurrogatePairIsRefusedWhereverItIs() {
    for (char half : new char[] {'\ud83d', '\ude00'}) {
      for (int at = 0; at < LONGEST; at++) {
        String text = "?".repeat(at) + half + "b".repeat(LONGEST - at);
        assertThatThrownBy(() -> STRINGS.encode(text))
            .isInstanceOf(StorageException.class)
            .hasMessageContaining("a surrogate without its other half");
      }
    }
  }
}
