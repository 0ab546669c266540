package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.undercroft.runtime.codec.Codecs;
import io.undercroft.runtime.config.Catalog;
import io.undercroft.runtime.config.CommonOptions;
import io.undercroft.runtime.config.Configuration;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.StoragePlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/configuration.md} is what the declared options make, and all of them. */
final class ConfigurationPageTest {
  static final String COMMAND =
      "mvn -B -ntp -Pquick -pl integration-tests -am -Dtest=ConfigurationPageTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dundercroft.docs=write test";

  private static final Path PAGE = Path.of("../docs/configuration.md");

  @Test
  void thePageIsWhatTheDeclaredOptionsMake() throws IOException {
    if ("write".equals(System.getProperty("undercroft.docs"))) {
      Files.writeString(PAGE, ConfigurationPage.text());
    }
    assertThat(Files.readString(PAGE))
        .as("docs/configuration.md is not what the options say; run%n%s", COMMAND)
        .isEqualTo(ConfigurationPage.text());
  }

  static Stream<Option<?>> options() {
    return Stream.of(
            Stream.of(CommonOptions.STORAGE, CommonOptions.ALL_PLUGINS),
            ConfigurationPage.plugins().stream().map(StoragePlugin::options),
            ConfigurationPage.layers().stream().map(LayerPlugin::options))
        .flatMap(lists -> lists)
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("options")
  void everyOptionSaysWhatItIsFor(Option<?> option) {
    assertThat(option.doc()).hasSizeGreaterThan(8).matches("\\S.*[^.\\s]");
  }

  @Test
  void everyFormatAndCompressionIsOnIt() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(page).contains(Codecs.formats()).contains(Codecs.compressions());
  }

  static Stream<StoragePlugin> plugins() {
    return ConfigurationPage.plugins().stream();
  }

  @ParameterizedTest
  @MethodSource("plugins")
  void everyVariableOfThePageIsKnownToTheConfiguration(StoragePlugin plugin) {
    Map<String, String> variables = new TreeMap<>();
    CommonOptions.STORAGE.forEach(option -> give(variables, "", option));
    plugin.options().forEach(option -> give(variables, "", option));
    for (LayerPlugin layer : ConfigurationPage.layers()) {
      layer.options().forEach(option -> give(variables, layer.id() + ".", option));
    }
    variables.put("STORAGES_ROOMS_TYPE", plugin.id());
    variables.put(
        "STORAGES_ROOMS_LAYERS",
        String.join(",", ConfigurationPage.layers().stream().map(LayerPlugin::id).toList()));
    assertThat(report(variables)).doesNotContain("unknown option", "belongs to no", "may mean");
    variables.put("STORAGES_ROOMS_NOBODYS", "x");
    assertThat(report(variables)).contains("unknown option");
  }

  private static void give(Map<String, String> variables, String prefix, Option<?> option) {
    variables.put(
        "STORAGES_ROOMS_" + ConfigurationPage.variable(prefix + option.name()),
        option.shownFallback().orElse("x"));
  }

  /** Returns what the configuration has to say of these variables. */
  private static String report(Map<String, String> environment) {
    Catalog.Builder catalog =
        Catalog.builder().formats(Codecs.formats()).compressions(Codecs.compressions());
    ConfigurationPage.plugins().forEach(plugin -> catalog.plugin(Catalog.Plugin.of(plugin)));
    ConfigurationPage.layers().forEach(layer -> catalog.layer(layer.id(), layer.options()));
    Configuration configuration =
        Configuration.builder().environment(environment).systemProperties(Map.of()).build();
    return String.valueOf(catchThrowable(() -> configuration.check(catalog.build())));
  }
}
