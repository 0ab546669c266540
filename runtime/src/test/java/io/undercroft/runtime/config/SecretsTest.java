package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.undercroft.spi.Option;
import io.undercroft.spi.Secret;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever is wrong, and wherever a secret stands, it is not shown. */
class SecretsTest {
  private static final String SECRET = "hunter2";

  private static void assertNotShown(Map<String, String> properties, Catalog catalog) {
    Configuration configuration = Configuration.builder().withoutAmbient().set(properties).build();
    Throwable problem = catchThrowable(() -> configuration.check(catalog));
    assertThat(problem).as("%s", properties).isNotNull();
    assertThat(Starts.printed(problem)).doesNotContain(SECRET);
  }

  @Test
  void aSecretInTheWrongPlaceIsNotShown() {
    Catalog catalog = Plugins.catalog().build();
    String uri = "redis://me:" + SECRET + "@host:6379";
    for (Map<String, String> properties :
        List.<Map<String, String>>of(
            Map.of("storage.type", uri),
            Map.of("storage.type", "redis", "storage.timeout", uri),
            Map.of("storage.type", "redis", "storage.uri", "redis://me:" + SECRET + " " + SECRET),
            Map.of("storage.type", "redis", "storage.uri", "me:" + SECRET + "@ host"),
            Map.of("storage.type", "redis", "storage.uri", "host?password=" + SECRET),
            Map.of("storage.type", "redis", "storage.passwrod", SECRET, "storage.uri", uri),
            Map.of("storage.type", "redis", "storage.colour", uri),
            Map.of("storage.type", "memory", "storage.layers", uri),
            Map.of("storage.type", "memory", "storage.format", uri),
            Map.of("storage.type", "memory", "storage.codec", uri),
            Map.of("storage.type", "memory", "storage.emulation", uri),
            Map.of("storage.type", "memory", "storage.password", SECRET),
            Map.of("storage." + uri, "x"),
            Map.of("storages." + uri + ".type", "memory"),
            Map.of("storages.\"" + uri + ".x\".type", "memory"),
            Map.of("storages." + uri, "memory"),
            Map.of("storage.plugins.trust", uri),
            Map.of("storage.plugins.truststore-pasword", SECRET),
            Map.of(
                "storages.a.type",
                "redis",
                "storages.a.uri",
                uri,
                "storages.b.type",
                "redis",
                "storages.b.uri",
                uri))) {
      assertNotShown(properties, catalog);
    }
  }

  @Test
  void aParserThatRepeatsTheTextGivesNothingAway() {
    Option<URI> careless =
        Option.of(
            "address",
            "URI",
            text -> {
              throw new IllegalArgumentException("Illegal character in " + text);
            });
    Option<String> quoting =
        Option.of(
            "connection",
            "connection string",
            text -> {
              throw new IllegalArgumentException("no host in '" + text.substring(3) + "'");
            });
    Option<Secret> strict =
        Option.secret("token")
            .check(
                secret -> {
                  throw new IllegalArgumentException("bad token " + secret.reveal());
                },
                "must be good");
    Catalog catalog =
        Plugins.catalog()
            .plugin(
                new Catalog.Plugin(
                    "careless", List.of(careless, quoting, strict), settings -> Set.of()))
            .build();
    assertNotShown(
        Map.of(
            "storage.type",
            "careless",
            "storage.address",
            "x://me:" + SECRET + "@host:x",
            "storage.connection",
            "Server=x;Password=" + SECRET,
            "storage.token",
            SECRET),
        catalog);
  }

  @Test
  void aSecretOfNoiseInAUriIsNeverShown() {
    long seed = 99_173L;
    Random random = new Random(seed);
    String letters = "abzAZ09/?#@:;,%[]{}<>|\\^`\"' \n\t=&+~äß€";
    Catalog catalog = Plugins.catalog().build();
    for (int round = 0; round < 2_000; round++) {
      StringBuilder noise = new StringBuilder();
      for (int i = random.nextInt(8); i > 0; i--) {
        noise.append(letters.charAt(random.nextInt(letters.length())));
      }
      int at = random.nextInt(noise.length() + 1);
      String password = noise.substring(0, at) + SECRET + noise.substring(at);
      Map<String, String> properties =
          Map.of(
              "storages.rooms.type",
              "redis",
              "storages.rooms.uri",
              "redis://me:" + password + "@host:6379",
              "storages.rooms.password",
              password,
              "storages.rooms.colour",
              "redis://me:" + password + "@host:6379");
      try {
        assertNotShown(properties, catalog);
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ", round " + round + ": " + properties, e);
      }
    }
  }

  @Test
  void theEffectiveConfigurationShowsNone() {
    StorageSpecs specs =
        Starts.code(
            "storage.type",
            "redis",
            "storage.uri",
            "redis://me:" + SECRET + "@host/0",
            "storage.password",
            SECRET,
            "storages.bills.type",
            "jdbc",
            "storages.bills.url",
            "jdbc:postgresql://host/db?password=" + SECRET,
            "storages.bills.password",
            SECRET);
    assertThat(specs.config().toString())
        .contains("redis://***@host/0")
        .contains("jdbc:postgresql://host/db?password=***")
        .doesNotContain(SECRET);
    assertThat(Starts.spec(specs, "default").settings().get(Plugins.Redis.ADDRESS))
        .isEqualTo(URI.create("redis://me:" + SECRET + "@host/0"));
  }
}
