package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an environment variable means. */
class EnvironmentTest {
  private static StorageSpecs start(Map<String, String> variables, String... systemProperties) {
    return Starts.start(builder(variables, systemProperties));
  }

  private static Configuration.Builder builder(
      Map<String, String> variables, String... systemProperties) {
    Map<String, String> properties = new java.util.TreeMap<>();
    for (int i = 0; i < systemProperties.length; i += 2) {
      properties.put(systemProperties[i], systemProperties[i + 1]);
    }
    return Starts.isolated().environment(variables).systemProperties(properties);
  }

  private static List<String> problems(Map<String, String> variables, String... systemProperties) {
    return Starts.problems(builder(variables, systemProperties));
  }

  @Test
  void twoVariablesPersistTheDefaultStorage() {
    StorageSpec spec =
        Starts.environment(
            "default", Map.of("STORAGE_TYPE", "file", "STORAGE_PATH", "./data/rooms"));
    assertThat(spec.type()).isEqualTo("file");
    assertThat(spec.settings().get(Plugins.File.PATH)).isEqualTo(Path.of("./data/rooms"));
  }

  @Test
  void aNamedStorageMayComeFromTheEnvironmentAlone() {
    StorageSpec spec =
        Starts.environment(
            "rooms", Map.of("STORAGES_ROOMS_TYPE", "file", "STORAGES_ROOMS_PATH", "./data"));
    assertThat(spec.settings().get(Plugins.File.PATH)).isEqualTo(Path.of("./data"));
  }

  @Test
  void theFolderOfPluginsMayComeFromTheEnvironment() {
    PluginSettings plugins =
        Starts.isolated()
            .environment(Map.of("STORAGE_PLUGINS_PATH", "lib", "STORAGE_PLUGINS_TRUST", "lock"))
            .build()
            .bootstrap();
    assertThat(plugins.path()).isEqualTo(Path.of("lib"));
    assertThat(plugins.pathSource()).isEqualTo("environment STORAGE_PLUGINS_PATH");
    assertThat(plugins.trust()).isEqualTo(PluginSettings.Trust.LOCK);
  }

  @Test
  void aNewNameOfTwoWordsGetsADash() {
    assertThat(start(Map.of("STORAGES_MOVIE_ROOMS_TYPE", "memory")).storages())
        .containsOnlyKeys("movie-rooms");
  }

  @Test
  void aNameThatAnotherSourceKnowsIsMeantHoweverItIsWritten() {
    for (String name : List.of("movie-rooms", "movie_rooms", "Movie-Rooms")) {
      StorageSpecs specs =
          start(
              Map.of(
                  "STORAGES_MOVIE_ROOMS_TYPE", "file",
                  "STORAGES_MOVIE_ROOMS_PATH", "x",
                  "STORAGES_MOVIE_ROOMS_WATCH_POLL", "1s"),
              "storages." + name + ".pretty",
              "false");
      assertThat(specs.storages()).containsOnlyKeys(name);
      assertThat(Starts.spec(specs, name).settings().get(Plugins.File.POLL)).hasSeconds(1);
    }
  }

  @Test
  void aNameThatTheApplicationAsksForIsMeant() {
    StorageSpecs specs =
        Starts.start(
            builder(Map.of("STORAGES_MOVIEROOMS_TYPE", "memory", "STORAGES_A_B_TYPE", "memory"))
                .expect(List.of("movieRooms", "a_b", "unused")));
    assertThat(specs.storages()).containsOnlyKeys("movieRooms", "a_b");
  }

  @Test
  void aLongerNameWinsOverAShorterOneWithALongerOption() {
    StorageSpecs specs =
        start(
            Map.of(
                "STORAGES_MOVIE_TYPE", "memory",
                "STORAGES_MOVIE_ROOMS_TYPE", "file",
                "STORAGES_MOVIE_ROOMS_PATH", "x"));
    assertThat(specs.storages()).containsOnlyKeys("movie", "movie-rooms");
  }

  @Test
  void anOptionThatEndsInTypeDefinesNoStorage() {
    Catalog catalog =
        Plugins.catalog()
            .layer("cache", List.of(io.undercroft.spi.Option.string("type").orElse("lru")))
            .build();
    Map<String, String> variables =
        Map.of(
            "STORAGES_ROOMS_TYPE", "memory",
            "STORAGES_ROOMS_LAYERS", "cache",
            "STORAGES_ROOMS_CACHE_TYPE", "lfu");
    StorageSpecs specs = Starts.isolated().environment(variables).build().check(catalog);
    assertThat(specs.storages()).containsOnlyKeys("rooms");
    assertThat(
            Starts.spec(specs, "rooms")
                .layers()
                .get(0)
                .settings()
                .get(io.undercroft.spi.Option.string("type")))
        .isEqualTo("lfu");
  }

  @Test
  void aVariableWithTwoMeaningsIsRefused() {
    Catalog catalog =
        Plugins.catalog()
            .layer("rooms", List.of(io.undercroft.spi.Option.string("type").orElse("x")))
            .build();
    Map<String, String> variables = Map.of("STORAGES_MOVIE_ROOMS_TYPE", "memory");
    Configuration configuration =
        builder(
                variables,
                "storages.movie.type",
                "memory",
                "storages.movie.layers",
                "rooms",
                "storages.movie-rooms.format",
                "json")
            .build();
    assertThat(Starts.problems(() -> configuration.check(catalog)))
        .containsExactly(
            "environment STORAGES_MOVIE_ROOMS_TYPE: may mean storages.movie-rooms.type or"
                + " storages.movie.rooms.type; set it in a file instead");
  }

