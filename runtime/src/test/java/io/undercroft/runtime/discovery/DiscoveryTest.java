package io.undercroft.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.undercroft.spi.Around;
import io.undercroft.spi.Backend;
import io.undercroft.spi.CodecProvider;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Layer;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.PluginInfo;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.fixture.BrokenPlugin;
import io.undercroft.testkit.fixture.PluginJar;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found where, and what stops the start. */
class DiscoveryTest {
  private final Path plugins;
  private final Path tmp;

  DiscoveryTest(@TempDir Path plugins, @TempDir Path tmp) {
    this.plugins = plugins;
    this.tmp = tmp;
  }

  private PluginSources.Builder inFolder() {
    return PluginSources.builder().folder(plugins).staging(tmp);
  }

  private static PluginCatalog open(PluginSources.Builder sources) {
    return PluginCatalog.open(sources.build());
  }

  private static PluginInfo info(PluginCatalog catalog, String id) {
    return catalog.infos().stream().filter(info -> info.id().equals(id)).findFirst().orElseThrow();
  }

  private static StorageException refused(PluginSources.Builder sources) {
    try (PluginCatalog catalog = open(sources)) {
      throw new AssertionError("opened with " + catalog.infos());
    } catch (StorageException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
      return e;
    }
  }

  // --- the folder --------------------------------------------------------------------------

  @Test
  void aJarThatWasCompiledAgainstTheSpiAloneServesAStorage() {
    Path jar = PluginJar.sample("shelf").manifest(PluginJar.VERSION, "2.1").drop(plugins);
    try (PluginCatalog catalog = open(inFolder())) {
      Provided<StoragePlugin> shelf = catalog.plugin("shelf").orElseThrow();
      assertThat(shelf.version()).isEqualTo("2.1");
      assertThat(shelf.origin()).isEqualTo(jar.toString());
      assertThat(shelf.options()).extracting(Option::name).containsExactly("uri", "password");
      assertThat(shelf.classLoader()).isSameAs(shelf.service().getClass().getClassLoader());
      assertThat(info(catalog, "shelf").options())
          .containsExactly(
              "uri (URI, required): where, shelf://host/name", "password (secret): to get in");
      Settings settings =
          GivenSettings.of(shelf.options(), Map.of("uri", "shelf://here/a", "password", "sesame"));
      try (Backend backend = shelf.call(() -> shelf.service().open(settings, new GivenContext()))) {
        KeyValue store = backend.facets().require(KeyValue.class);
        store.put("k", NewEntry.of(new byte[] {1, 2}, "text/plain"), Precondition.NONE);
        assertThat(store.get("k").orElseThrow().value()).containsExactly(1, 2);
        assertThat(store.size()).isEqualTo(1);
        shelf.run(backend::ping);
      }
      Settings wrong =
          GivenSettings.of(shelf.options(), Map.of("uri", "shelf://here/a", "password", "wrong"));
      assertThatThrownBy(() -> shelf.call(() -> shelf.service().open(wrong, new GivenContext())))
          .hasMessage(
              "CONNECTION_FAILED: the password is not accepted; set the option 'password' to the"
                  + " right one");
    }
  }

  @Test
  void aFolderHoldsAPluginAndItsLibraries() {
    PluginJar.library("lib")
        .source("lib.Lib", "package lib; public class Lib {}")
        .write(plugins.resolve("shelf/lib.jar"));
    PluginJar.sample("shelf").write(plugins.resolve("shelf/shelf-2.jar"));
    try (PluginCatalog catalog = open(inFolder())) {
      assertThat(info(catalog, "shelf"))
          .isEqualTo(
              new PluginInfo(
                  "shelf",
                  "1.0",
                  plugins.resolve("shelf").toString(),
                  Optional.empty(),
                  info(catalog, "shelf").options()));
    }
  }

