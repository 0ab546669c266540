package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.testkit.NastyKeys;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every key has a stem of its own, on every file system. */
class FileNamesTest {
  @Test
  void plainKeysStandForThemselves() {
    assertThat(FileNames.stem("movie-night")).isEqualTo("movie-night");
    assertThat(FileNames.stem("a.b_c-9")).isEqualTo("a.b_c-9");
  }

  @Test
  void everythingElseIsEscapedInSmallLetters() {
    assertThat(FileNames.stem("Movie Night")).isEqualTo("%4dovie%20%4eight");
    assertThat(FileNames.stem("../x")).isEqualTo("%2e.%2fx");
    assertThat(FileNames.stem("Ä")).isEqualTo("%c3%84");
    assertThat(FileNames.stem("con")).isEqualTo("%63on");
    assertThat(FileNames.stem("nul.tar.gz")).isEqualTo("%6eul.tar.gz");
    assertThat(FileNames.stem(".undercroft")).isEqualTo("%2eundercroft");
  }

  @Test
  void noTwoNastyKeysShareAStemAndAllShortOnesComeBack() {
    Map<String, String> stems = new HashMap<>();
    for (String key : NastyKeys.valid()) {
      String stem = FileNames.stem(key);
      assertThat(stems.put(stem, key)).as("the other key with the stem '%s'", stem).isNull();
      assertThat(stem).matches("[a-z0-9._%-]{1,200}");
      assertThat(stem).doesNotStartWith(".");
      if (FileNames.isHashed(stem)) {
        assertThat(FileNames.key(stem)).isEmpty();
      } else {
        assertThat(FileNames.key(stem)).contains(key);
      }
    }
  }

  @Test
  void aStemThatNoKeyHasIsNoKey() {
    for (String stem : new String[] {"", "A", "%", "%4", "%4D", "%61", "%zz", "a b", ".a", "con"}) {
      assertThat(FileNames.key(stem)).as(stem).isEmpty();
    }
    assertThat(FileNames.key("%ff")).as("not UTF-8").isEmpty();
    assertThat(FileNames.key("%00")).as("U+0000").isEmpty();
  }
}
