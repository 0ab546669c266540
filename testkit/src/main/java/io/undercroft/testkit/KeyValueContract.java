package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TypeRef;
import io.undercroft.testkit.CorpusOfDocuments.Film;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@link Storage}: typed values under keys. */
interface KeyValueContract extends Contract {
  @Test
  default void anEmptyStorageHoldsNothing() {
    Storage<String> storage = subject().storage(String.class);
    assertThat(storage.get("a")).isEmpty();
    assertThat(storage.has("a")).isFalse();
    assertThat(storage.delete("a")).isFalse();
    assertThat(storage.size()).isZero();
    try (var keys = storage.keys();
        var values = storage.values();
        var entries = storage.entries()) {
      assertThat(keys).isEmpty();
      assertThat(values).isEmpty();
      assertThat(entries).isEmpty();
    }
    storage.clear();
    assertThat(storage.size()).isZero();
  }

  @Test
  default void aValueIsThereForEveryMethodUntilItIsDeleted() {
    Storage<String> storage = subject().storage(String.class);
    storage.set("a", "one");
    storage.set("b", "two");
    assertThat(storage.get("a")).contains("one");
    assertThat(storage.has("a")).isTrue();
    assertThat(storage.size()).isEqualTo(2);
    try (var keys = storage.keys();
        var values = storage.values();
        var some = storage.keys("a")) {
      assertThat(keys).containsExactlyInAnyOrder("a", "b");
      assertThat(values).containsExactlyInAnyOrder("one", "two");
      assertThat(some).containsExactly("a");
    }
    storage.set("a", "three");
    assertThat(storage.get("a")).contains("three");
    assertThat(storage.size()).isEqualTo(2);
    assertThat(storage.delete("a")).isTrue();
    assertThat(storage.delete("a")).isFalse();
    assertThat(storage.get("a")).isEmpty();
    assertThat(storage.size()).isEqualTo(1);
    storage.clear();
    assertThat(storage.has("b")).isFalse();
    assertThat(storage.size()).isZero();
  }

  @Test
  default void recordsComeBackEqual() {
    Storage<Film> storage = subject().storage(Film.class);
    Seed.run(
        random -> {
          List<Film> films = CorpusOfDocuments.films(random.nextLong(), subject().scaled(200));
          for (int i = 0; i < films.size(); i++) {
            storage.set("film-" + i, films.get(i));
          }
          for (int i = 0; i < films.size(); i++) {
            assertThat(storage.get("film-" + i)).contains(films.get(i));
          }
          try (var values = storage.values()) {
            assertThat(values).containsExactlyInAnyOrderElementsOf(films);
          }
        });
  }

  @Test
  default void mapsComeBackEqual() {
    Storage<Map<String, Object>> storage = subject().storage(new TypeRef<>() {});
    Seed.run(
        random -> {
          List<Map<String, Object>> maps =
              CorpusOfDocuments.maps(random.nextLong(), subject().scaled(200));
          for (int i = 0; i < maps.size(); i++) {
            storage.set("map-" + i, maps.get(i));
          }
          for (int i = 0; i < maps.size(); i++) {
            assertThat(canonical(storage.get("map-" + i).orElseThrow()))
                .isEqualTo(canonical(maps.get(i)));
          }
        });
  }

  @Test
  default void listsComeBackEqual() {
    Storage<List<String>> storage = subject().storage(new TypeRef<>() {});
    for (List<String> list : List.of(List.<String>of(), List.of(""), List.of("a", "b", "a"))) {
      storage.set("a", list);
      assertThat(storage.get("a")).contains(list);
    }
  }

  @Test
  default void textsComeBackCharacterForCharacter() {
    Storage<String> storage = subject().storage(String.class);
    Map<String, String> texts = new HashMap<>();
    texts.put("empty", "");
    texts.put("blank", " \t\r\n");
    texts.put("quotes", "\"'`\\/</script>&amp;%s{}[],:");
    texts.put("null", "null");
    texts.put("number", "0012");
    texts.put("alphabets", "Zürich A\u0308 \u00c4 Ночь 映画 فيلم लघु \ud83d\ude00 \ud834\udd1e");
    texts.put("separators", "\u0085\u2028\u2029\u00a0\ufeff\u200b\ufffe\uffff");
    StringBuilder controls = new StringBuilder();
    for (char c = 0; c < 0xa0; c++) {
      controls.append(c);
    }
    texts.put("controls", controls.toString());
    texts.forEach(storage::set);
    texts.forEach((key, text) -> assertThat(storage.get(key)).as(key).contains(text));
  }

  @Test
  default void halfAnEmojiComesBackOrIsRefusedButIsNeverReplaced() {
    Storage<String> storage = subject().storage(String.class);
    String text = "half \ud83d of it";
    boolean refused = false;
    try {
      storage.set("a", text);
    } catch (StorageException e) {
      assertThat(e.code()).isIn(ErrorCode.SERIALIZATION_FAILED, ErrorCode.INVALID_VALUE);
      refused = true;
    }
    if (refused) {
      assertThat(storage.has("a")).isFalse();
    } else {
      assertThat(storage.get("a")).contains(text);
    }
  }

  @Test
  default void numbersComeBackExactly() {
    Storage<BigDecimal> storage = subject().storage(BigDecimal.class);
    for (String text :
        List.of("0", "1", "-1", "0.1", "9007199254740993", "12345678901234567890.123456789")) {
      storage.set("a", new BigDecimal(text));
      assertThat(storage.get("a").orElseThrow()).isEqualByComparingTo(text);
    }
  }

  @Test
  default void wholeNumbersAndBooleansComeBack() {
    Storage<Long> numbers = subject().storage(Long.class);
    for (long number : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53}) {
      numbers.set("a", number);
      assertThat(numbers.get("a")).contains(number);
    }
    Storage<Boolean> booleans = subject().another().storage(Boolean.class);
    booleans.set("yes", true);
    booleans.set("no", false);
    assertThat(booleans.get("yes")).contains(true);
    assertThat(booleans.get("no")).contains(false);
  }

  @Test
  default void largeValuesComeBack() {
    Storage<String> storage = subject().storage(String.class);
    Seed.run(
        random -> {
          for (int length : new int[] {10_000, 65_536, 500_000}) {
            StringBuilder text = new StringBuilder(length);
            for (int i = 0; i < length; i++) {
              text.append((char) (' ' + random.nextInt(90)));
            }
            storage.set("large-" + length, text.toString());
            // Not shown when it differs: it is too long to be read.
            assertThat(storage.get("large-" + length).filter(text.toString()::equals)).isPresent();
          }
        });
  }

  @Test
  default void everyHandleSeesTheSameEntries() {
    Storage<String> one = subject().storage(String.class);
    Storage<String> two = subject().storage(String.class);
    one.set("a", "one");
    assertThat(two.get("a")).contains("one");
    assertThat(two.batched().get("a")).contains("one");
    assertThat(two.name()).isEqualTo(Subject.NAME);
    assertThat(two.async().name()).isEqualTo(Subject.NAME);
  }

  private static Object canonical(Map<String, Object> map) {
    return String.valueOf(Json.read(Json.write(map)));
  }
}