  @Test
  void theManifestNamesThePluginWhateverTheFilesAreCalled() {
    PluginJar.sample("shelf").write(plugins.resolve("acme-shelf-1.0.JAR"));
    PluginJar.sample("rack").write(plugins.resolve("some folder/x.jar"));
    try (PluginCatalog catalog = open(inFolder())) {
      assertThat(catalog.plugins()).extracting(Provided::id).containsExactly("rack", "shelf");
    }
  }

  @Test
  void whatIsNoPluginIsLeftAlone() throws IOException {
    Files.writeString(plugins.resolve("README.md"), "hello");
    Files.writeString(plugins.resolve("plugins.lock"), "# nothing");
    Files.writeString(plugins.resolve("shelf.jar.disabled"), "no jar");
    Files.writeString(plugins.resolve("._shelf.jar"), "left by a Mac");
    Files.createDirectories(plugins.resolve("empty"));
    Files.createDirectories(plugins.resolve("target/plugins/file"));
    PluginJar.sample("file").write(plugins.resolve("target/plugins/file/file.jar"));
    PluginJar.sample("hidden").write(plugins.resolve(".git/hidden.jar"));
    try (PluginCatalog catalog = open(inFolder())) {
      assertThat(catalog.infos()).isEmpty();
      assertThat(tmp).as("nothing to copy, so nothing made").isEmptyDirectory();
    }
  }

  @Test
  void aFolderThatWasNamedMustBeThere() {
    assertThat(refused(PluginSources.builder().folder(plugins.resolve("nope"))))
        .hasMessage(
            "INVALID_CONFIG: plugins folder "
                + plugins.resolve("nope")
                + " (storage.plugins.path) does not exist; make it, or set the path to the right"
                + " one");
    try (PluginCatalog catalog =
        open(PluginSources.builder().folderIfPresent(plugins.resolve("nope")))) {
      assertThat(catalog.infos()).isEmpty();
    }
  }

  @Test
  void aFileIsNoPluginsFolder() throws IOException {
    Path file = Files.writeString(plugins.resolve("file"), "x");
    assertThat(refused(PluginSources.builder().folder(file)))
        .hasMessage(
            "INVALID_CONFIG: "
                + file
                + " is not a folder; storage.plugins.path must name the folder that holds plugins");
  }

  @Test
  void aStagingThatCannotBeMadeStopsTheStart() {
    PluginJar.sample("shelf").drop(plugins);
    assertThat(refused(inFolder().staging(tmp.resolve("nope"))))
        .hasMessageStartingWith(
            "INVALID_CONFIG: private copies of plugin jars cannot be made in "
                + tmp.resolve("nope")
                + " (java.nio.file.NoSuchFileException: ")
        .hasMessageEndingWith("or point the system property java.io.tmpdir to another folder");
  }

  // --- limits ------------------------------------------------------------------------------

  @Test
  void whatIsTooLargeFailsAloneAndSaysTheLimit() {
    PluginJar.sample("small").drop(plugins);
    PluginJar.sample("large").file("pad", noise(40_000)).drop(plugins);
    PluginJar.sample("full")
        .file("a", "a")
        .file("b", "b")
        .file("c", "c")
        .file("d", "d")
        .drop(plugins);
    PluginJar.sample("many").write(plugins.resolve("many/1.jar"));
    for (int i = 2; i <= 4; i++) {
      PluginJar.library("lib").write(plugins.resolve("many/" + i + ".jar"));
    }
    PluginJar.sample("sum").write(plugins.resolve("sum/1.jar"));
    PluginJar.library("lib").file("pad", noise(25_000)).write(plugins.resolve("sum/2.jar"));
    PluginSources.Builder sources = inFolder().limits(new FolderLimits(5, 3, 30_000, 30_000, 8));
    try (PluginCatalog catalog = open(sources)) {
      assertThat(catalog.plugins()).extracting(Provided::id).containsExactly("small");
      assertThat(info(catalog, "large").problem())
          .contains(
              plugins.resolve("large.jar")
                  + " has more than 30000 bytes: check that it is a plugin's jar, or remove it.");
      assertThat(info(catalog, "full").problem().orElseThrow())
          .contains("holds 9 files; at most 8 are read");
      assertThat(info(catalog, "many").problem().orElseThrow())
          .startsWith(plugins.resolve("many") + " holds more than 3 jars");
      assertThat(info(catalog, "sum").problem())
          .contains(
              "the jars of "
                  + plugins.resolve("sum")
                  + " have more than 30000 bytes together: check that it is one plugin, or remove"
                  + " it.");
    }
    assertThat(refused(inFolder().limits(new FolderLimits(4, 3, 30_000, 30_000, 8))))
        .hasMessage(
            "INVALID_CONFIG: plugins folder "
                + plugins
                + " holds more than 4 jars and folders with jars; check that storage.plugins.path"
                + " names the right folder");
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(42).nextBytes(bytes);
    return bytes;
  }

