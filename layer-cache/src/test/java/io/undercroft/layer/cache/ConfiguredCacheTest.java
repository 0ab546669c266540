package io.undercroft.layer.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One line of configuration puts the cache about a storage. */
class ConfiguredCacheTest {
  private static Undercroft open(Map<String, String> cache) {
    Map<String, String> settings = new HashMap<>(Map.of("type", "memory", "layers", "cache"));
    cache.forEach((name, text) -> settings.put("cache." + name, text));
    return Undercroft.builder().withoutAmbientConfig().storage("rooms", settings).open();
  }

  @Test
  void theInfoSaysHowOldAnAnswerMayBeAndWhatWasCounted() {
    try (Undercroft undercroft = open(Map.of("statistics", "true"))) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      rooms.set("a", "1");
      assertThat(rooms.get("a")).contains("1");
      assertThat(rooms.get("a")).contains("1");
      assertThat(rooms.info().layers()).contains("cache");
      assertThat(rooms.info().details())
          .containsEntry("cache.staleness", "none: nobody else writes")
          .containsEntry("cache.loads", "1")
          .containsEntry("cache.misses", "1")
          .containsEntry("cache.hits", "1");
    }
  }

  @Test
  void aMissThatIsRememberedIsCountedOnce() {
    try (Undercroft undercroft = open(Map.of("statistics", "true", "remember-misses", "true"))) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      for (int i = 0; i < 3; i++) {
        assertThat(rooms.get("none")).isEmpty();
      }
      assertThat(rooms.info().details())
          .containsEntry("cache.loads", "1")
          .containsEntry("cache.misses", "1")
          .containsEntry("cache.hits", "2");
    }
  }

  @Test
  void contradictionsAreRefused() {
    assertThat(refusal(Map.of("max-entries", "5", "max-bytes", "1MiB")))
        .contains("max-entries and max-bytes are both set");
    assertThat(refusal(Map.of("expire-after-write", "5s", "refresh-ahead", "5s")))
        .contains("refresh-ahead=PT5S is not shorter than expire-after-write=PT5S");
    assertThat(refusal(Map.of("max-entires", "5"))).contains("max-entries");
  }

  private static String refusal(Map<String, String> cache) {
    StorageException refused =
        catchThrowableOfType(StorageException.class, () -> open(cache).close());
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    return refused.getMessage();
  }
}
