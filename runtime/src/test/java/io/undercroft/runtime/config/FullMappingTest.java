package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.runtime.config.PluginSettings.Trust;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext.AccessPattern;
import io.undercroft.spi.Secret;
import io.undercroft.storage.ConfigInfo;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defaults, and every setting from every kind of source to the same result. */
class FullMappingTest {
  private static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("storage.plugins.path", "lib/plugins"),
          Map.entry("storage.plugins.trust", "signed"),
          Map.entry("storage.plugins.lock", "conf/plugins.lock"),
          Map.entry("storage.plugins.truststore", "conf/signers.p12"),
          Map.entry("storage.plugins.truststore-password", "trust me"),
          Map.entry("storage.plugins.staging", "tmp/staging"),
          Map.entry("storage.type", "file"),
          Map.entry("storage.path", "data/all"),
          Map.entry("storage.durability", "relaxed"),
          Map.entry("storage.encoding", "UTF-16"),
          Map.entry("storage.pretty", "false"),
          Map.entry("storage.watch.poll", "250ms"),
          Map.entry("storages.rooms.type", "redis"),
          Map.entry("storages.rooms.uri", "redis://app:secret@cache:6379/1"),
          Map.entry("storages.rooms.password", "hunter2 "),
          Map.entry("storages.rooms.timeout", "PT3S"),
          Map.entry("storages.rooms.max-connections", "8"),
          Map.entry("storages.rooms.max-value", "1MiB"),
          Map.entry("storages.rooms.nodes", "one, two"),
          Map.entry("storages.rooms.user", "app"),
          Map.entry("storages.rooms.layers", "audit,cache"),
          Map.entry("storages.rooms.cache.max-entries", "500"),
          Map.entry("storages.rooms.cache.staleness", "5s"),
          Map.entry("storages.rooms.bindings", "com.acme.Audited,com.acme.Timed$Inner"),
          Map.entry("storages.rooms.codec", "kryo"),
          Map.entry("storages.rooms.format", "msgpack"),
          Map.entry("storages.rooms.compression", "zstd"),
          Map.entry("storages.rooms.emulation", "native-only"),
          Map.entry("storages.rooms.read-only", "true"),
          Map.entry("storages.rooms.jta", "ignore"),
          Map.entry("storages.rooms.required", "false"),
          Map.entry("storages.rooms.debug", "yes"),
          Map.entry("storages.rooms.history.changes", "500"),
          Map.entry("storages.rooms.history.bytes", "2MiB"),
          Map.entry("storages.rooms.history.time", "90s"),
          Map.entry("storages.rooms.hints.expected-size", "1_000_000"),
          Map.entry("storages.rooms.hints.access-pattern", "read-heavy"));

  @Test
  void everySettingIsMappedFromCode() {
    everythingIsMapped(Configuration.builder().withoutAmbient().set(ALL), "code");
  }

  @Test
  void everySettingIsMappedFromSystemProperties() {
    everythingIsMapped(Starts.isolated().systemProperties(ALL), "system property");
  }

  @Test
  void everySettingIsMappedFromTheEnvironmentAlone() {
    Map<String, String> variables = new HashMap<>();
    ALL.forEach(
        (name, value) ->
            variables.put(
                name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT), value));
    assertThat(variables).containsEntry("STORAGES_ROOMS_CACHE_MAX_ENTRIES", "500");
    everythingIsMapped(Starts.isolated().environment(variables), "environment …");
  }

  @Test
  void everySettingIsMappedFromAPropertiesFile(@TempDir Path folder) throws IOException {
    StringBuilder text = new StringBuilder("# a comment\n");
    ALL.forEach((name, value) -> text.append(name).append(" = ").append(value).append('\n'));
    Path file = Files.writeString(folder.resolve("app.properties"), text);
    everythingIsMapped(Configuration.builder().withoutAmbient().file(file), file.toString());
  }

  @Test
  void everySettingIsMappedFromYamlAsAPersonWouldWriteIt(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("app.yml"),
            """
            # the default storage
            storage:
              plugins:
                path: lib/plugins
                trust: signed
                lock: conf/plugins.lock
                truststore: conf/signers.p12
                truststore-password: trust me
                staging: tmp/staging
              type: file
              path: data/all
              durability: relaxed
              encoding: UTF-16
              pretty: false
              watch.poll: 250ms
            storages:
              "rooms":
                type: redis
                uri: redis://app:secret@cache:6379/1
                password: "hunter2 "
                timeout: PT3S
                max-connections: 8
                max-value: 1MiB
                nodes: [one, two]
                user: app
                layers:
                  - audit
                  - cache
                cache:
                  max-entries: 500
                "cache.staleness": 5s
                bindings: [com.acme.Audited, com.acme.Timed$Inner]
                codec: kryo
                format: msgpack
                compression: zstd
                emulation: native-only
                read-only: true
                jta: ignore
                required: false
                debug: yes
                history: {changes: 500, bytes: 2MiB, time: 90s}
                hints: {expected-size: 1_000_000, access-pattern: read-heavy}
            """);
    everythingIsMapped(Configuration.builder().withoutAmbient().file(file), file.toString());
  }

  private static void everythingIsMapped(Configuration.Builder builder, String source) {
    Configuration configuration = builder.build();
    PluginSettings plugins = configuration.bootstrap();
    assertThat(plugins.path()).isEqualTo(Path.of("lib/plugins"));
    assertThat(plugins.pathSource()).isNotEqualTo("default");
    assertThat(plugins.trust()).isEqualTo(Trust.SIGNED);
    assertThat(plugins.lock()).contains(Path.of("conf/plugins.lock"));
    assertThat(plugins.truststore()).contains(Path.of("conf/signers.p12"));
    assertThat(plugins.truststorePassword().map(Secret::reveal)).contains("trust me");
    assertThat(plugins.staging()).contains(Path.of("tmp/staging"));

    StorageSpecs specs = configuration.check(Plugins.catalog().build());
    assertThat(specs.notes()).isEmpty();
    assertThat(specs.storages()).containsOnlyKeys("default", "rooms");
    StorageSpec file = Starts.spec(specs, "default");
    assertThat(file.type()).isEqualTo("file");
    assertThat(file.settings().get(Plugins.File.PATH)).isEqualTo(Path.of("data/all"));
    assertThat(file.settings().get(Plugins.File.DURABILITY))
        .isEqualTo(Plugins.File.Durability.RELAXED);
    assertThat(file.settings().get(Plugins.File.ENCODING)).isEqualTo(StandardCharsets.UTF_16);
    assertThat(file.settings().get(Plugins.File.PRETTY)).isFalse();
    assertThat(file.settings().get(Plugins.File.POLL)).isEqualTo(Duration.ofMillis(250));
    assertThat(file.exclusiveResources())
        .containsExactly("folder:" + Path.of("data/all").toAbsolutePath());

    StorageSpec rooms = Starts.spec(specs, "rooms");
    assertThat(rooms.name()).isEqualTo("rooms");
    assertThat(rooms.settings().get(Plugins.Redis.ADDRESS))
        .isEqualTo(URI.create("redis://app:secret@cache:6379/1"));
    assertThat(rooms.settings().get(Plugins.Redis.PASSWORD).reveal()).isEqualTo("hunter2 ");
    assertThat(rooms.settings().get(Plugins.Redis.TIMEOUT)).isEqualTo(Duration.ofSeconds(3));
    assertThat(rooms.settings().get(Plugins.Redis.MAX_CONNECTIONS)).isEqualTo(8);
    assertThat(rooms.settings().get(Plugins.Redis.MAX_VALUE)).isEqualTo(1L << 20);
    assertThat(rooms.settings().get(Plugins.Redis.NODES)).containsExactly("one", "two");
    assertThat(rooms.settings().find(Plugins.Redis.USER)).contains("app");
    assertThat(rooms.layers())
        .extracting(StorageSpec.LayerSpec::id)
        .containsExactly("audit", "cache");
    assertThat(rooms.layers().get(1).settings().get(Option.integer("max-entries"))).isEqualTo(500);
    assertThat(rooms.layers().get(1).settings().get(Option.duration("staleness")))
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(rooms.bindings()).containsExactly("com.acme.Audited", "com.acme.Timed$Inner");
    assertThat(rooms.codec()).contains("kryo");
    assertThat(rooms.format()).isEqualTo("msgpack");
    assertThat(rooms.compression()).isEqualTo("zstd");
    assertThat(rooms.nativeOnly()).isTrue();
    assertThat(rooms.readOnly()).isTrue();
    assertThat(rooms.ignoresJta()).isTrue();
    assertThat(rooms.required()).isFalse();
    assertThat(rooms.debug()).isTrue();
    assertThat(rooms.history())
        .isEqualTo(new StorageSpec.History(500, 2L << 20, Duration.ofSeconds(90)));
    assertThat(rooms.expectedSize()).isEqualTo(OptionalLong.of(1_000_000));
    assertThat(rooms.accessPattern()).isEqualTo(AccessPattern.READ_HEAVY);

    assertThat(specs.config()).isSortedAccordingTo(Comparator.comparing(ConfigInfo::name));
    List<ConfigInfo> set =
        specs.config().stream().filter(info -> !info.source().equals("default")).toList();
    assertThat(set).extracting(ConfigInfo::name).containsExactlyInAnyOrderElementsOf(ALL.keySet());
    for (ConfigInfo info : set) {
      assertThat(info.source())
          .isEqualTo(
              source.startsWith("environment")
                  ? "environment " + PropertyName.variable(info.name())
                  : source);
      String expected =
          switch (info.name()) {
            case "storages.rooms.password", "storage.plugins.truststore-password" -> "***";
            case "storages.rooms.uri" -> "redis://***@cache:6379/1";
            case "storages.rooms.nodes", "storages.rooms.debug" -> info.value(); // as YAML has them
            default -> ALL.get(info.name());
          };
      assertThat(info.value()).as(info.name()).isEqualTo(expected);
    }
    assertThat(specs.toString() + plugins)
        .contains("storages.rooms.uri")
        .doesNotContain("app:secret")
        .doesNotContain("hunter2")
        .doesNotContain("trust me");
  }

  @Test
  void withoutAnyConfigurationTheDefaultStorageIsInMemory() {
    Configuration configuration = Starts.isolated().build();
    PluginSettings plugins = configuration.bootstrap();
    assertThat(plugins)
        .isEqualTo(
            new PluginSettings(
                Path.of("plugins"),
                "default",
                Trust.OPEN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                plugins.config()));
    StorageSpecs specs = configuration.check(Plugins.catalog().build());
    assertThat(specs.storages()).containsOnlyKeys("default");
    StorageSpec spec = Starts.spec(specs, "default");
    assertThat(spec.type()).isEqualTo("memory");
    assertThat(spec.layers()).isEmpty();
    assertThat(spec.bindings()).isEmpty();
    assertThat(spec.codec()).isEmpty();
    assertThat(spec.format()).isEqualTo("json");
    assertThat(spec.compression()).isEqualTo("none");
    assertThat(spec.nativeOnly()).isFalse();
    assertThat(spec.readOnly()).isFalse();
    assertThat(spec.ignoresJta()).isFalse();
    assertThat(spec.required()).isTrue();
    assertThat(spec.debug()).isFalse();
    assertThat(spec.history())
        .isEqualTo(new StorageSpec.History(10_000, 16L << 20, Duration.ofMinutes(5)));
    assertThat(spec.expectedSize()).isEmpty();
    assertThat(spec.accessPattern()).isEqualTo(AccessPattern.UNKNOWN);
    assertThat(spec.exclusiveResources()).isEmpty();
    assertThat(spec.settings().find(Plugins.Memory.MAX_ENTRIES)).isEmpty();
    assertThat(specs.config())
        .containsExactly(
            new ConfigInfo("storage.compression", "none", "default"),
            new ConfigInfo("storage.debug", "false", "default"),
            new ConfigInfo("storage.emulation", "auto", "default"),
            new ConfigInfo("storage.format", "json", "default"),
            new ConfigInfo("storage.history.bytes", "16MiB", "default"),
            new ConfigInfo("storage.history.changes", "10000", "default"),
            new ConfigInfo("storage.history.time", "5m", "default"),
            new ConfigInfo("storage.jta", "refuse", "default"),
            new ConfigInfo("storage.plugins.path", "plugins", "default"),
            new ConfigInfo("storage.plugins.trust", "open", "default"),
            new ConfigInfo("storage.read-only", "false", "default"),
            new ConfigInfo("storage.required", "true", "default"),
            new ConfigInfo("storage.type", "memory", "default"));
  }

  @Test
  void defaultsOfAPluginAreInForceAndShownAsAPersonWouldWriteThem() {
    StorageSpecs specs = Starts.code("storage.type", "redis", "storage.uri", "redis://localhost");
    StorageSpec spec = Starts.spec(specs, "default");
    assertThat(spec.settings().get(Plugins.Redis.TIMEOUT)).isEqualTo(Duration.ofSeconds(2));
    assertThat(spec.settings().get(Plugins.Redis.MAX_CONNECTIONS)).isEqualTo(16);
    assertThat(spec.settings().find(Plugins.Redis.PASSWORD)).isEmpty();
    assertThat(spec.config())
        .contains(
            new ConfigInfo("storage.timeout", "2s", "default"),
            new ConfigInfo("storage.max-connections", "16", "default"),
            new ConfigInfo("storage.uri", "redis://localhost", "code"));
    assertThat(
            Starts.spec(Starts.code("storage.type", "file", "storage.path", "x"), "default")
                .config())
        .contains(
            new ConfigInfo("storage.durability", "full", "default"),
            new ConfigInfo("storage.watch.poll", "500ms", "default"));
  }

  @Test
  void onlyThePluginsSettingsStillLeaveTheDefaultStorageInMemory() {
    assertThat(Starts.code("storage.plugins.path", "lib").storages()).containsOnlyKeys("default");
  }

  @Test
  void namedStoragesAloneMakeNoDefaultStorage() {
    assertThat(Starts.code("storages.rooms.type", "memory").storages()).containsOnlyKeys("rooms");
  }

  @Test
  void aSettingThatThePluginDidNotDeclareCannotBeAskedFor() {
    StorageSpec spec = Starts.spec(Starts.code(), "default");
    assertThatThrownBy(() -> spec.settings().find(Plugins.File.PATH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("plugin 'memory', storage 'default': option 'path' is not among its options()");
    assertThatThrownBy(() -> spec.settings().get(Plugins.Memory.MAX_ENTRIES))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("'max-entries' is not set");
  }
}