  // --- the class path ----------------------------------------------------------------------

  private static URLClassLoader classPath(Path... jars) throws IOException {
    URL[] urls = new URL[jars.length];
    for (int i = 0; i < jars.length; i++) {
      urls[i] = jars[i].toUri().toURL();
    }
    return new URLClassLoader(urls, DiscoveryTest.class.getClassLoader());
  }

  @Test
  void aPluginOnTheClassPathIsFoundWithoutIsolation() throws IOException {
    Path jar = PluginJar.sample("shelf").manifest(PluginJar.VERSION, "3.2").drop(tmp);
    try (URLClassLoader loader = classPath(jar);
        PluginCatalog catalog = open(PluginSources.builder().classPath(loader))) {
      Provided<StoragePlugin> shelf = catalog.plugin("shelf").orElseThrow();
      assertThat(shelf.origin()).isEqualTo("class path");
      assertThat(shelf.version()).isEqualTo("3.2");
      assertThat(shelf.classLoader()).isSameAs(loader);
      assertThat(info(catalog, "shelf").usable()).isTrue();
    }
  }

  @Test
  void aFolderOfClassesOnTheClassPathNeedsNoManifest() throws IOException {
    Path jar = PluginJar.sample("shelf").drop(tmp);
    Path classes = Files.createDirectory(tmp.resolve("classes"));
    try (var zip = new ZipFile(jar.toFile())) {
      for (var entry : Collections.list(zip.entries())) {
        if (!entry.getName().endsWith("MANIFEST.MF")) {
          Path target = classes.resolve(entry.getName());
          Files.createDirectories(target.getParent());
          Files.write(target, zip.getInputStream(entry).readAllBytes());
        }
      }
    }
    try (URLClassLoader loader = classPath(classes);
        PluginCatalog catalog = open(PluginSources.builder().classPath(loader))) {
      assertThat(catalog.plugin("shelf").orElseThrow().version()).isEqualTo("unknown");
    }
  }

  @Test
  void eachBrokenProviderOnTheClassPathFailsAlone() throws IOException {
    Path throwing = BrokenPlugin.THROWING_CONSTRUCTOR.write(tmp);
    Path missing = PluginJar.plugin("x").service(StoragePlugin.class, "not.There").drop(tmp);
    Path later =
        PluginJar.sample("later").manifest(PluginJar.SPI, "1.99").write(tmp.resolve("later.jar"));
    Path good = Probe.jar("good").drop(tmp);
    try (URLClassLoader loader = classPath(throwing, missing, later, good);
        PluginCatalog catalog = open(PluginSources.builder().classPath(loader))) {
      assertThat(catalog.plugins()).extracting(Provided::id).containsExactly("good");
      assertThat(info(catalog, "broken.Broken"))
          .satisfies(
              info -> {
                assertThat(info.origin()).isEqualTo("class path");
                assertThat(info.problem())
                    .contains(
                        throwing
                            + ": class broken.Broken fails in its constructor:"
                            + " java.lang.IllegalStateException: no luck today. Ask the plugin's"
                            + " author for a mended version, or take it off the class path.");
              });
      assertThat(info(catalog, "not.There").problem().orElseThrow())
          .startsWith(missing + ": class not.There, which META-INF/services/")
          .endsWith("or take it off the class path.");
      assertThat(info(catalog, "sample.SamplePlugin").problem())
          .contains(
              later
                  + ": class sample.SamplePlugin was built for SPI 1.99, this runtime offers SPI"
                  + " 1.0. Update Undercroft, or get a version of the plugin that was built for SPI"
                  + " 1.0, or take it off the class path.");
    }
  }

