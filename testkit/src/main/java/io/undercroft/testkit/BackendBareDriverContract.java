package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.BareDriver;
import io.undercroft.spi.KeyValue;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * {@link BareDriver}: it keeps what it is given, in a place that the storage does not see and that
 * is gone afterwards.
 */
interface BackendBareDriverContract extends Contract {
  private BareDriver driver() {
    Optional<BareDriver> driver = subject().backend().bareDriver();
    if (subject().plugin().hasBareDriver()) {
      assertThat(driver).as("the driver that is declared").isPresent();
    }
    Assumptions.assumeTrue(driver.isPresent(), () -> subject().id() + " has no bare driver");
    return driver.get();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  default void whatIsWrittenByHandComesBack() {
    try (BareDriver driver = driver()) {
      assertThat(driver.description()).isNotBlank().doesNotContain("\n");
      assertThat(driver.get("a")).isEmpty();
      driver.set("a", bytes("{\"n\":1}"));
      driver.set("a", bytes("{\"n\": 2}"));
      driver.setMany(Map.of("b", bytes("one"), "c", bytes("two")));
      driver.setMany(Map.of("c", bytes("three")));
      driver.setMany(Map.of());
      assertThat(driver.get("a")).hasValue(bytes("{\"n\": 2}"));
      assertThat(driver.get("c")).hasValue(bytes("three"));
      Map<String, byte[]> found = driver.getMany(List.of("c", "nothing", "a", "c"));
      assertThat(found).containsOnlyKeys("a", "c");
      assertThat(found.get("a")).isEqualTo(bytes("{\"n\": 2}"));
      assertThat(driver.getMany(List.of())).isEmpty();
    }
  }

  @Test
  default void anyBytesComeBackByHand() {
    byte[] large = new byte[1 << 20];
    new Random(1).nextBytes(large);
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    try (BareDriver driver = driver()) {
      driver.set("large", large);
      driver.setMany(Map.of("every", every, "none", new byte[0]));
      assertThat(driver.get("large").orElseThrow()).isEqualTo(large);
      assertThat(driver.get("every").orElseThrow()).isEqualTo(every);
      assertThat(driver.get("none").orElseThrow()).isEmpty();
    }
  }

  @Test
  default void everyNastyKeyIsToldApartByHand() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    for (String key : NastyKeys.valid()) {
      all.put(key, bytes("value of " + key));
    }
    try (BareDriver driver = driver()) {
      driver.setMany(all);
      Map<String, byte[]> found = driver.getMany(all.keySet());
      assertThat(found).containsOnlyKeys(all.keySet());
      for (String key : NastyKeys.valid()) {
        assertThat(found.get(key)).as(key).isEqualTo(all.get(key));
        assertThat(driver.get(key).orElseThrow()).as(key).isEqualTo(all.get(key));
      }
    }
  }

  @Test
  default void whatIsWrittenByHandIsNoEntryOfTheStorage() {
    KeyValue store = subject().keyValue();
    put(store, "a", "the storage's");
    try (BareDriver driver = driver()) {
      long size = store.size();
      List<String> keys = Entries.keys(store);
      driver.set("a", bytes("by hand"));
      driver.setMany(Map.of("b", bytes("by hand")));
      assertThat(store.size()).isEqualTo(size);
      assertThat(Entries.keys(store)).containsExactlyInAnyOrderElementsOf(keys);
      assertThat(text(store, "a")).contains("the storage's");
      assertThat(store.get("b")).isEmpty();
      store.clear();
      assertThat(driver.get("a")).hasValue(bytes("by hand"));
      put(store, "c", "the storage's");
    }
    assertThat(text(store, "c")).contains("the storage's");
  }

  @Test
  default void itsPlaceIsEmptyAtFirstAndGoneInTheEnd() {
    BareDriver closed = driver();
    closed.set("a", bytes("one"));
    closed.close();
    closed.close();
    isClosed(() -> closed.get("a"));
    isClosed(() -> closed.set("a", bytes("two")));
    isClosed(() -> closed.getMany(List.of("a")));
    isClosed(() -> closed.setMany(Map.of("a", bytes("two"))));
    BareDriver brokenOff = driver();
    assertThat(brokenOff.get("a")).isEmpty();
    brokenOff.set("b", bytes("left"));
    try (BareDriver next = driver()) {
      assertThat(next.getMany(List.of("a", "b"))).isEmpty();
    }
  }

  @Test
  default void whatAProcessHasLeftIsGoneAfterReopening() {
    subject().needsPersistence();
    driver().set("a", bytes("left"));
    subject().reopenBackend();
    try (BareDriver driver = driver()) {
      assertThat(driver.get("a")).isEmpty();
    }
  }

  @Test
  default void itEndsWithItsStorage() {
    BareDriver driver = driver();
    driver.set("a", bytes("one"));
    subject().backend().close();
    isClosed(() -> driver.get("a"));
    isClosed(() -> driver.set("a", bytes("two")));
  }

  private static void isClosed(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StorageException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CLOSED));
  }
}
