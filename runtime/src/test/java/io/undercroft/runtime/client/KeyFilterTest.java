package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.event.WatchOptions;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilterTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '"',
      textBlock =
          """
          *            § anything        § true
          room*        § room            § true
          room*        § room/1/x        § true
          room*        § a room          § false
          *room        § my room         § true
          r?m          § rum             § true
          r?m          § rm              § false
          r?m          § r😀m            § true
          r[a-c]m      § rbm             § true
          r[a-c]m      § rdm             § false
          r[ac-]m      § r-m             § true
          r[]a]m       § r]m             § true
          r[\\]a]m     § r]m             § true
          r[a\\-c]m    § rbm             § false
          r[!a]m       § r!m             § true
          r[^a]m       § r^m             § true
          r[^a]m       § rbm             § false
          [ä-ö]        § å               § true
          a.c          § abc             § false
          a.c          § a.c             § true
          (a|b)+$^{}   § (a|b)+$^{}      § true
          \\*          § *               § true
          \\*          § x               § false
          \\\\         § \\              § true
          plain        § plain           § true
          plain        § plainer         § false
          """)
  void aGlobMatchesWholeKeys(String glob, String key, boolean matches) {
    assertThat(KeyFilter.glob(glob).test(key)).isEqualTo(matches);
  }

  @Test
  void aGlobSeesKeysWithLineBreaks() {
    assertThat(KeyFilter.glob("a*b").test("a\n\nb")).isTrue();
    assertThat(KeyFilter.glob("a?b").test("a\nb")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "a[b", "[]", "a[\\", "\\", "abc\\", "[z-a]"})
  void aGlobThatIsNotWellFormedIsRefused(String glob) {
    assertThatThrownBy(() -> KeyFilter.glob(glob))
        .hasMessageContaining("INVALID_QUERY")
        .hasMessageContaining("glob");
  }

  @Test
  void aPatternIsFoundAnywhereUnlessAnchored() {
    assertThat(KeyFilter.pattern(Pattern.compile("o+m")).test("my room 1")).isTrue();
    assertThat(KeyFilter.pattern(Pattern.compile("^o+m")).test("my room 1")).isFalse();
    assertThat(KeyFilter.pattern(Pattern.compile("(?i)ROOM")).test("room")).isTrue();
    assertThat(KeyFilter.pattern(Pattern.compile("ROOM", Pattern.CASE_INSENSITIVE)).test("room"))
        .isTrue();
    assertThat(KeyFilter.pattern(Pattern.compile("a.b", Pattern.LITERAL)).test("a.b")).isTrue();
    assertThat(KeyFilter.pattern(Pattern.compile("a.b", Pattern.LITERAL)).test("axb")).isFalse();
    assertThat(KeyFilter.pattern(Pattern.compile("a.b", Pattern.DOTALL)).test("a\nb")).isTrue();
    assertThat(KeyFilter.pattern(Pattern.compile("^b$", Pattern.MULTILINE)).test("a\nb")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a)\\1", "(?=a)", "(?<!a)b", "a++"})
  void whatRe2DoesNotKnowIsRefused(String pattern) {
    assertThatThrownBy(() -> KeyFilter.pattern(Pattern.compile(pattern)))
        .hasMessageContaining("INVALID_QUERY")
        .hasMessageContaining("RE2");
  }

  @Test
  void aFlagThatRe2DoesNotKnowIsRefused() {
    assertThatThrownBy(() -> KeyFilter.pattern(Pattern.compile("a", Pattern.COMMENTS)))
        .hasMessageContaining("flag");
  }

  @Test
  void noPatternAndNoGlobTakesLongerThanLinearTime() {
    String key = "a".repeat(1_000);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          assertThat(KeyFilter.pattern(Pattern.compile("(.*a){20}b")).test(key)).isFalse();
          assertThat(KeyFilter.glob("*a".repeat(30) + "b").test(key)).isFalse();
        });
  }

  @Test
  void optionsWithoutEitherTakeEveryKey() {
    assertThat(KeyFilter.of(WatchOptions.all()).test("x")).isTrue();
    assertThat(KeyFilter.of(WatchOptions.glob("a*")).test("x")).isFalse();
    assertThat(KeyFilter.of(WatchOptions.pattern(Pattern.compile("x"))).test("x")).isTrue();
  }
}
