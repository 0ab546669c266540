package io.undercroft.layer.encrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Secret;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is sealed is opened by who has the key, under its own name, unaltered; or not at all. */
class SealTest {
  private static final String OLD = "old:" + key(1);
  private static final String NEW = "new:" + key(2);
  private static final byte[] VALUE =
      "{\"secret\":\"Rumpelstilzchen\"}".getBytes(StandardCharsets.UTF_8);

  private static String key(int seed) {
    byte[] bytes = new byte[32];
    new Random(seed).nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static Seal seal(String keys) {
    return new Seal(KeyRing.parse(new Secret(keys)), false);
  }

  private static StoredEntry sealed(Seal seal, String name) {
    NewEntry entry = seal.seal(name, NewEntry.of(VALUE, "application/json"));
    return stored(entry.value(), entry.contentType());
  }

  private static StoredEntry stored(byte[] value, String type) {
    Instant now = Instant.now();
    return new StoredEntry(value, new EntryMeta("1", now, now, Optional.empty(), type, Map.of()));
  }

  private static String refusal(Seal seal, String name, StoredEntry entry) {
    StorageException refused =
        catchThrowableOfType(StorageException.class, () -> seal.open(name, entry));
    assertThat(refused).isNotNull();
    assertThat(refused.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
    assertThat(refused.getMessage()).contains("'" + name + "'").doesNotContain("Rumpel");
    return refused.getMessage();
  }

  @Test
  void whatIsSealedComesBackAndCannotBeRead() {
    Seal seal = seal(OLD);
    StoredEntry sealed = sealed(seal, "a");
    assertThat(new String(sealed.value(), StandardCharsets.ISO_8859_1)).doesNotContain("Rumpel");
    assertThat(sealed.meta().contentType()).isEqualTo(Seal.SEALED);
    StoredEntry opened = seal.open("a", sealed);
    assertThat(opened.value()).isEqualTo(VALUE);
    assertThat(opened.meta().contentType()).isEqualTo("application/json");
    assertThat(sealed(seal, "a").value()).isNotEqualTo(sealed.value());
  }

  @Test
  void everyAlteredBitIsNoticed() {
    Seal seal = seal(OLD);
    StoredEntry sealed = sealed(seal, "a");
    for (int bit = 0; bit < sealed.value().length * 8; bit++) {
      byte[] altered = sealed.value().clone();
      altered[bit / 8] ^= (byte) (1 << (bit % 8));
      refusal(seal, "a", stored(altered, Seal.SEALED));
    }
    for (int length = 0; length < sealed.value().length; length++) {
      refusal(seal, "a", stored(Arrays.copyOf(sealed.value(), length), Seal.SEALED));
    }
  }

  @Test
  void aValueMovedToAnotherKeyIsRefused() {
    Seal seal = seal(OLD);
    assertThat(refusal(seal, "b", sealed(seal, "a"))).contains("belongs to another entry");
  }

  @Test
  void aKeyIsRotatedByPuttingANewOneInFront() {
    StoredEntry before = sealed(seal(OLD), "a");
    Seal both = seal(NEW + ", " + OLD);
    assertThat(both.open("a", before).value()).isEqualTo(VALUE);
    StoredEntry after = sealed(both, "a");
    assertThat(seal(NEW).open("a", after).value()).isEqualTo(VALUE);
    assertThat(refusal(seal(NEW), "a", before)).contains("'old'").contains("has new; add that key");
    assertThat(refusal(seal("old:" + key(3)), "a", before)).contains("another key");
  }

  @Test
  void wrongKeysAreRefusedAndNotShown() {
    for (String wrong : new String[] {"", key(1), "a:" + key(1) + "!", "a:AAAA", OLD + "," + OLD}) {
      StorageException refused =
          catchThrowableOfType(StorageException.class, () -> KeyRing.parse(new Secret(wrong)));
      assertThat(refused).as(wrong).isNotNull();
      assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
      assertThat(refused.getMessage()).contains("encrypt.keys").doesNotContain(key(1), "AAAA");
    }
  }

  @Test
  void oneLineOfConfigurationEncryptsAStorage() {
    Map<String, String> settings =
        Map.of("type", "memory", "layers", "encrypt", "encrypt.keys", NEW + "," + OLD);
    try (Undercroft undercroft =
        Undercroft.builder().withoutAmbientConfig().storage("rooms", settings).open()) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      rooms.set("a", "Rumpelstilzchen");
      assertThat(rooms.get("a")).contains("Rumpelstilzchen");
      assertThat(rooms.info().details()).containsEntry("encrypt.key", "new");
      assertThat(undercroft.config().toString()).doesNotContain(key(1)).doesNotContain(key(2));
    }
  }
}
