package io.undercroft.runtime.discovery;

import static io.undercroft.runtime.discovery.Probe.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Layer;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.PluginInfo;
import io.undercroft.testkit.fixture.BrokenPlugin;
import io.undercroft.testkit.fixture.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second look into the plugins folder. */
class ReloadTest {
  private final Path plugins;
  private final Path tmp;
  private final LoaderWatch watch = LoaderWatches.manual();

  ReloadTest(@TempDir Path plugins, @TempDir Path tmp) {
    this.plugins = plugins;
    this.tmp = tmp;
  }

  private PluginSources.Builder sources() {
    return PluginSources.builder().folder(plugins).staging(tmp).watch(watch);
  }

  private static String problem(List<PluginInfo> news) {
    assertThat(news).hasSize(1);
    return news.get(0).problem().orElseThrow();
  }

  @Test
  void aPluginThatWasDroppedInWhileRunningIsFound() {
    PluginJar.sample("shelf").drop(plugins);
    try (PluginCatalog catalog = PluginCatalog.open(sources().build())) {
      Provided<StoragePlugin> shelf = catalog.plugin("shelf").orElseThrow();
      assertThat(catalog.reload()).as("nothing new").isEmpty();
      PluginJar.sample("rack").write(plugins.resolve("rack/rack.jar"));
      assertThat(catalog.plugin("rack")).as("not before the look").isEmpty();
      assertThat(catalog.reload()).extracting(PluginInfo::id).containsExactly("rack");
      assertThat(catalog.plugins()).extracting(Provided::id).containsExactly("rack", "shelf");
      assertThat(catalog.plugin("shelf")).containsSame(shelf);
      assertThat(catalog.infos()).extracting(PluginInfo::id).containsExactly("rack", "shelf");
      assertThat(catalog.reload()).as("nothing new any more").isEmpty();
    }
    assertThat(watch.openLoaders()).isZero();
    assertThat(tmp).isEmptyDirectory();
  }

  @Test
  void whatIsLoadedStaysWhateverHappensToItsFiles() throws IOException {
    Path jar = Probe.jar("probe").file("what.txt", "old").drop(plugins);
    PluginJar.sample("shelf").write(plugins.resolve("shelf/shelf.jar"));
    try (PluginCatalog catalog = PluginCatalog.open(sources().build())) {
      Provided<StoragePlugin> probe = catalog.plugin("probe").orElseThrow();
      Probe.jar("probe").file("what.txt", "new").drop(plugins);
      BrokenPlugin.NEXT_SPI.write(plugins.resolve("shelf"));
      assertThat(catalog.reload()).isEmpty();
      assertThat(catalog.plugin("probe")).containsSame(probe);
      assertThat(ask(probe, "stream what.txt")).isEqualTo("old");
      Files.delete(jar);
      Files.delete(plugins.resolve("shelf/shelf.jar"));
      assertThat(catalog.reload()).isEmpty();
      assertThat(catalog.plugins()).extracting(Provided::id).containsExactly("probe", "shelf");
      assertThat(ask(probe, "read what.txt")).isEqualTo("old");
    }
  }

  @Test
  void aBrokenEntryIsTriedAnewAndToldOfWhenSomethingElseBecameOfIt() throws IOException {
    Path jar = plugins.resolve("shelf.jar");
    try (PluginCatalog catalog = PluginCatalog.open(sources().build())) {
      Files.writeString(jar, "half of it");
      assertThat(problem(catalog.reload())).startsWith(jar + " is not a readable jar");
      assertThat(catalog.reload()).as("broken as before").isEmpty();
      PluginJar.sample("shelf").manifest(PluginJar.SPI, "2.0").drop(plugins);
      assertThat(problem(catalog.reload())).contains("was built for SPI 2.0");
      assertThat(catalog.infos()).hasSize(1);
      PluginJar.sample("shelf").drop(plugins);
      assertThat(catalog.reload()).singleElement().matches(PluginInfo::usable);
      assertThat(catalog.infos()).singleElement().matches(PluginInfo::usable);
    }
  }

  @Test
  void aBrokenEntryThatIsGoneIsForgotten() throws IOException {
    Path entry = BrokenPlugin.THROWING_CONSTRUCTOR.write(plugins);
    try (PluginCatalog catalog = PluginCatalog.open(sources().build())) {
      assertThat(catalog.infos()).hasSize(1);
      Files.delete(entry);
      assertThat(catalog.reload()).isEmpty();
      assertThat(catalog.infos()).isEmpty();
    }
  }

  @Test
  void allBrokenOnesDroppedInWhileRunningFailAlone() {
    PluginJar.sample("shelf").drop(plugins);
    try (PluginCatalog catalog = PluginCatalog.open(sources().build())) {
      int broken = 0;
      for (BrokenPlugin plugin : BrokenPlugin.values()) {
        if (!plugin.stopsTheStart()) {
          plugin.write(plugins);
          broken++;
        }
      }
      PluginJar.sample("rack").drop(plugins);
      assertThat(catalog.reload())
          .hasSize(broken + 1)
          .filteredOn(PluginInfo::usable)
          .extracting(PluginInfo::id)
          .containsExactly("rack");
      assertThat(catalog.plugins()).extracting(Provided::id).containsExactly("rack", "shelf");
      assertThat(watch.openLoaders()).isEqualTo(2);
    }
  }

