package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import io.undercroft.testkit.fixture.PluginJar;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code docs/plugin-authors.md} shows is what works: its plugin compiles against the SPI
 * alone, keeps every contract as its test says, and is found when it is packed as it says.
 */
final class PluginAuthorsGuideTest extends StoragePluginContract {
  private static final Path GUIDE = Path.of("../docs/plugin-authors.md");
  private static final String PLUGIN = "com.example.notebook.NotebookPlugin";
  private static final String TEST = "com.example.notebook.NotebookPluginTest";

  private static URLClassLoader compiled = new URLClassLoader(new URL[0]);

  @BeforeAll
  static void compile(@TempDir Path temporary) throws IOException {
    List<String> java = Fenced.in(GUIDE, "java");
    assertThat(java).as("the plugin and its test").hasSize(2);
    Path jar =
        PluginJar.library("notebook-and-test")
            .source(PLUGIN, java.get(0))
            .source(TEST, java.get(1))
            .classPath(
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(Path::of)
                    .toArray(Path[]::new))
            .write(temporary.resolve("notebook-and-test.jar"));
    compiled =
        new URLClassLoader(
            new URL[] {jar.toUri().toURL()}, PluginAuthorsGuideTest.class.getClassLoader());
    List.of(PLUGIN, TEST).forEach(PluginAuthorsGuideTest::load);
  }

  @AfterAll
  static void close() throws IOException {
    compiled.close();
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, true, compiled);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("the guide lacks " + name, e);
    }
  }

  /** Asks the guide's own test. */
  @Override
  protected PluginUnderTest plugin(Path temp) {
    try {
      Constructor<?> constructor = load(TEST).getDeclaredConstructor();
      Method plugin = load(TEST).getDeclaredMethod("plugin", Path.class);
      constructor.setAccessible(true);
      plugin.setAccessible(true);
      return (PluginUnderTest) plugin.invoke(constructor.newInstance(), temp);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the plugin of the guide, packed as it says. */
  static PluginJar packed() throws IOException {
    PluginJar jar =
        PluginJar.library("notebook")
            .source(PLUGIN, Fenced.in(GUIDE, "java").get(0))
            .file(
                "META-INF/services/io.undercroft.spi.StoragePlugin",
                Fenced.in(GUIDE, "services").get(0));
    for (String line : Fenced.in(GUIDE, "manifest").get(0).lines().toList()) {
      String[] attribute = line.split(": ", 2);
      jar.manifest(attribute[0], attribute[1]);
    }
    return jar;
  }

  @Test
  void thePluginOfTheGuideServesAStorageWhenItIsPackedAsTheGuideSays(@TempDir Path temporary)
      throws IOException {
    PluginJar jar = packed();
    Path alone = Files.createDirectories(temporary.resolve("alone"));
    jar.drop(alone);
    Path inFolder = temporary.resolve("in-folder");
    jar.write(inFolder.resolve("notebook/notebook-1.0.0.jar"));
    for (Path plugins : List.of(alone, inFolder)) {
      Undercroft.Builder builder =
          Undercroft.builder()
              .withoutAmbientConfig()
              .withoutClassPathPlugins()
              .plugins(plugins)
              .set("storage.plugins.trust", "open");
      properties(Fenced.in(GUIDE, "properties").get(0)).forEach(builder::set);
      try (Undercroft undercroft = builder.open()) {
        Storage<String> storage = undercroft.storage(String.class);
        storage.set("a", "b");
        assertThat(storage.get("a")).contains("b");
        assertThat(storage.info().plugin()).isEqualTo("notebook");
        assertThat(storage.info().pluginVersion()).isEqualTo("1.0.0");
      }
    }
  }

  private static java.util.Map<String, String> properties(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    java.util.Map<String, String> all = new java.util.TreeMap<>();
    properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
    return all;
  }
}
