package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Option;
import io.undercroft.spi.Settings;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of problem, word by word. */
class ProblemsTest {
  private static List<String> problems(Catalog.Builder catalog, String... namesAndValues) {
    Configuration configuration =
        Starts.set(Configuration.builder().withoutAmbient(), namesAndValues).build();
    return Starts.problems(() -> configuration.check(catalog.build()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timeout | soon | must be a duration such as 500ms, 2s, 5m, 1h, 7d or PT2S",
        "timeout | 0s | must be at least 1ms",
        "max-connections | many | must be a whole number in its range",
        "max-connections | 10001 | must be at most 10000",
        "max-value | 1QB | must be a size such as 4096, 64KB, 16MiB or 1GiB",
        "uri | localhost | must start with a scheme, such as scheme://host:port/path",
        "emulation | perhaps | must be one of auto, native-only",
        "read-only | maybe | must be true or false",
        "history.changes | -1 | must be at least 0",
        "history.bytes | much | must be a size such as 4096, 64KB, 16MiB or 1GiB",
        "history.time | -1s | must be a duration such as 500ms, 2s, 5m, 1h, 7d or PT2S",
        "hints.expected-size | -1 | must be at least 0",
        "hints.access-pattern | often | must be one of random, sequential, read-heavy, write-heavy",
        "bindings | com.acme.Audited;x | must be names of classes, separated by commas",
        "format | jsno | no such format; did you mean 'json'? there are json, msgpack, protobuf",
        "compression | rar | no such compression; there are gzip, none, zstd",
        "codec | cryo | no such codec provider; did you mean 'kryo'? there are kryo",
        "layers | cash,audit | no such layer; there are audit, cache, encrypt",
      })
  void aBadValueIsQuotedWithWhatIsExpected(String option, String value, String what) {
    String shown = Mask.quoted(option.equals("layers") ? "cash" : value);
    List<String> lines =
        Starts.problemsOfCode(
            "storage.type",
            "redis",
            "storage.uri",
            "redis://localhost",
            "storage." + option,
            value);
    assertThat(lines).containsExactly("storage." + option + "=" + shown + " (code): " + what);
  }

  @Test
  void aBadCharsetOrChoiceOrPathIsReported() {
    assertThat(
            Starts.problemsOfCode(
                "storage.type", "file",
                "storage.path", "a\0b",
                "storage.encoding", "UTF-9",
                "storage.durability", "Full"))
        .containsExactly(
            "storage.durability=Full (code): must be one of full, relaxed",
            "storage.encoding=UTF-9 (code): must be a character encoding such as UTF-8",
            "storage.path='a\\u0000b' (code): must be a path: Nul character not allowed");
  }

  @Test
  void aMissingPluginIsReportedWithThoseThatAreThereAndThoseThatAreBroken() {
    Catalog.Builder catalog =
        Plugins.catalog()
            .broken(
                List.of(
                    Plugins.broken(
                        "mongo",
                        "plugins/mongo.jar",
                        "its constructor throws; ask its author\nor remove it")));
    assertThat(problems(catalog, "storage.type", "mongo"))
        .containsExactly(
            "storage.type=mongo (code): this plugin cannot be used (plugins/mongo.jar): its"
                + " constructor throws; ask its author or remove it");
    assertThat(problems(catalog, "storage.type", "cassandra"))
        .containsExactly(
            "storage.type=cassandra (code): no such plugin; found file, jdbc, memory, redis in"
                + " plugins/; not usable: mongo (plugins/mongo.jar): its constructor throws; ask"
                + " its author or remove it");
    assertThat(problems(Catalog.builder().place("lib/"), "storage.type", "file"))
        .containsExactly("storage.type=file (code): no such plugin; found none in lib/");
  }

  @Test
  void aMissingPluginsSettingsAreNotCalledUnknownButSlipsInReservedWordsAre() {
    assertThat(
            Starts.problemsOfCode(
                "storage.type", "cassandra",
                "storage.keyspace", "x",
                "storage.compresion", "gzip",
                "storage.hints.expected-sise", "3"))
        .containsExactly(
            "storage.compresion (code): unknown option; did you mean 'compression'?",
            "storage.hints.expected-sise (code): unknown option; did you mean"
                + " 'hints.expected-size'?",
            "storage.type=cassandra (code): no such plugin; found file, jdbc, memory, redis in"
                + " plugins/");
  }

  @Test
  void theSettingsOfATypeWithASlipAreCheckedToo() {
    assertThat(
            Starts.problemsOfCode(
                "storage.type", "Redis", "storage.ur", "x", "storage.timeout", "x"))
        .containsExactly(
            "storage.timeout=x (code): must be a duration such as 500ms, 2s, 5m, 1h, 7d or PT2S",
            "storage.type=Redis (code): no such plugin; did you mean 'redis'? found file, jdbc,"
                + " memory, redis in plugins/",
            "storage.ur (code): unknown option; did you mean 'uri'?",
            "storage.uri (code): not set, but plugin 'redis' requires it (URI):"
                + " redis://host:port/db");
  }

  @Test
  void aSettingOfAnotherPluginSaysWhose() {
    assertThat(Starts.problemsOfCode("storage.type", "memory", "storage.path", "x"))
        .containsExactly("storage.path (code): unknown option of plugin 'memory'; file has it");
  }

  @Test
  void aStorageWithoutATypeIsReported() {
    assertThat(Starts.problemsOfCode("storages.rooms.path", "x", "storages.users.colour", "x"))
        .containsExactly(
            "storages.rooms.type (code): not set, although storages.rooms.path is; set it to one"
                + " of file, jdbc, memory, redis",
            "storages.users.colour (code): unknown option",
            "storages.users.type (code): not set, although storages.users.colour is; set it to one"
                + " of file, jdbc, memory, redis");
    assertThat(Starts.problemsOfCode("storages.rooms.tpye", "file", "storages.rooms.path", "x"))
        .containsExactly("storages.rooms.tpye (code): unknown option; did you mean 'type'?");
  }

  @Test
  void whatIsWrongBesideAMissingTypeIsReportedToo() {
    assertThat(Starts.problemsOfCode("storage.format", "jsno", "storage.debug", "maybe"))
        .containsExactly(
            "storage.debug=maybe (code): must be true or false",
            "storage.format=jsno (code): no such format; did you mean 'json'? there are json,"
                + " msgpack, protobuf",
            "storage.type (code): not set, although storage.debug is; set it to one of file, jdbc,"
                + " memory, redis");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "storage.foo | unknown option",
        "storage.pahth | unknown option; did you mean 'path'?",
        "storage | names no setting; write storage.type",
        "storages | names no storage; write storages.NAME.type",
        "storages.rooms | names no setting; write storages.rooms.type",
        "storage.id | ^id^ is reserved and means nothing yet; remove it",
        "storages.rooms.plugins.path | plugins are configured once for all; write storage.plugins.path",
        "storages.default.type | the default storage is configured without a name; write storage.type",
        "storages.-rooms.type | ^-rooms^ is no name for a storage; use 1 to 64 letters, digits, '-' or '_', the first a letter or digit",
        "storages.\"a.b\".type | a.b is no name for a storage; use 1 to 64 letters, digits, '-' or '_', the first a letter or digit",
        "storages..type | ^^ is no name for a storage; use 1 to 64 letters, digits, '-' or '_', the first a letter or digit",
      })
  void aNameThatIsNoSettingIsReported(String name, String what) {
    List<String> lines = Starts.problemsOfCode(name, "memory", "storages.other.type", "memory");
    assertThat(lines.stream().filter(line -> !line.contains("although")))
        .singleElement()
        .asString()
        .endsWith(" (code): " + what.replace('^', '\''));
  }

