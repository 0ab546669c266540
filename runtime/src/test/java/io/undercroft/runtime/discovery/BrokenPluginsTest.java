package io.undercroft.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.PluginInfo;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.fixture.BrokenPlugin;
import io.undercroft.testkit.fixture.PluginJar;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Broken entries fail alone, and say what an operator has to know. */
class BrokenPluginsTest {
  private final Path plugins;
  private final Path tmp;

  BrokenPluginsTest(@TempDir Path plugins, @TempDir Path tmp) {
    this.plugins = plugins;
    this.tmp = tmp;
  }

  private PluginSources sources() {
    return PluginSources.builder().folder(plugins).staging(tmp).build();
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "TWO_IDS_ALIKE")
  void aBrokenEntryFailsAloneAndNamesItsFileAndTheRemedy(BrokenPlugin broken) {
    Path entry = broken.write(plugins);
    PluginJar.sample("sample").drop(plugins);
    try (PluginCatalog catalog = PluginCatalog.open(sources())) {
      assertThat(catalog.plugins()).extracting(Provided::id).containsExactly("sample");
      PluginInfo info = onlyBroken(catalog.infos());
      assertThat(info.origin()).isEqualTo(entry.toString());
      assertThat(info.problem().orElseThrow())
          .contains(plugins.resolve(broken.file()).toString())
          .contains(broken.remedy())
          .endsWith(".")
          .doesNotContain("\n")
          .doesNotContain(tmp.toString());
      assertThat(info.options()).isEmpty();
    }
  }

  private static PluginInfo onlyBroken(List<PluginInfo> infos) {
    List<PluginInfo> broken = infos.stream().filter(info -> !info.usable()).toList();
    assertThat(broken).hasSize(1);
    return broken.get(0);
  }

  @Test
  void allOfThemTogetherDoNotDisturbAGoodOne() {
    List<BrokenPlugin> alone =
        Arrays.stream(BrokenPlugin.values()).filter(broken -> !broken.stopsTheStart()).toList();
    alone.forEach(broken -> broken.write(plugins));
    PluginJar.sample("sample").drop(plugins);
    try (PluginCatalog catalog = PluginCatalog.open(sources())) {
      assertThat(catalog.plugins()).extracting(Provided::id).containsExactly("sample");
      assertThat(catalog.infos()).hasSize(alone.size() + 1);
      for (BrokenPlugin broken : alone) {
        assertThat(catalog.infos())
            .filteredOn(info -> !info.usable())
            .filteredOn(info -> info.problem().orElseThrow().contains(broken.remedy()))
            .anyMatch(
                info ->
                    info.problem()
                        .orElseThrow()
                        .contains(plugins.resolve(broken.file()).toString()));
      }
    }
  }

  @Test
  void twoIdsAlikeStopTheStartAndBothFilesAreNamed() {
    Path one = BrokenPlugin.TWO_IDS_ALIKE.write(plugins);
    Path two = plugins.resolve("two-ids-alike-again.jar");
    assertThatThrownBy(() -> PluginCatalog.open(sources()))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
        .hasMessage(
            "INVALID_CONFIG: plugin id 'two-ids-alike' is claimed by "
                + two
                + " and by "
                + one
                + "; keep one and remove the other");
    assertThat(tmp).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(names = {"NEXT_SPI", "LATER_SPI", "BUNDLED_SPI", "NO_VERSION", "GARBLED_SPI"})
  void whatTheManifestForbidsIsNeverLoaded(BrokenPlugin broken) {
    LoaderWatch watch = LoaderWatches.manual();
    broken.write(plugins);
    PluginSources sources =
        PluginSources.builder().folder(plugins).staging(tmp).watch(watch).build();
    try (PluginCatalog catalog = PluginCatalog.open(sources)) {
      assertThat(onlyBroken(catalog.infos()).usable()).isFalse();
      assertThat(watch.openLoaders() + watch.closedLoaders()).isZero();
    }
  }

  @Test
  void theMessagesReadAsAnOperatorWouldWantThem() {
    assertProblem(
        BrokenPlugin.THROWING_CONSTRUCTOR,
        "%s: class broken.Broken fails in its constructor: java.lang.IllegalStateException: no luck"
            + " today. Ask the plugin's author for a mended version, or remove %<s.");
    assertProblem(
        BrokenPlugin.THROWING_STATIC_INITIALISER,
        "%s: class broken.Broken fails in its static initialiser: java.lang.NumberFormatException:"
            + " For input string: \"none\". Ask the plugin's author for a mended version, or remove"
            + " %<s.");
    assertProblem(
        BrokenPlugin.MISSING_SUPERCLASS,
        "%s: class broken.Broken needs class broken.Base, which it does not hold: make a folder"
            + " plugins/<id>/ of the plugin's jar and the library that holds the class, or remove"
            + " %<s.");
    assertProblem(
        BrokenPlugin.PRIVATE_CONSTRUCTOR,
        "%s: class broken.Broken cannot be made: it must be public, not abstract, and have a public"
            + " constructor without arguments. Ask the plugin's author for a mended version, or"
            + " remove %<s.");
    assertProblem(
        BrokenPlugin.NEXT_SPI,
        "%s: plugin 'next-spi' 1.0 was built for SPI 2.0, this runtime offers SPI 1.0. Update"
            + " Undercroft, or get a version of the plugin that was built for SPI 1.0, or remove"
            + " %<s.");
    assertProblem(
        BrokenPlugin.LIBRARY,
        "%s is not a plugin: its manifest has no Undercroft-Plugin-Id. If it is a library of a"
            + " plugin, put it beside the plugin's own jar in a folder plugins/<id>/; else remove"
            + " it.");
    assertProblem(
        BrokenPlugin.EMPTY,
        "%s is not a readable jar (zip file is empty): it may have been cut off while it was copied"
            + " or downloaded; put a whole one into its place, or remove it.");
    int feature = Runtime.version().feature();
    assertProblem(
        BrokenPlugin.NEWER_JAVA,
        "%s needs Java "
            + (feature + 1)
            + ", this is Java "
            + feature
            + ": run Undercroft on that Java, get a build of the plugin for Java "
            + feature
            + ", or remove %<s.");
    assertProblem(
        BrokenPlugin.OTHER_ID,
        "%s: id() of class broken.Broken is 'somebody-else', but its manifest says"
            + " 'Undercroft-Plugin-Id: other-id'; they must be the same. Ask the plugin's author for"
            + " a mended version, or remove %<s.");
  }

  private void assertProblem(BrokenPlugin broken, String expected) {
    Path folder = plugins.resolve("of-" + broken.id());
    assertThat(folder.toFile().mkdir()).isTrue();
    broken.write(folder);
    PluginSources sources = PluginSources.builder().folder(folder).staging(tmp).build();
    try (PluginCatalog catalog = PluginCatalog.open(sources)) {
      assertThat(onlyBroken(catalog.infos()).problem())
          .contains(expected.formatted(folder.resolve(broken.file())));
    }
  }
}