  @Test
  void aVariableMayBeWrittenAsThePropertyItself() {
    StorageSpecs specs =
        start(
            Map.of(
                "storage.type", "file",
                "storage.path", "a",
                "storages.movieRooms.type", "file",
                "storages.movieRooms.path", "b"));
    assertThat(specs.storages()).containsOnlyKeys("default", "movieRooms");
    assertThat(specs.config())
        .anyMatch(info -> info.source().equals("environment storages.movieRooms.path"));
  }

  @Test
  void aVariableInLowerCaseKeepsTheCaseOfAName() {
    assertThat(start(Map.of("storages_movieRooms_type", "memory")).storages())
        .containsOnlyKeys("movieRooms");
  }

  @Test
  void aBlankVariableTakesAValueAway() {
    StorageSpecs specs =
        start(
            Map.of("STORAGE_TYPE", "memory", "STORAGE_PATH", " "),
            "storage.type",
            "",
            "storages.rooms.type",
            "memory");
    assertThat(specs.storages()).containsOnlyKeys("rooms");
    assertThat(start(Map.of("STORAGES_ROOMS_TYPE", "")).storages()).containsOnlyKeys("default");
  }

  @Test
  void aSlipInAVariableIsReported() {
    Map<String, String> variables =
        Map.of(
            "STORAGES_ROOMS_TYPE", "redis",
            "STORAGES_ROOMS_URI", "redis://localhost",
            "STORAGES_ROOMS_MAX_CONECTIONS", "8",
            "STORAGES_ROOMS_COLOUR", "green",
            "STORAGES_ROOMS_DURABILITY", "full");
    assertThat(problems(variables))
        .containsExactly(
            "storages.rooms.colour (environment STORAGES_ROOMS_COLOUR): unknown option; plugin"
                + " 'redis' has max-connections, max-value, nodes, password, timeout, uri, user",
            "storages.rooms.durability (environment STORAGES_ROOMS_DURABILITY): unknown option of"
                + " plugin 'redis'; file has it",
            "storages.rooms.max-conections (environment STORAGES_ROOMS_MAX_CONECTIONS): unknown"
                + " option; did you mean 'max-connections'?");
  }

  @Test
  void aVariableThatBelongsToNoStorageIsReportedOnce() {
    assertThat(problems(Map.of("STORAGES_ROOMS_TPYE", "file", "STORAGES_ROOMS_PATH", "x")))
        .containsExactly(
            "environment STORAGES_ROOMS_TPYE: belongs to no storage; did you mean"
                + " 'STORAGES_ROOMS_TYPE'?");
    assertThat(problems(Map.of("STORAGES_ROOMS_PATH", "x")))
        .containsExactly(
            "environment STORAGES_ROOMS_PATH: belongs to no storage; a variable"
                + " STORAGES_NAME_TYPE configures one");
  }

  @Test
  void aVariableOfOtherSoftwareIsLeftAloneAndNoted() {
    StorageSpecs specs =
        start(
            Map.of(
                "STORAGE_EMULATOR_HOST", "localhost:8080",
                "STORAGE_TYPE", "memory",
                "STORAGE_ACCOUNT_NAME", "x"));
    assertThat(specs.storages()).containsOnlyKeys("default");
    assertThat(specs.notes())
        .containsExactly(
            "environment STORAGE_ACCOUNT_NAME is no setting of Undercroft and was left alone;"
                + " STORAGE_* configures the default storage",
            "environment STORAGE_EMULATOR_HOST is no setting of Undercroft and was left alone;"
                + " STORAGE_* configures the default storage");
  }

  @Test
  void aSlipInAVariableOfTheDefaultStorageIsReported() {
    assertThat(problems(Map.of("STORAGE_TYPE", "file", "STORAGE_PAHT", "x")))
        .containsExactly(
            "storage.paht (environment STORAGE_PAHT): unknown option; did you mean 'path'?",
            "storage.path (environment STORAGE_TYPE): not set, but plugin 'file' requires it"
                + " (path): a folder, or a file that ends in .json");
  }

  @Test
  void aPathWithoutATypeIsNotSilentlyKeptInMemory() {
    assertThat(problems(Map.of("STORAGE_PATH", "./data")))
        .containsExactly(
            "storage.type (environment STORAGE_PATH): not set, although storage.path is; set it to"
                + " one of file, jdbc, memory, redis");
    // with named storages only, nobody uses the default one, and the variable may be anybody's
    assertThat(start(Map.of("STORAGE_PATH", "./data", "STORAGES_ROOMS_TYPE", "memory")).notes())
        .hasSize(1);
  }

  @Test
  void theDefaultStorageHasNoVariableWithAName() {
    assertThat(problems(Map.of("STORAGES_DEFAULT_TYPE", "file", "STORAGES_DEFAULT_PATH", "x")))
        .containsExactly(
            "environment STORAGES_DEFAULT_TYPE: the default storage is configured without a name;"
                + " write STORAGE_TYPE");
  }

  @Test
  void aGuessOfWhatAVariableMeansIsNoUnknownOption() {
    // SmallRye lists storages.rooms.max.connections for it, besides the variable
    StorageSpec spec =
        Starts.environment(
            "rooms",
            Map.of(
                "STORAGES_ROOMS_TYPE", "redis",
                "STORAGES_ROOMS_URI", "redis://localhost",
                "STORAGES_ROOMS_MAX_CONNECTIONS", "3"));
    assertThat(spec.settings().get(Plugins.Redis.MAX_CONNECTIONS)).isEqualTo(3);
  }
}