  @Test
  void layersAreChecked() {
    assertThat(
            Starts.problemsOfCode(
                "storage.type", "memory",
                "storage.layers", "cahce, encrypt,audit,audit, shiny",
                "storage.cache.max-entries", "0",
                "storage.cache.max-entry", "1",
                "storage.shiny.colour", "x"))
        .containsExactly(
            "storage.cache.max-entries=0 (code): must be at least 1",
            "storage.cache.max-entry (code): unknown option; did you mean 'cache.max-entries'?",
            "storage.encrypt.key (code): not set, but layer 'encrypt' requires it (secret): 32"
                + " bytes",
            "storage.layers=audit (code): this layer is listed twice",
            "storage.layers=cahce (code): no such layer; did you mean 'cache'? there are audit,"
                + " cache, encrypt",
            "storage.layers=shiny (code): no such layer; there are audit, cache, encrypt");
  }

  @Test
  void aSettingOfALayerThatIsNotListedIsReported() {
    assertThat(
            Starts.problemsOfCode(
                "storages.rooms.type", "memory", "storages.rooms.encrypt.key", "hunter2"))
        .containsExactly(
            "storages.rooms.encrypt.key (code): is a setting of the layer 'encrypt', which"
                + " storages.rooms.layers does not list; add it there or remove this");
  }

