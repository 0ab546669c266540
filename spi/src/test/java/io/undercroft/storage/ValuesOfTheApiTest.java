package io.undercroft.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The small values between an application and its storages. */
class ValuesOfTheApiTest {
  @Test
  void transactionOptionsStartFromTheDefaults() {
    TransactionOptions defaults = TransactionOptions.defaults();
    assertThat(defaults.isolation()).isEmpty();
    assertThat(defaults.timeout()).isEmpty();
    assertThat(defaults.readOnly()).isFalse();
    assertThat(defaults.retries()).isEqualTo(10);
    TransactionOptions own =
        defaults
            .withIsolation(Isolation.SERIALIZABLE)
            .withTimeout(Duration.ofSeconds(1))
            .asReadOnly()
            .withRetries(0);
    assertThat(own.isolation()).contains(Isolation.SERIALIZABLE);
    assertThat(own.timeout()).contains(Duration.ofSeconds(1));
    assertThat(own.readOnly()).isTrue();
    assertThat(own.retries()).isZero();
    assertThat(TransactionOptions.defaults()).isEqualTo(defaults);
  }

  @Test
  void transactionOptionsOutOfRangeAreRefused() {
    TransactionOptions defaults = TransactionOptions.defaults();
    for (int retries : new int[] {-1, 1_001}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.withRetries(retries))
          .withMessageContaining(String.valueOf(retries));
    }
    for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.withTimeout(timeout))
          .withMessageContaining(timeout.toString());
    }
  }

  @Test
  void aTypeRefKnowsTheTypeBetweenItsAngleBrackets() {
    assertThat(new TypeRef<List<String>>() {}).hasToString("java.util.List<java.lang.String>");
    assertThat(new TypeRef<String>() {}.type()).isEqualTo(String.class);
  }

  @Test
  @SuppressWarnings({"rawtypes", "RawTypeCanBeGeneric"}) // the mistake that is tested
  void aTypeRefWithoutATypeSaysHowToWriteIt() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new TypeRef() {})
        .withMessageContaining("new TypeRef<YourType>() {}");
  }

  @Test
  void theInfoKeepsTheOrderAndCannotBeChanged() {
    Map<String, Support> capabilities = new LinkedHashMap<>();
    capabilities.put("Z", Support.NATIVE);
    capabilities.put("A", Support.EMULATED);
    List<String> layers = new ArrayList<>(List.of("audit", "cache"));
    StorageInfo info =
        new StorageInfo("rooms", "file", "1.0", layers, capabilities, Map.of(), Map.of());
    capabilities.clear();
    layers.clear();
    assertThat(info.capabilities().keySet()).containsExactly("Z", "A");
    assertThat(info.layers()).containsExactly("audit", "cache");
    assertThatThrownBy(() -> info.capabilities().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void theMetadataOfAnEntryIsCopied() {
    Map<String, String> metadata = new HashMap<>(Map.of("who", "Alice"));
    Instant now = Instant.EPOCH;
    Entry<String> entry = new Entry<>("a", "one", "v1", now, now, Optional.empty(), metadata);
    metadata.clear();
    assertThat(entry.metadata()).isEqualTo(Map.of("who", "Alice"));
  }

  @Test
  void anOperationSaysWhatItAsks() {
    assertThat(Operation.set("a", "one"))
        .isEqualTo(new Operation.Set<>("a", "one", SetOptions.none()));
    assertThat(Operation.delete("a")).isEqualTo(new Operation.Delete<>("a", Optional.empty()));
    assertThat(Operation.delete("a", "v1"))
        .isEqualTo(new Operation.Delete<>("a", Optional.of("v1")));
    assertThat(Operation.check("a", "v1")).isEqualTo(new Operation.Check<>("a", Optional.of("v1")));
    assertThat(Operation.checkAbsent("a")).isEqualTo(new Operation.Check<>("a", Optional.empty()));
  }

  @Test
  void aPluginWithAProblemIsNotUsable() {
    PluginInfo good =
        new PluginInfo("file", "1.0", "class path", Optional.empty(), List.of("path"));
    PluginInfo bad = new PluginInfo("file", "1.0", "x.jar", Optional.of("no jar"), List.of());
    assertThat(good.usable()).isTrue();
    assertThat(bad.usable()).isFalse();
  }

  @Test
  void aReplicationStatusHasAFactorAndNoNegativeCounts() {
    assertThat(new ReplicationStatus(3, 1, Map.of("b", 7L), 1).lagging()).containsEntry("b", 7L);
    assertThatIllegalArgumentException().isThrownBy(() -> new ReplicationStatus(0, 0, Map.of(), 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReplicationStatus(1, -1, Map.of(), 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReplicationStatus(1, 0, Map.of(), -1));
  }
}
