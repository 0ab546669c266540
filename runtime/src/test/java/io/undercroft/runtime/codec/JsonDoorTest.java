package io.undercroft.runtime.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.CorpusOfDocuments;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDoorTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String SECRET = "s3cr3t";

  // what comes in

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1.10",
        "1e3",
        "1E+3",
        "-1.5e-7",
        "\"\"",
        "\"a\"",
        "[]",
        "{}",
        "[null,true,false]",
        "{\"\":{\"\":[]}}",
        "[[],{},0,\"\"]",
        "12345678901234567890123456789012345678901234567890.10"
      })
  void aDocumentIsWrittenAsItWasRead(String text) {
    assertThat(JsonDoor.text(JsonDoor.parse(text))).isEqualTo(text);
  }

  @Test
  void blanksAreTakenAroundEverythingAndNoneIsWritten() {
    assertThat(JsonDoor.text(JsonDoor.parse(" \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \n")))
        .isEqualTo("{\"a\":[1,2],\"b\":{}}");
  }

  @Test
  void membersKeepTheirOrder() {
    String text = "{\"z\":1,\"a\":2,\"m\":3,\"Z\":4,\"10\":5,\"9\":6}";
    assertThat(JsonDoor.text(JsonDoor.parse(text))).isEqualTo(text);
  }

  @Test
  void escapesAreUnderstood() {
    JsonString value =
        (JsonString)
            JsonDoor.parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00e9\\ud83d\\uDE00é😀\"");
    assertThat(value.getString()).isEqualTo("\"\\/\b\f\n\r\t\0éé".replace("éé", "é😀é😀"));
  }

  @Test
  void aNumberKeepsItsTextAndKnowsItsValue() {
    JsonNumber number = (JsonNumber) JsonDoor.parse("1.10");
    assertThat(number.toString()).isEqualTo("1.10");
    assertThat(number.bigDecimalValue()).isEqualTo(new BigDecimal("1.10"));
    assertThat(number).isEqualTo(JsonProvider.provider().createValue(new BigDecimal("1.10")));
    assertThat(number.isIntegral()).isFalse();
    assertThat(((JsonNumber) JsonDoor.parse("-7")).intValueExact()).isEqualTo(-7);
  }

  @Test
  void oneByteOrderMarkIsSkippedAndASecondIsNot() {
    assertThat(JsonDoor.parse("\ufeff[1]")).isEqualTo(JsonDoor.parse("[1]"));
    assertRefused("\ufeff\ufeff[1]", "a value was expected", 1, 2, 3);
  }

  @Test
  void theDirtyCorpusComesThroughAsParssonReadsIt() {
    Seeds.run(
        random -> {
          for (String text : CorpusOfDocuments.json(random.nextLong(), 500)) {
            JsonValue ours = JsonDoor.parse(text);
            assertThat(ours)
                .isEqualTo(
                    JsonProvider.provider().createReader(new StringReader(text)).readValue());
            assertThat(JsonDoor.text(JsonDoor.parse(JsonDoor.bytes(ours))))
                .isEqualTo(JsonDoor.text(ours));
          }
        });
  }

  // what does not

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "``                | the document ends where a value was expected        | 0",
        "` `               | the document ends where a value was expected        | 1",
        "[                 | the document ends where a value was expected        | 1",
        "[1                | the document ends where ',' or ']' was expected     | 2",
        "[1,               | the document ends where a value was expected        | 3",
        "[1,]              | a value was expected                                | 3",
        "[,1]              | a value was expected                                | 1",
        "[1 2]             | ',' or ']' was expected                             | 3",
        "[1}               | ',' or ']' was expected                             | 2",
        "]                 | a value was expected                                | 0",
        "{                 | the document ends where a name in double quotes     | 1",
        "{a:1}             | a name in double quotes was expected                | 1",
        "{'a':1}           | a name in double quotes was expected                | 1",
        "{1:1}             | a name in double quotes was expected                | 1",
        "{\"a\"}           | ':' was expected                                    | 4",
        "{\"a\":}          | a value was expected                                | 5",
        "{\"a\":1,}        | a name in double quotes was expected                | 7",
        "{\"a\":1]         | ',' or '}' was expected                             | 6",
        "{\"a\" 1}         | ':' was expected                                    | 5",
        "1 2               | there is more after the end of the document         | 2",
        "{}{}              | there is more after the end of the document         | 2",
        "null,             | there is more after the end of the document         | 4",
        "nul               | the document ends where the rest of a literal       | 3",
        "nulL              | the rest of a literal was expected                  | 3",
        "True              | a value was expected                                | 0",
        "NaN               | a value was expected                                | 0",
        "Infinity          | a value was expected                                | 0",
        "undefined         | a value was expected                                | 0",
        "+1                | a value was expected                                | 0",
        ".5                | a value was expected                                | 0",
        "-                 | the document ends where a digit was expected        | 1",
        "--1               | a digit was expected                                | 1",
        "01                | there is more after the end of the document         | 1",
        "-01               | there is more after the end of the document         | 2",
        "1.                | the document ends where a digit was expected        | 2",
        "1.e3              | a digit was expected                                | 2",
        "1e                | the document ends where a digit was expected        | 2",
        "1e+               | the document ends where a digit was expected        | 3",
        "0x10              | there is more after the end of the document         | 1",
        "1_000             | there is more after the end of the document         | 1",
        "\"                | the document ends within a string                   | 1",
        "\"\\              | an escape that JSON does not know                   | 1",
        "\"\\\"            | the document ends within a string                   | 3",
        "\"\\x\"           | an escape that JSON does not know                   | 1",
        "\"\\u12\"         | an escape that JSON does not know                   | 1",
        "\"\\u12g4\"       | an escape that JSON does not know                   | 1",
        "\"\\ud800\"       | an escaped surrogate without its other half         | 1",
        "\"\\udc00\"       | an escaped surrogate without its other half         | 1",
        "\"\\ud800\\u0041\"| an escaped surrogate without its other half         | 1",
        "\"\\ude00\\ud83d\"| an escaped surrogate without its other half         | 1",
        "// x              | a value was expected                                | 0",
        "/* x */ 1         | a value was expected                                | 0",
        "{\"a\":1,\"a\":1} | a name is there twice in one object                 | 7",
        "{\"a\":1,\"\\u0061\":1} | a name is there twice in one object           | 7",
        "[{\"b\":{\"a\":1,\"c\":{},\"a\":2}}] | a name is there twice in one object | 20",
      })
  void whatIsNotOneDocumentIsRefusedWithItsPlace(String text, String what, int offset) {
    assertRefused(text, what, 1, offset + 1, offset);
  }

  @Test
  void theSameNameInTwoObjectsIsNoProblem() {
    String text = "[{\"a\":{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}}},{\"a\":1}]";
    assertThat(JsonDoor.text(JsonDoor.parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 23, 24, 25, 26, 100, 5_000})
  void theLastOfManyNamesIsStillCompared(int count) {
    String members =
        IntStream.range(0, count)
            .mapToObj(i -> "\"n" + i + "\":0")
            .collect(Collectors.joining(","));
    assertThat(JsonDoor.parse("{" + members + "}").asJsonObject()).hasSize(count);
    for (int twice : new int[] {0, count / 2, count - 1}) {
      String text = "{" + members + ",\"n" + twice + "\":1}";
      assertRefused(text, "a name is there twice", 1, members.length() + 3, members.length() + 2);
    }
  }

  @Test
  void linesAndColumnsCountFromOneAndColumnsCountCharacters() {
    assertRefused("{\n  \"ä😀\": 1,\r\n  \"b\": x\n}", "a value was expected", 3, 8, 25);
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    for (String hex :
        List.of(
            "80",
            "bf",
            "c0 80",
            "c1 bf",
            "c2",
            "c2 41",
            "e0 80 80",
            "e0 9f bf",
            "e1 80",
            "ed a0 80",
            "ed bf bf",
            "ee 80 c0",
            "f0 80 80 80",
            "f0 8f bf bf",
            "f1 80 80",
            "f4 90 80 80",
            "f5 80 80 80",
            "fe",
            "ff")) {
      for (String around :
          List.of("\"%s\"", "\"abcdefgh%s\"", "{\"%s\":1}", "\"\\n%s\"", "\"%sabc")) {
        byte[] bytes = bytes(around, hex);
        assertThatThrownBy(() -> JsonDoor.parse(bytes))
            .as(hex)
            .hasMessageContaining("bytes that are not UTF-8");
      }
      assertThatThrownBy(() -> JsonDoor.parse(bytes("%s", hex)))
          .isInstanceOf(StorageException.class);
    }
  }

  private static byte[] bytes(String around, String hex) {
    StringBuilder out = new StringBuilder();
    for (String one : hex.split(" ", -1)) {
      out.append((char) Integer.parseInt(one, 16));
    }
    return around.replace("%s", out).getBytes(ISO_8859_1);
  }

  @Test
  void otherEncodingsAreNotGuessed() {
    for (Charset other : List.of(UTF_16, UTF_16LE, Charset.forName("UTF-32"))) {
      assertThatThrownBy(() -> JsonDoor.parse("[1]".getBytes(other)))
          .isInstanceOf(StorageException.class);
    }
  }

  @Test
  void everyControlCharacterInAStringMustBeEscaped() {
    for (int c = 0; c < 0x20; c++) {
      String text = "\"abcdefghij" + (char) c + "\"";
      assertRefused(text, "a control character in a string must be escaped", -1, -1, 11);
      assertThat(JsonDoor.text(JsonDoor.parse(String.format("\"\\u%04x\"", c))))
          .isEqualTo(
              switch (c) {
                case '\b' -> "\"\\b\"";
                case '\t' -> "\"\\t\"";
                case '\n' -> "\"\\n\"";
                case '\f' -> "\"\\f\"";
                case '\r' -> "\"\\r\"";
                default -> String.format("\"\\u%04x\"", c);
              });
    }
    assertThat(JsonDoor.text(JsonDoor.parse("\"\u007f\u0080\u2028\"")))
        .isEqualTo("\"\u007f\u0080\u2028\"");
  }

  @Test
  void aTextWithHalfAPairIsRefusedWithItsPlace() {
    assertRefused("[\n \"ä\ud800\"]", "a surrogate without its other half", 2, 4, 6);
    assertRefused("\"\udc00\ud800\"", "a surrogate without its other half", 1, 2, 1);
  }

  // limits

  @Test
  void nestingIsTakenUpTo200AndNotBeyond() {
    assertThat(JsonDoor.parse("[".repeat(200) + "]".repeat(200))).isNotNull();
    assertRefused("[".repeat(201) + "]".repeat(201), "nest more than 200 deep", 1, 201, 200);
    assertThat(JsonDoor.parse("{\"a\":".repeat(200) + "1" + "}".repeat(200))).isNotNull();
    assertRefused("{\"a\":".repeat(201), "nest more than 200 deep", 1, 1001, 1000);
  }

  @Test
  void aMillionBracketsEndSoon() {
    assertTimeoutPreemptively(
        SOON, () -> assertRefused("[".repeat(1_000_000), "nest more than 200 deep", 1, 201, 200));
    assertTimeoutPreemptively(
        SOON,
        () -> assertRefused("{\"a\":[".repeat(1_000_000), "nest more than 200 deep", 1, 601, 600));
  }

  @Test
  void aNumberOfAThousandCharactersIsTakenAndALongerOneIsNot() {
    String longest = "1".repeat(1_000);
    assertThat(JsonDoor.text(JsonDoor.parse(longest))).isEqualTo(longest);
    assertRefused(longest + "1", "a number of more than 1000 characters", 1, 1, 0);
    assertRefused("[0." + longest + "]", "a number of more than 1000 characters", 1, 2, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e1000000000",
        "1E+1000000000",
        "-1e-1000000000",
        "1e99999999999999999999",
        "1e10000",
        "0e10000",
        "1.5e-10000"
      })
  void anExponentThatWouldFillTheMemoryIsRefusedAtOnce(String text) {
    assertTimeoutPreemptively(
        SOON, () -> assertRefused(text, "a number with an exponent beyond 9999", 1, 1, 0));
  }

  @Test
  void theLargestExponentIsHarmless() {
    JsonNumber huge = (JsonNumber) JsonDoor.parse("9.99e9999");
    assertTimeoutPreemptively(
        SOON,
        () -> {
          assertThat(huge.bigIntegerValue().bitLength()).isGreaterThan(33_000);
          assertThat(huge.longValue()).isEqualTo(new BigDecimal("9.99e9999").longValue());
          assertThat(huge.hashCode()).isEqualTo(JsonDoor.parse("9.99e9999").hashCode());
        });
  }

  @Test
  void aMillionNumbersOfAThousandDigitsCostWhatTheyWeigh() {
    String number = "1".repeat(999);
    String text = "[" + String.join(",", Collections.nCopies(10_000, number)) + "]";
    assertTimeoutPreemptively(
        SOON, () -> assertThat(JsonDoor.parse(text).asJsonArray()).hasSize(10_000));
  }

  /** Strings whose hash codes are all the same, so that a table of hashes would be a list. */
  @Test
  void namesThatCollideOnPurposeDoNotMakeItSlow() {
    List<String> names = new ArrayList<>(List.of("Aa", "BB"));
    while (names.size() < 65_536) {
      names =
          names.stream()
              .flatMap(name -> List.of(name + "Aa", name + "BB").stream())
              .collect(Collectors.toList());
    }
    assertThat(names.get(0).hashCode()).isEqualTo(names.get(65_535).hashCode());
    String text =
        names.stream().map(name -> "\"" + name + "\":0").collect(Collectors.joining(",", "{", "}"));
    assertTimeoutPreemptively(
        SOON, () -> assertThat(JsonDoor.parse(text).asJsonObject()).hasSize(65_536));
  }

  @Test
  void otherLimitsHoldWhenTheyAreGiven() {
    CodecLimits tight = new CodecLimits(2, 3, 5, 100);
    assertThat(JsonDoor.text(JsonDoor.parse("[[123,1e5]]".getBytes(UTF_8), tight)))
        .isEqualTo("[[123,1e5]]");
    for (String text : List.of("[[[]]]", "1234", "1.23", "-123", "1e6")) {
      assertThatThrownBy(() -> JsonDoor.parse(text.getBytes(UTF_8), tight))
          .isInstanceOf(StorageException.class);
    }
    CodecLimits deep = new CodecLimits(1_000, 1, 0, 1);
    assertThat(JsonDoor.parse(("[".repeat(1_000) + "]".repeat(1_000)).getBytes(UTF_8), deep))
        .isNotNull();
    assertThatThrownBy(() -> new CodecLimits(1_001, 1, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1001");
  }

  // what is said

  @Test
  void noMessageHoldsContent() {
    for (String text :
        List.of(
            "{\"s3cr3t\":1,\"s3cr3t\":2}",
            "\"s3cr3t",
            "s3cr3t",
            "[\"s3cr3t\" \"s3cr3t\"]",
            "\"s3cr3t\\q\"",
            "{\"s3cr3t\"}",
            "\"s3cr3t\"s3cr3t")) {
      Throwable at = catchThrowableOfType(StorageException.class, () -> JsonDoor.parse(text));
      assertThat(at).isNotNull();
      for (; at != null; at = at.getCause()) {
        assertThat(at.toString()).doesNotContain(SECRET);
      }
    }
  }

  @Test
  void whatWouldNotBeReadIsNotWritten() {
    JsonProvider json = JsonProvider.provider();
    JsonValue deep = JsonValue.EMPTY_JSON_ARRAY;
    for (int i = 0; i < 200; i++) {
      deep = json.createArrayBuilder().add(deep).build();
    }
    JsonValue tooDeep = deep;
    for (JsonValue value :
        List.of(
            tooDeep,
            json.createValue("\ud800"),
            json.createValue("a\udc00\ud800b"),
            json.createObjectBuilder().add("\ud800", 1).build(),
            json.createValue(new BigDecimal("1e10000")),
            json.createValue(new BigDecimal("1".repeat(1_001))))) {
      assertThatThrownBy(() -> JsonDoor.bytes(value))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED))
          .hasMessageContaining("this cannot be written as JSON: ");
    }
  }

  @Test
  void aForeignValueIsWrittenToo() {
    JsonProvider json = JsonProvider.provider();
    JsonValue value =
        json.createObjectBuilder(
                Map.of("a", Arrays.asList(1, 2.5, new BigDecimal("1E+3"), "x", true, null)))
            .build();
    assertThat(JsonDoor.text(value)).isEqualTo("{\"a\":[1,2.5,1E+3,\"x\",true,null]}");
  }

  // against another reader

  @Test
  void randomDocumentsAreReadAsParssonReadsThem() {
    Seeds.run(
        random -> {
          for (String text : new RandomJson(random).documents(1_500)) {
            JsonValue expected =
                JsonProvider.provider().createReader(new StringReader(text)).readValue();
            JsonValue ours = JsonDoor.parse(text);
            assertThat(ours).as(text).isEqualTo(expected);
            assertThat(JsonDoor.parse(JsonDoor.bytes(ours))).as(text).isEqualTo(expected);
          }
        });
  }

  /** The door may refuse what Parsson takes; it never takes what Parsson refuses, nor otherwise. */
  @Test
  void damagedDocumentsAreRefusedOrReadAsParssonReadsThem() {
    Seeds.run(
        random -> {
          RandomJson json = new RandomJson(random);
          int taken = 0;
          for (int i = 0; i < 5_000; i++) {
            byte[] bytes = json.document().getBytes(UTF_8);
            int changes = 1 + random.nextInt(3);
            for (int k = 0; k < changes && bytes.length > 0; k++) {
              int at = random.nextInt(bytes.length);
              switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes = Arrays.copyOf(bytes, at);
                default -> bytes[at] = (byte) "{}[],:\"\\0-.eu".charAt(random.nextInt(13));
              }
            }
            JsonValue ours;
            try {
              ours = JsonDoor.parse(bytes);
            } catch (StorageException e) {
              assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
              continue;
            }
            taken++;
            String text = new String(bytes, UTF_8);
            assertThat(JsonProvider.provider().createReader(new StringReader(text)).readValue())
                .as(text)
                .isEqualTo(ours);
          }
          assertThat(taken).as("some stay whole").isPositive();
        });
  }

  private static void assertRefused(String text, String what, int line, int column, int offset) {
    assertThatThrownBy(() -> JsonDoor.parse(text))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
              assertThat(e.reason()).startsWith("this is not one JSON document: ").contains(what);
              assertThat(e.details()).containsEntry("offset", Integer.toString(offset));
              if (line > 0) {
                assertThat(e.details())
                    .containsEntry("line", Integer.toString(line))
                    .containsEntry("column", Integer.toString(column));
                assertThat(e.reason())
                    .endsWith(
                        ", at line " + line + ", column " + column + " (byte " + offset + ")");
              }
            });
  }
}