  @Test
  void everyFurtherStorageOnOneResourceIsReported() {
    assertThat(
            Starts.problemsOfCode(
                "storages.c.type",
                "file",
                "storages.c.path",
                "data/../data",
                "storages.a.type",
                "file",
                "storages.a.path",
                "data",
                "storages.b.type",
                "file",
                "storages.b.path",
                "other",
                "storages.d.type",
                "file",
                "storages.d.path",
                "./data"))
        .hasSize(2)
        .allMatch(line -> line.contains("is already used by storages.a.path=data (code)"))
        .anyMatch(line -> line.startsWith("storages.c.path='data/../data' (code): 'folder:/"))
        .anyMatch(line -> line.startsWith("storages.d.path='./data' (code): 'folder:/"));
  }

  @Test
  void twoStoragesOnOneFolderAreReportedEvenIfSomethingElseIsWrongWithThem() {
    assertThat(
            Starts.problemsOfCode(
                "storages.a.type",
                "file",
                "storages.a.path",
                "data",
                "storages.a.pretty",
                "x",
                "storages.b.type",
                "FILE",
                "storages.b.path",
                "data"))
        .hasSize(3)
        .anyMatch(line -> line.contains("is already used by"));
  }

  @Test
  void theTrustInPluginsIsCheckedBeforeAnyIsLoaded() {
    Map<String, String> wrong =
        Map.of(
            "storage.plugins.trust", "none",
            "storage.plugins.paht", "x",
            "storages.rooms.path", "x",
            "storages.users.type", "cassandra",
            "storages.users.read-only", "perhaps");
    Configuration configuration = Configuration.builder().withoutAmbient().set(wrong).build();
    assertThat(Starts.problems(() -> configuration.bootstrap(Plugins.catalog().build())))
        .containsExactly(
            "storage.plugins.paht (code): unknown option; did you mean 'plugins.path'?",
            "storage.plugins.trust=none (code): must be one of open, lock, signed",
            "storages.rooms.type (code): not set, although storages.rooms.path is; set it to one"
                + " of file, jdbc, memory, redis",
            "storages.users.read-only=perhaps (code): must be true or false");
    // whoever goes on all the same gets them all, and what only the catalog can tell
    assertThat(Starts.problems(() -> configuration.check(Plugins.catalog().build())))
        .hasSize(5)
        .anyMatch(line -> line.startsWith("storages.users.type=cassandra (code): no such plugin"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "storage.plugin.trust",
        "storage.plugins.trsut",
        "storage.Plugins.trust",
        "storage.plugins.trusted",
        "storage.plugins"
      })
  void aSlipInTheTrustNeverMeansOpen(String name) {
    for (Configuration.Builder builder :
        List.of(
            Configuration.builder().withoutAmbient().set(name, "signed"),
            Starts.isolated().environment(Map.of(PropertyName.variable(name), "signed")))) {
      assertThatThrownBy(builder.build()::bootstrap)
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith("INVALID_CONFIG");
    }
  }

  @Test
  void trustInSignaturesNeedsSomebodyToTrust() {
    Configuration configuration =
        Configuration.builder().withoutAmbient().set("storage.plugins.trust", "signed").build();
    assertThat(Starts.problems(configuration::bootstrap))
        .containsExactly(
            "storage.plugins.truststore (code): not set, but storage.plugins.trust=signed requires"
                + " it (path): a key store or PEM file with signers' certificates");
  }

  private static Catalog.Plugin plugin(
      String id,
      List<Option<?>> options,
      java.util.function.Function<Settings, Set<String>> resources) {
    return new Catalog.Plugin(id, options, resources);
  }

  @Test
  void aPluginThatTakesAReservedWordIsReported() {
    Catalog.Builder catalog =
        Plugins.catalog()
            .plugin(
                plugin(
                    "greedy",
                    List.of(Option.string("format"), Option.string("hints.mine")),
                    settings -> Set.of()));
    assertThat(problems(catalog, "storage.type", "greedy", "storage.format", "json"))
        .containsExactly(
            "storage.type=greedy (code): this plugin declares the option 'format', which means the"
                + " same for every storage; tell its author to rename it",
            "storage.type=greedy (code): this plugin declares the option 'hints.mine', which means"
                + " the same for every storage; tell its author to rename it");
    assertThat(Configuration.isReserved("format")).isTrue();
    assertThat(Configuration.isReserved("hints.mine")).isTrue();
    assertThat(Configuration.isReserved("path")).isFalse();
  }

  @Test
  void aPluginWhoseOwnCodeFailsHereIsReportedAlone() {
    Option<String> odd =
        Option.of(
            "odd",
            "odd thing",
            text -> {
              throw new IllegalStateException("cannot parse " + text);
            });
    Catalog.Builder catalog =
        Plugins.catalog()
            .plugin(plugin("one", List.of(odd), settings -> Set.of()))
            .plugin(
                plugin(
                    "two",
                    List.of(),
                    settings -> {
                      throw new IllegalStateException("hunter2");
                    }));
    assertThat(
            problems(
                catalog,
                "storages.a.type",
                "one",
                "storages.a.odd",
                "x",
                "storages.b.type",
                "two",
                "storages.c.type",
                "redsi"))
        .containsExactly(
            "storages.a.odd=x (code): is not valid (odd thing): IllegalStateException",
            "storages.b.type=two (code): this plugin cannot tell what it needs for itself"
                + " (IllegalStateException); tell its author",
            "storages.c.type=redsi (code): no such plugin; did you mean 'redis'? found file, jdbc,"
                + " memory, one, redis, two in plugins/",
            "storages.c.uri (code): not set, but plugin 'redis' requires it (URI):"
                + " redis://host:port/db");
  }

  @Test
  void aNameWithADotIsOneNameInCode() {
    Configuration configuration =
        Configuration.builder()
            .withoutAmbient()
            .storage("a.b", Map.of("type", "memory"))
            .storage("default", Map.of("type", "memory"))
            .build();
    assertThat(Starts.problems(() -> configuration.check(Plugins.catalog().build())))
        .singleElement()
        .asString()
        .startsWith("storages.\"a.b\".type (code): a.b is no name for a storage");
  }

  @Test
  void blanksAroundAValueAreDropped() {
    StorageSpec spec =
        Starts.spec(
            Starts.code("storage.type", " file\t", "storage.path", " data ", "storage.pretty", ""),
            "default");
    assertThat(spec.settings().get(Plugins.File.PATH)).hasToString("data");
    assertThat(spec.settings().get(Plugins.File.PRETTY)).isTrue();
    assertThat(Starts.problemsOfCode("storage.type", "file", "storage.path", "  "))
        .singleElement()
        .asString()
        .startsWith("storage.path (code): not set");
  }
}