  @Test
  void anIdThatIsTakenBreaksTheNewEntryOnly() {
    Path first = PluginJar.sample("shelf").drop(plugins);
    try (PluginCatalog catalog = PluginCatalog.open(sources().build())) {
      Provided<StoragePlugin> shelf = catalog.plugin("shelf").orElseThrow();
      Path second = PluginJar.sample("shelf").write(plugins.resolve("shelf-2.jar"));
      assertThat(problem(catalog.reload()))
          .isEqualTo(
              second
                  + ": plugin id 'shelf' is already claimed by "
                  + first
                  + ". Remove one of the two; to run another version of a loaded plugin, start"
                  + " again.");
      assertThat(catalog.plugin("shelf")).containsSame(shelf);

      BrokenPlugin.TWO_IDS_ALIKE.write(plugins);
      assertThat(catalog.reload())
          .hasSize(2)
          .allSatisfy(
              info ->
                  assertThat(info.problem().orElseThrow())
                      .contains("two-ids-alike.jar")
                      .contains("two-ids-alike-again.jar"));
      assertThat(watch.openLoaders()).isEqualTo(1);
    }
  }

  private static PluginJar layer(String entry) {
    return PluginJar.plugin(entry)
        .source(
            "extras.Own",
            "package extras; import io.undercroft.spi.*; public class Own implements Layer { public"
                + " Facets apply(Facets below) { return below; } }")
        .service(Layer.class, "extras.Own");
  }

  @Test
  void aLayerIdThatIsTakenBreaksTheNewEntryOnly() {
    Path one = layer("one").drop(plugins);
    try (PluginCatalog catalog = PluginCatalog.open(sources().build())) {
      Path two = layer("two").drop(plugins);
      assertThat(problem(catalog.reload()))
          .isEqualTo(
              two
                  + ": layer id 'own' is claimed by "
                  + one
                  + " and by "
                  + two
                  + "; keep one and remove the other.");
      assertThat(catalog.wrappers()).hasSize(1);
      assertThat(watch.openLoaders()).isEqualTo(1);
    }
  }

  @Test
  void aNewJarThatIsNotTrustedBreaksAloneUntilItIsAccepted() {
    Path shelf = PluginJar.sample("shelf").drop(plugins);
    PluginLock.write(plugins);
    PluginSources sources = sources().trust(PluginTrust.lock()).build();
    try (PluginCatalog catalog = PluginCatalog.open(sources)) {
      assertThat(shelf.toFile().delete()).as("a listed one that is loaded may go").isTrue();
      PluginJar.sample("rack").drop(plugins);
      assertThat(problem(catalog.reload()))
          .contains("  - rack.jar: not listed; found sha256 ")
          .endsWith("accept it with: undercroft plugins --lock");
      PluginLock.write(plugins);
      assertThat(catalog.reload()).extracting(PluginInfo::usable).containsExactly(true);
      assertThat(catalog.plugins()).hasSize(2);
    }
  }

  @Test
  void aFolderThatComesLaterIsFound() {
    Path later = plugins.resolve("later");
    PluginSources sources =
        PluginSources.builder().folderIfPresent(later).staging(tmp).watch(watch).build();
    try (PluginCatalog catalog = PluginCatalog.open(sources)) {
      assertThat(catalog.reload()).isEmpty();
      PluginJar.sample("shelf").drop(later);
      assertThat(catalog.reload()).extracting(PluginInfo::id).containsExactly("shelf");
    }
  }

  @Test
  void withoutAFolderThereIsNothingToLookInto() {
    try (PluginCatalog catalog = PluginCatalog.open(PluginSources.builder().build())) {
      assertThat(catalog.reload()).isEmpty();
    }
  }

  @Test
  void readersNeverSeeAHalfDoneReload() throws Exception {
    PluginJar.sample("p0").drop(plugins);
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(3);
    try (PluginCatalog catalog = PluginCatalog.open(sources().build())) {
      List<Future<Integer>> answers =
          IntStream.range(0, 3)
              .mapToObj(i -> readers.submit(() -> watchGrowth(catalog, done)))
              .toList();
      for (int i = 1; i <= 8; i++) {
        PluginJar.sample("p" + i).drop(plugins);
        assertThat(catalog.reload()).hasSize(1);
      }
      done.set(true);
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isEqualTo(9);
      }
    } finally {
      readers.shutdownNow();
    }
  }

  private static int watchGrowth(PluginCatalog catalog, AtomicBoolean done) {
    int size = 1;
    boolean last;
    do {
      last = done.get();
      List<Provided<StoragePlugin>> now = catalog.plugins();
      assertThat(now.size()).isGreaterThanOrEqualTo(size);
      size = now.size();
      for (int i = 0; i < size; i++) {
        assertThat(now.get(i).id()).isEqualTo("p" + i);
      }
    } while (!last);
    return size;
  }
}