  @Test
  void theSameIdOnTheClassPathAndInTheFolderStopsTheStart() throws IOException {
    Path onPath = PluginJar.sample("shelf").drop(tmp);
    Path inFolder = PluginJar.sample("shelf").drop(plugins);
    try (URLClassLoader loader = classPath(onPath)) {
      assertThat(refused(inFolder().classPath(loader)))
          .hasMessage(
              "INVALID_CONFIG: plugin id 'shelf' is claimed by the class path ("
                  + onPath
                  + ") and by "
                  + inFolder
                  + "; keep one and remove the other");
    }
  }

  // --- handed in ---------------------------------------------------------------------------

  @Test
  void pluginsOfTheRuntimeAndOfCodeStandBesideTheOthers() {
    PluginJar.sample("shelf").drop(plugins);
    PluginSources.Builder sources =
        inFolder().builtIn(new Plain("memory")).inCode(new Plain("mine"));
    try (PluginCatalog catalog = open(sources)) {
      assertThat(catalog.infos())
          .extracting(PluginInfo::id, PluginInfo::origin)
          .containsExactly(
              tuple("memory", "built in"),
              tuple("mine", "code"),
              tuple("shelf", plugins.resolve("shelf.jar").toString()));
    }
    assertThat(refused(inFolder().builtIn(new Plain("shelf")).inCode(new Plain("shelf"))))
        .hasMessage(
            "INVALID_CONFIG: plugin id 'shelf' is claimed by the built-in "
                + Plain.class.getName()
                + " and by "
                + Plain.class.getName()
                + ", which was made in code, and by "
                + plugins.resolve("shelf.jar")
                + "; keep one and remove the other");
  }

  @Test
  void aBrokenPluginMadeInCodeStopsTheStart() {
    assertThat(refused(inFolder().inCode(new Plain("No Id"))))
        .hasMessage(
            "INVALID_CONFIG: service (code): id() of class "
                + Plain.class.getName()
                + " is 'No Id'; an id is 1 to 32 of a-z, 0-9 and '-', starting with a letter. Ask"
                + " the plugin's author for a mended version, or leave it out.");
  }

  private record Plain(String id) implements StoragePlugin {
    @Override
    public List<Option<?>> options() {
      return List.of();
    }

    @Override
    public Backend open(Settings settings, PluginContext context) {
      throw new UnsupportedOperationException("never opened");
    }
  }

  // --- layers and codecs -------------------------------------------------------------------

  private static PluginJar extras(String entry, String layer, String codec) {
    String imports =
        "package extras; import io.undercroft.spi.*; import java.util.*; public class ";
    return PluginJar.plugin(entry)
        .source(
            "extras.SlowLogAround",
            imports
                + "SlowLogAround implements Around { public Object around(Call call, Next next)"
                + " throws Exception { return next.proceed(call); } }")
        .source(
            "extras.Own",
            imports
                + "Own implements Layer { public String id() { return \""
                + layer
                + "\"; } public Facets apply(Facets below) { return below; } }")
        .source(
            "extras.Kind",
            imports
                + "Kind implements LayerPlugin { public String id() { return \""
                + layer
                + "-kind\"; } public List<Option<?>> options() { return"
                + " List.of(Option.bytes(\"size\")); } public Wrapper open(Settings s,"
                + " PluginContext c) { return new Own(); } }")
        .source(
            "extras.Codecs",
            imports
                + "Codecs implements CodecProvider { public String id() { return \""
                + codec
                + "\"; } public Optional<Codec<?>> codec(java.lang.reflect.Type type) { return"
                + " Optional.empty(); } }")
        .service(Around.class, "extras.SlowLogAround")
        .service(Layer.class, "extras.Own")
        .service(LayerPlugin.class, "extras.Kind")
        .service(CodecProvider.class, "extras.Codecs");
  }

