package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bounds between keys, in the order of each engine. */
class KeysTest {
  private static final int[] POINTS = {
    1, 'a', 'b', 0x7f, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff
  };

  @Test
  void theBoundPartsThoseWithThePrefixFromThoseThatComeAfter() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      String prefix = text(random);
      String key = text(random);
      boolean inside = key.startsWith(prefix);
      String end = Keys.after(prefix);
      boolean within = bytes(key, prefix) >= 0 && (end == null || bytes(key, end) < 0);
      assertThat(within).as("seed %d: %s in %s", seed, key, prefix).isEqualTo(inside);
      String last = Keys.afterInUnits(prefix);
      boolean between = key.compareTo(prefix) >= 0 && (last == null || key.compareTo(last) < 0);
      assertThat(between).as("seed %d: %s in %s, in units", seed, key, prefix).isEqualTo(inside);
    }
  }

  @Test
  void noKeyComesBetweenAKeyAndItsNext() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      String key = text(random);
      String other = text(random);
      assertThat(bytes(other, Keys.next(key)) >= 0)
          .as("seed %d: %s after %s", seed, other, key)
          .isEqualTo(bytes(other, key) > 0);
      assertThat(other.compareTo(Keys.next(key)) >= 0).isEqualTo(other.compareTo(key) > 0);
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(4);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(POINTS[random.nextInt(POINTS.length)]);
    }
    return text.toString();
  }

  private static int bytes(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
