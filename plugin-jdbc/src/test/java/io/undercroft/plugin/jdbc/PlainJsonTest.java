package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which documents go into the JSON type of an engine. */
class PlainJsonTest {
  private static boolean holds(String text) {
    return PlainJson.holds(text.getBytes(StandardCharsets.UTF_8), 200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"\"",
        " { \"a\" : [ 1 , -2.5e+10 , true , false , null ] } \n",
        "0",
        "0.0",
        "-0.5",
        "1E300",
        "\"\\u00e4 \\ud83d\\ude00 \\\\ \\/ \\n\"",
        "\"ä € 😀 \uffff\"",
        "{\"a\":{\"b\":[[[]]]}}"
      })
  void anOrdinaryDocumentIsPlain(String text) {
    assertThat(holds(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "{", "}", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "1.",
        ".5", "+1", "1e", "-", "nul", "tru", "NaN", "\"a", "\"\\x\"", "\"\\u12\"", "\"\t\"", "1 2",
        "{} {}", "'a'", "\ufeff{}", "[1 2]", "{\"a\" 1}"
      })
  void whatIsNoDocumentIsNotPlain(String text) {
    assertThat(holds(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\\u0000\"",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ud83d\\u0041\"",
        "-0",
        "[-0.00]",
        "-0e5",
        "1e301",
        "1e-301",
        "1e9999999999"
      })
  void whatAnEngineWouldRefuseOrChangeIsNotPlain(String text) {
    assertThat(holds(text)).isFalse();
  }

  @Test
  void deepDocumentsAndLongNumbersAreNotPlain() {
    assertThat(holds("[".repeat(200) + "]".repeat(200))).isTrue();
    assertThat(holds("[".repeat(201) + "]".repeat(201))).isFalse();
    assertThat(holds("1".repeat(300))).isTrue();
    assertThat(holds("1".repeat(301))).isFalse();
  }

  @Test
  void malformedBytesAreNotPlain() {
    for (int[] bytes :
        new int[][] {
          {0x80},
          {0xc0, 0xaf},
          {0xc3},
          {0xe0, 0x80, 0x80},
          {0xed, 0xa0, 0x80},
          {0xf5, 0x80, 0x80, 0x80},
          {0xf0, 0x80, 0x80, 0x80},
          {0xe2, 0x82},
          {0xff}
        }) {
      byte[] text = new byte[bytes.length + 2];
      text[0] = '"';
      for (int i = 0; i < bytes.length; i++) {
        text[i + 1] = (byte) bytes[i];
      }
      text[text.length - 1] = '"';
      assertThat(PlainJson.holds(text, 200)).isFalse();
    }
  }
}
