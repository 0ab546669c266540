package io.undercroft.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Codec;
import io.undercroft.storage.StorageException;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents read one after the other with one parser, against a new parser for each. */
class RowTest {
  private static final String JSON = "application/json";

  /** As they are in the text; some are equal, and many begin like another. */
  private static final List<String> NAMES =
      List.of(
          "a",
          "\\u0061",
          "ab",
          "director",
          "directors",
          "director_of_photography",
          "year",
          "\u00e9",
          "\ud83d\ude00",
          "",
          "a\\\"b",
          "0123456789012345678901234567890123456789012345678901234567890123456789");

  private final StoredDocuments documents =
      new StoredDocuments(new CodecLimits(6, 200, 1_000, 1 << 20));

  @Test
  void everyDocumentOfARowIsReadAsByANewParser() {
    Seeds.run(
        random -> {
          StoredDocuments.Row row = documents.row();
          RandomJson json = new RandomJson(random);
          for (int i = 0; i < 5_000; i++) {
            byte[] document = damaged(utf8(json.document()), random);
            assertThat(outcome(() -> row.read(document, JSON, from -> events(from, name -> true))))
                .as(text(document))
                .isEqualTo(outcome(() -> fresh(document, JSON, name -> true)));
          }
        });
  }

  @Test
  void onlyTheMembersWithTheseNamesAreShown() {
    Seeds.run(
        random -> {
          int shown = 0;
          int refused = 0;
          for (int round = 0; round < 50; round++) {
            Set<String> names = names(random);
            StoredDocuments.Row row = documents.row(names);
            List<String> shape = shape(random);
            for (int i = 0; i < 200; i++) {
              byte[] document = damaged(utf8(object(shape, random)), random);
              List<String> expected = outcome(() -> fresh(document, JSON, names::contains));
              assertThat(
                      outcome(() -> row.read(document, JSON, from -> events(from, name -> true))))
                  .as("%s of %s", names, text(document))
                  .isEqualTo(expected);
              shown += expected.contains("KEY_NAME director") ? 1 : 0;
              refused += expected.get(0).startsWith("refused") ? 1 : 0;
            }
          }
          assertThat(shown).isGreaterThan(500);
          assertThat(refused).isBetween(500, 9_500);
        });
  }

  @Test
  @SuppressWarnings("unchecked")
  void formsMayChangeFromOneToTheNext() {
    Codecs codecs = Codecs.of(List.of(), getClass().getClassLoader());
    List<Codec<JsonValue>> forms = new ArrayList<>();
    for (String format : List.of("json", "msgpack")) {
      for (String compression : List.of("none", "gzip")) {
        forms.add(
            (Codec<JsonValue>)
                codecs.codecFor(
                    JsonValue.class,
                    new CodecSettings("jsonb", format, compression, CodecLimits.DEFAULT)));
      }
    }
    Seeds.run(
        random -> {
          for (int round = 0; round < 30; round++) {
            Set<String> names = names(random);
            StoredDocuments.Row row = documents.row(names);
            for (int i = 0; i < 50; i++) {
              String text = object(List.of("ab", "director", "year", "\u00e9"), random);
              Codec<JsonValue> form = forms.get(random.nextInt(forms.size()));
              byte[] stored = form.encode(JsonDoor.parse(text));
              List<String> read =
                  row.read(stored, form.contentType(), from -> events(from, name -> true));
              assertThat(read)
                  .as("%s of %s as %s", names, text, form.contentType())
                  .isEqualTo(fresh(stored, form.contentType(), names::contains));
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"x\":1,\"x\":2,\"year\":3}",
        "{\"x\":{\"y\":1,\"y\":2},\"year\":3}",
        "{\"x\":[[[[[[[]]]]]]],\"year\":3}",
        "{\"x\":01,\"year\":3}",
        "{\"x\":1e9999,\"year\":3}",
        "{\"x\" 1,\"year\":3}",
        "{\"x\":1 \"year\":3}",
        "{\"x\":1,,\"year\":3}",
        "{\"x\":\"\t\",\"year\":3}"
      })
  void whatIsWrongInAMemberThatIsNotShownIsFound(String text) {
    byte[] document = utf8(text);
    StoredDocuments.Row row = documents.row(Set.of("year"));
    row.read(utf8("{\"x\":1,\"year\":3}"), JSON, from -> events(from, name -> true));
    List<String> found = outcome(() -> row.read(document, JSON, from -> events(from, n -> true)));
    assertThat(found.get(0)).startsWith("refused");
    assertThat(found).isEqualTo(outcome(() -> fresh(document, JSON, "year"::equals)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] document) {
    return new String(document, StandardCharsets.UTF_8);
  }

  private interface Work {
    List<String> run();
  }

  private static List<String> outcome(Work work) {
    try {
      return work.run();
    } catch (StorageException e) {
      return List.of("refused: " + e.getMessage(), String.valueOf(e.details()));
    }
  }

  private List<String> fresh(byte[] document, String contentType, Function<String, Boolean> shows) {
    return documents.read(document, contentType, from -> events(from, shows));
  }

  /**
   * Returns everything that a parser shows, without the members of the whole that are not to be.
   */
  private static List<String> events(JsonParser from, Function<String, Boolean> shows) {
    List<String> events = new ArrayList<>();
    int depth = 0;
    boolean hidden = false;
    while (from.hasNext()) {
      Event event = from.next();
      switch (event) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        default -> {}
      }
      if (depth == 0) {
        hidden = false;
      } else if (depth == 1 && event == Event.KEY_NAME) {
        hidden = !shows.apply(from.getString());
      }
      if (!hidden) {
        events.add(
            switch (event) {
              case KEY_NAME, VALUE_STRING, VALUE_NUMBER -> event + " " + from.getString();
              default -> event.toString();
            });
      }
    }
    return events;
  }

  private static Set<String> names(Random random) {
    Map<Integer, String> known =
        Map.of(0, "a", 1, "director", 2, "year", 3, "\u00e9", 4, "", 5, "a\"b", 6, "directors");
    Set<String> names = new HashSet<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      names.add(known.get(random.nextInt(known.size())));
    }
    return names;
  }

  private static List<String> shape(Random random) {
    List<String> shape = new ArrayList<>(NAMES);
    Collections.shuffle(shape, random);
    return shape.subList(0, 3 + random.nextInt(NAMES.size() - 2));
  }

  /** Returns an object whose members mostly have these names in this order. */
  private static String object(List<String> shape, Random random) {
    RandomJson json = new RandomJson(random);
    List<String> names = new ArrayList<>(shape);
    names.removeIf(name -> random.nextInt(12) == 0);
    if (random.nextInt(6) == 0) {
      Collections.shuffle(names, random);
    }
    List<String> members = new ArrayList<>();
    for (String name : names) {
      String blank = random.nextInt(8) == 0 ? " " : "";
      members.add(blank + "\"" + name + "\"" + blank + ":" + value(json, random));
    }
    return "{" + String.join(",", members) + "}";
  }

  private static String value(RandomJson json, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> "\"x\"";
      case 1 -> json.number();
      case 2 -> "{\"year\":[1,{\"director\":2}],\"a\":\"b\"}";
      default -> "[\"year\",{\"a\":1}]";
    };
  }

  /** Returns it, sometimes cut off or with another byte somewhere. */
  private static byte[] damaged(byte[] document, Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(document, random.nextInt(document.length + 1));
      case 1 -> {
        byte[] other = document.clone();
        other[random.nextInt(other.length)] = (byte) "\"{}[],:0x\u00e9".charAt(random.nextInt(10));
        yield other;
      }
      default -> document;
    };
  }
}