  @Test
  void layersAndCodecsOfAJarAreFoundAlsoWithoutAStoragePlugin() {
    extras("extras", "own", "own").drop(plugins);
    try (PluginCatalog catalog = open(inFolder())) {
      assertThat(catalog.wrappers()).extracting(Provided::id).containsExactly("own", "slow-log");
      assertThat(catalog.layerPlugins()).extracting(Provided::id).containsExactly("own-kind");
      assertThat(catalog.layerPlugins().get(0).options())
          .extracting(Option::name)
          .containsExactly("size");
      assertThat(catalog.codecs()).extracting(Provided::id).containsExactly("own");
      assertThat(catalog.plugins()).isEmpty();
      assertThat(info(catalog, "extras").usable()).isTrue();
      assertThat(info(catalog, "extras").options())
          .containsExactly("own-kind.size (size in bytes)");
      assertThat(catalog.codecs().get(0).origin())
          .isEqualTo(plugins.resolve("extras.jar").toString());
    }
  }

  @Test
  void layersAndCodecsOfTheClassPathAreFound() throws IOException {
    Path jar = extras("extras", "own", "own").drop(tmp);
    try (URLClassLoader loader = classPath(jar);
        PluginCatalog catalog = open(PluginSources.builder().classPath(loader))) {
      assertThat(catalog.wrappers()).extracting(Provided::id).containsExactly("own", "slow-log");
      assertThat(catalog.codecs()).extracting(Provided::origin).containsExactly("class path");
      assertThat(catalog.infos()).isEmpty();
    }
  }

  @Test
  void aLayerOrCodecWithTheIdOfAnotherStopsTheStart() {
    extras("one", "a", "same").drop(plugins);
    extras("two", "a-kind", "same").drop(plugins);
    Path one = plugins.resolve("one.jar");
    Path two = plugins.resolve("two.jar");
    assertThat(refused(inFolder()))
        .hasMessage(
            "INVALID_CONFIG: layer id 'a-kind' is claimed by "
                + two
                + " and by "
                + one
                + "; keep one and remove the other\n"
                + "layer id 'slow-log' is claimed by "
                + one
                + " and by "
                + two
                + "; keep one and remove the other");
    assertThat(tmp).isEmptyDirectory();
  }

  @Test
  void anEntryThatDoublesAnIdOfItsOwnIsBroken() {
    extras("one", "slow-log", "c").drop(plugins);
    try (PluginCatalog catalog = open(inFolder())) {
      assertThat(info(catalog, "one").problem())
          .contains(
              plugins.resolve("one.jar")
                  + " offers two layers named 'slow-log'; their ids must differ. Ask the plugin's"
                  + " author for a mended version, or remove "
                  + plugins.resolve("one.jar")
                  + ".");
    }
  }

  // --- close -------------------------------------------------------------------------------

  @Test
  void afterCloseItIsEmpty() {
    PluginJar.sample("shelf").drop(plugins);
    PluginCatalog catalog = open(inFolder());
    catalog.close();
    catalog.close();
    assertThat(catalog.plugins()).isEmpty();
    assertThat(catalog.plugin("shelf")).isEmpty();
    assertThat(catalog.infos()).isEmpty();
    assertThat(tmp).isEmptyDirectory();
    assertThatThrownBy(catalog::reload)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  @Test
  void theSpiOfTheRuntimeIsWhatTheBuildStampsIntoPlugins() throws IOException {
    assertThat(Path.of("..", "pom.xml"))
        .content()
        .contains("<undercroft.spi.version>" + SpiVersion.OFFERED + "</undercroft.spi.version>");
  }
}
