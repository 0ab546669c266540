package io.undercroft.plugin.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Layout changes white space and nothing else. */
class JsonLayoutTest {
  private static String laidOut(String json) {
    byte[] file = JsonLayout.file(json.getBytes(UTF_8), true);
    assertThat(file).as("'%s' is well-formed", json).isNotNull();
    return new String(file, UTF_8);
  }

  @Test
  void aRoomIsWrittenAsAPersonWouldWriteIt() {
    assertThat(
            laidOut(
                "{\"title\":\"Movie"
                    + " night\",\"seats\":12,\"tags\":[\"a\",\"b\"],\"host\":{},\"at\":{\"city\":\"Bonn\"}}"))
        .isEqualTo(
            """
            {
              "title": "Movie night",
              "seats": 12,
              "tags": ["a", "b"],
              "host": {},
              "at": {
                "city": "Bonn"
              }
            }
            """);
  }

  @Test
  void numbersAndStringsStayTheTextThatTheyAre() {
    String json = "[1.0,1e5,-0,100000000000000000000.10,\"\\u0041 \\\" ,: {\",null,true]";
    assertThat(laidOut(json).replaceAll("(?<=,) |\n", "")).isEqualTo(json);
  }

  @Test
  void aLongListHasOneElementOnALine() {
    String word = "\"" + "x".repeat(40) + "\"";
    assertThat(laidOut("[" + word + "," + word + "]"))
        .isEqualTo("[\n  " + word + ",\n  " + word + "\n]\n");
  }

  @Test
  void whatIsNotOneValueIsLeftAlone() {
    for (String json :
        new String[] {
          "",
          " ",
          "{",
          "{}{}",
          "[1,]",
          "{\"a\"}",
          "01",
          "+1",
          "1.",
          "nul",
          "\"a",
          "\"\n\"",
          "{\"a\":1,}",
          "[1 2]",
          "\"\\x\"",
          "\"\\u12\"",
          "\ufeff{}",
          "-",
          "1e",
          "'a'"
        }) {
      assertThat(JsonLayout.file(json.getBytes(UTF_8), true)).as(json).isNull();
    }
  }

  @Test
  void depthNeitherOverflowsNorExplodes() {
    int depth = 200_000;
    byte[] json = ("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8);
    byte[] file = JsonLayout.file(json, true);
    assertThat(file).isNotNull().hasSizeLessThan(json.length * 9 + 2_000);
  }
}
