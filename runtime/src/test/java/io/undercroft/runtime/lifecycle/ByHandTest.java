package io.undercroft.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Codec;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Layer;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.tool.ByHand;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The driver and the codec of a storage, without its layers. */
class ByHandTest {
  private static final TypeRef<List<Integer>> NUMBERS = new TypeRef<>() {};

  private static Undercroft.Builder builder() {
    return Undercroft.builder().withoutAmbientConfig().withoutClassPathPlugins();
  }

  @Test
  void theDriverKeepsWhatTheStorageDoesNotSee() {
    try (Undercroft undercroft = builder().storage("rooms", Map.of("type", "memory")).open()) {
      Storage<List<Integer>> rooms = undercroft.storage("rooms", NUMBERS);
      rooms.set("a", List.of(1));
      ByHand byHand = undercroft.tool("rooms", ByHand.class);
      Codec<List<Integer>> codec = byHand.codec(NUMBERS);
      try (BareDriver driver = byHand.driver().orElseThrow()) {
        driver.set("b", codec.encode(List.of(2)));
        assertThat(driver.get("b").orElseThrow()).isEqualTo("[2]".getBytes(StandardCharsets.UTF_8));
        assertThat(rooms.size()).isEqualTo(1);
        assertThat(driver.get("a")).isEmpty();
      }
      assertThat(rooms.get("a")).contains(List.of(1));
    }
  }

  @Test
  void theCodecIsWithoutLayers() {
    AtomicInteger asked = new AtomicInteger();
    Layer counting =
        new Layer() {
          @Override
          public Facets apply(Facets below) {
            return below;
          }

          @Override
          public <T> Codec<T> codec(Codec<T> below, Type type) {
            asked.incrementAndGet();
            return below;
          }
        };
    try (Undercroft undercroft =
        builder().storage("rooms", Map.of("type", "memory")).wrap("rooms", counting).open()) {
      assertThat(undercroft.tool("rooms", ByHand.class).codec(NUMBERS).encode(List.of(3)))
          .isEqualTo("[3]".getBytes(StandardCharsets.UTF_8));
      assertThat(asked).hasValue(0);
      undercroft.storage("rooms", NUMBERS).set("a", List.of(4));
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void aPluginNeedNotHaveADriver() {
    try (Undercroft undercroft =
        builder()
            .plugin(new CupboardPlugin())
            .storage("rooms", Map.of("type", "cupboard"))
            .open()) {
      assertThat(undercroft.tool("rooms", ByHand.class).driver()).isEmpty();
    }
  }

  @Test
  void whatNoStorageHasIsRefused() {
    try (Undercroft undercroft = builder().storage("rooms", Map.of("type", "memory")).open()) {
      assertThatThrownBy(() -> undercroft.tool("rooms", Runnable.class))
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED));
    }
  }
}
