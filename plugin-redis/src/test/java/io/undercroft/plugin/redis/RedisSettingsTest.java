package io.undercroft.plugin.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.undercroft.spi.Secret;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Defaults, every option, and what is refused. */
class RedisSettingsTest {
  @Test
  void aUriIsEnough() {
    RedisSettings settings = RedisSettings.of(Given.settings("uri", "redis://localhost"));
    assertThat(settings.servers()).containsExactly(new RedisSettings.Place("localhost", 6379));
    assertThat(settings.replicas()).isEmpty();
    assertThat(settings.cluster()).isFalse();
    assertThat(settings.parts()).isEmpty();
    assertThat(settings.partCommits()).isFalse();
    assertThat(settings.login()).isEqualTo(RedisSettings.Login.NONE);
    assertThat(settings.tls()).isFalse();
    assertThat(settings.authorities()).isEmpty();
    assertThat(settings.database()).isZero();
    assertThat(settings.clientName()).isEqualTo("undercroft");
    assertThat(settings.namespace()).isEqualTo("undercroft");
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.pool())
        .isEqualTo(
            new RedisSettings.Pool(
                16,
                1,
                16,
                Duration.ofSeconds(2),
                Duration.ofMinutes(1),
                Duration.ofSeconds(30),
                true));
    assertThat(settings.sweepInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.changesKept()).isEqualTo(10_000);
    assertThat(settings.changeValueBytes()).isEqualTo(16 << 10);
  }

  @Test
  void everythingCanBeSaidInTheUri() {
    RedisSettings settings =
        RedisSettings.of(Given.settings("uri", "rediss://kee%2Fper:p%40ss%3A@[::1]:7000/3"));
    assertThat(settings.servers()).containsExactly(new RedisSettings.Place("[::1]", 7000));
    assertThat(settings.login().user().map(Secret::reveal)).contains("kee/per");
    assertThat(settings.login().password().map(Secret::reveal)).contains("p@ss:");
    assertThat(settings.tls()).isTrue();
    assertThat(settings.database()).isEqualTo(3);
    assertThat(settings.toString()).doesNotContain("kee", "ss:");
  }

  @Test
  void everythingCanBeSaidByItself() {
    RedisSettings settings =
        RedisSettings.of(
            Given.settings(
                "hosts", "cache.example:7001",
                "replicas", "2",
                "confirm", "disk",
                "user", "keeper",
                "password", "secret",
                "tls", "true",
                "tls.authorities", "ca.pem",
                "database", "5",
                "client-name", "app-1",
                "namespace", "shop",
                "connect-timeout", "1s",
                "timeout", "3s",
                "pool.max", "8",
                "pool.min-idle", "2",
                "pool.max-idle", "4",
                "pool.max-wait", "10ms",
                "pool.idle-time", "5s",
                "pool.eviction-interval", "1s",
                "pool.test-while-idle", "false",
                "sweep-interval", "1m",
                "changes.kept", "50",
                "changes.value-bytes", "1KB"));
    assertThat(settings.servers()).containsExactly(new RedisSettings.Place("cache.example", 7001));
    assertThat(settings.replicas()).contains(2);
    assertThat(settings.confirm()).isEqualTo(Confirm.DISK);
    assertThat(settings.login().user().map(Secret::reveal)).contains("keeper");
    assertThat(settings.login().password().map(Secret::reveal)).contains("secret");
    assertThat(settings.tls()).isTrue();
    assertThat(settings.authorities()).contains(Path.of("ca.pem"));
    assertThat(settings.database()).isEqualTo(5);
    assertThat(settings.clientName()).isEqualTo("app-1");
    assertThat(settings.namespace()).isEqualTo("shop");
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.pool())
        .isEqualTo(
            new RedisSettings.Pool(
                8,
                2,
                4,
                Duration.ofMillis(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                false));
    assertThat(settings.sweepInterval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.changesKept()).isEqualTo(50);
    assertThat(settings.changeValueBytes()).isEqualTo(1 << 10);
  }

  @Test
  void everythingThatDoesNotFitTogetherIsSaidAtOnce() {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(
            () ->
                RedisSettings.of(
                    Given.settings(
                        "uri", "rediss://ann:topsecret@localhost/3",
                        "hosts", "other:1",
                        "user", "bobsname",
                        "password", "othersecret",
                        "tls", "false",
                        "tls.authorities", "ca.pem",
                        "database", "4",
                        "pool.max", "2",
                        "pool.min-idle", "3",
                        "pool.max-idle", "5")))
        .withMessageContaining("8 problems\n")
        .withMessageContaining("- hosts:")
        .withMessageContaining("- user:")
        .withMessageContaining("- password:")
        .withMessageContaining("- tls:")
        .withMessageContaining("- tls.authorities:")
        .withMessageContaining("- database: is 4, but uri ends in /3")
        .withMessageContaining("- pool.min-idle: is 3, more than pool.max=2")
        .withMessageContaining("- pool.max-idle: is 5, more than pool.max=2")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .doesNotContain("topsecret", "othersecret", "ann", "bobsname"));
  }

  @Test
  void sentinelsKnowThePrimary() {
    RedisSettings settings =
        RedisSettings.of(
            Given.settings(
                "hosts", "one, two:7",
                "sentinel.primary", "films",
                "sentinel.user", "watcher",
                "sentinel.password", "hush"));
    assertThat(settings.primary()).contains("films");
    assertThat(settings.servers())
        .containsExactly(new RedisSettings.Place("one", 26_379), new RedisSettings.Place("two", 7));
    assertThat(settings.sentinelLogin().password().map(Secret::reveal)).contains("hush");
    assertThat(settings.login()).isEqualTo(RedisSettings.Login.NONE);
    assertThat(settings.address()).isEqualTo("films (Sentinels one:26379, two:7)");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> RedisSettings.of(Given.settings("sentinel.primary", "films")))
        .withMessageContaining("hosts: not set");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(
            () -> RedisSettings.of(Given.settings("uri", "redis://a", "sentinel.password", "x")))
        .withMessageContaining("sentinel.password: means nothing");
  }

  @Test
  void aClusterIsNamedBySomeOfItsNodes() {
    RedisSettings settings =
        RedisSettings.of(
            Given.settings(
                "hosts", "one, two:7", "cluster", "true", "parts", "12", "parts.commit", "true"));
    assertThat(settings.cluster()).isTrue();
    assertThat(settings.parts()).contains(12);
    assertThat(settings.partCommits()).isTrue();
    assertThat(settings.servers())
        .containsExactly(new RedisSettings.Place("one", 6379), new RedisSettings.Place("two", 7));
    assertThat(settings.at("three", 8).servers())
        .containsExactly(new RedisSettings.Place("three", 8));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(
            () ->
                RedisSettings.of(
                    Given.settings(
                        "hosts", "a", "cluster", "true", "sentinel.primary", "b", "database", "1")))
        .withMessageContaining("2 problems\n")
        .withMessageContaining("- sentinel.primary: a cluster has no Sentinels")
        .withMessageContaining("- database: a cluster has only 0");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> RedisSettings.of(Given.settings("uri", "redis://a", "parts", "2")))
        .withMessageContaining("- parts: means nothing without cluster=true");
  }

  @Test
  void aServerMustBeNamed() {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> RedisSettings.of(Given.settings()))
        .withMessageContaining("1 problem\n  - uri: not set");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> RedisSettings.of(Given.settings("hosts", "a:1, b:2", "user", "x")))
        .withMessageContaining("names 2 servers")
        .withMessageContaining("password: not set, although user is");
  }

  @Test
  void whatIsNoServerIsRefusedByItself() {
    for (String uri :
        new String[] {
          "http://localhost", "redis:localhost", "redis://localhost/a", "redis://localhost/0?a=b"
        }) {
      assertThatIllegalArgumentException().as(uri).isThrownBy(() -> Given.settings("uri", uri));
    }
    for (String host : new String[] {"a:b", "a:0", "a:65536", "a:1:2", "a b", ":1"}) {
      assertThatIllegalArgumentException().as(host).isThrownBy(() -> Given.settings("hosts", host));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> Given.settings("namespace", "a{b}"));
    assertThatIllegalArgumentException().isThrownBy(() -> Given.settings("timeout", "0ms"));
  }
}
