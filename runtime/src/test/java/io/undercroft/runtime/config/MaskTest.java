package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Option;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://localhost:6379/0 | redis://localhost:6379/0",
        "redis://me:pw@localhost:6379/0 | redis://***@localhost:6379/0",
        "redis://:pw@localhost | redis://***@localhost",
        "redis://me:p@ss word@host:port | redis://***@host:port",
        "redis://me:p/s?s#w@host/0 | redis://***@host/0",
        "redis://me:pw@one:1,redis://me:pw@two:2 | redis://***@two:2",
        "redis://me:password | redis://***",
        "redis://me:pass/word | redis://***",
        "redis://host:6379,redis://me:password | redis://host:6379,redis://***",
        "redis://[::1]:6379/0 | redis://[::1]:6379/0",
        "mongodb://one:27017,two:27018/db | mongodb://one:27017,two:27018/db",
        "//me:pw@host | //***@host",
        "me:pw@host | me:***@host",
        "jdbc:oracle:thin:scott/tiger@//host:1521/x | jdbc:***@//host:1521/x",
        "jdbc:postgresql://host/db?user=me&password=pw&ssl=true"
            + "| jdbc:postgresql://host/db?user=me&password=***&ssl=true",
        "jdbc:sqlserver://host;user=me;passWord = pw;x=1"
            + "| jdbc:sqlserver://host;user=me;passWord =***;x=1",
        "https://host/?api_key=abc&access-token=def | https://host/?api_key=***&access-token=***",
        "DefaultEndpointsProtocol=https;AccountKey=abc== | DefaultEndpointsProtocol=https;AccountKey=***",
        "./data/rooms | ./data/rooms",
        "C:\\data\\rooms | C:\\data\\rooms",
        "someone@example.com | someone@example.com",
      })
  void whatMayBeAPasswordIsTakenAway(String text, String masked) {
    assertThat(Mask.value(text)).isEqualTo(masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "redis-password",
        "api-key",
        "auth.token",
        "client_secret",
        "sasl.pwd"
      })
  void aNameThatSpeaksOfASecretHidesAllOfItsValue(String name) {
    assertThat(Mask.value(name, "abc")).isEqualTo("***");
  }

  @ParameterizedTest
  @ValueSource(strings = {"path", "token-lifetime", "keyspace", "password-file", "monkey"})
  void anyOtherNameDoesNot(String name) {
    assertThat(Mask.value(name, "abc")).isEqualTo("abc");
  }

  @Test
  void aPasswordInAUriIsNeverLeftWhateverItIsMadeOf() {
    long seed = 20_261_120L;
    Random random = new Random(seed);
    String letters = "abzAZ09/?#@:;,%[]{}<>|\\^`\"' \n\t=&+~äß€😀";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder noise = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        noise.append(letters.charAt(random.nextInt(letters.length())));
      }
      int at = random.nextInt(noise.length() + 1);
      String password = noise.substring(0, at) + "hunter2" + noise.substring(at);
      String uri =
          "redis://" + (random.nextBoolean() ? "me" : "") + ":" + password + "@host:6379/0";
      assertThat(Mask.value(uri))
          .as("seed %d, round %d, %s", seed, round, uri)
          .doesNotContain("hunter2")
          .endsWith("@host:6379/0");
      assertThat(Option.uri("uri").mask(uri)).as(uri).doesNotContain("hunter2");
    }
  }

  @Test
  @Timeout(10)
  void aLongTextIsMaskedInNoTime() {
    long start = System.nanoTime();
    Mask.value("a:".repeat(20_000));
    Mask.value("//" + "a,".repeat(20_000) + ":x");
    Mask.value("password".repeat(5_000) + "@");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aMessageStaysOnItsLine() {
    assertThat(Mask.line("a\nb\tc\u001b[31m")).isEqualTo("a b c\\u001b[31m");
  }
}
