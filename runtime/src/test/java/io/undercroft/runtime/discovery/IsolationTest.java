package io.undercroft.runtime.discovery;

import static io.undercroft.runtime.discovery.Probe.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.StoragePlugin;
import io.undercroft.testkit.fixture.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the code of a plugin sees, asked from inside. */
class IsolationTest {
  private final Path plugins;
  private final Path tmp;

  IsolationTest(@TempDir Path plugins, @TempDir Path tmp) {
    this.plugins = plugins;
    this.tmp = tmp;
  }

  private PluginCatalog open() {
    return PluginCatalog.open(PluginSources.builder().folder(plugins).staging(tmp).build());
  }

  private static Provided<StoragePlugin> plugin(PluginCatalog catalog, String id) {
    assertThat(catalog.infos()).allMatch(info -> info.usable(), "usable");
    return catalog.plugin(id).orElseThrow();
  }

  private static PluginJar greeting(String version, String method) {
    return PluginJar.library("greeting")
        .manifest("Implementation-Title", "Greeting")
        .manifest("Implementation-Version", version)
        .source(
            "greeting.Greeting",
            "package greeting; public class Greeting { public static String "
                + method
                + "() { return \"version "
                + version
                + "\"; } }");
  }

  private void probeWithGreeting(String id, String version, String method) {
    Path library = greeting(version, method).write(plugins.resolve(id).resolve("greeting.jar"));
    Probe.jar(id)
        .source(
            "probe.Caller",
            "package probe; public class Caller { public static String call() { return"
                + " greeting.Greeting."
                + method
                + "(); } }")
        .classPath(library)
        .write(plugins.resolve(id).resolve(id + ".jar"));
  }

  @Test
  void twoIncompatibleVersionsOfOneLibraryWorkSideBySide() {
    probeWithGreeting("old", "1.0", "hello");
    probeWithGreeting("new", "2.0", "salut");
    try (PluginCatalog catalog = open()) {
      Provided<StoragePlugin> old = plugin(catalog, "old");
      Provided<StoragePlugin> young = plugin(catalog, "new");
      assertThat(ask(old, "call probe.Caller")).isEqualTo("version 1.0");
      assertThat(ask(young, "call probe.Caller")).isEqualTo("version 2.0");
      assertThat(ask(old, "package greeting.Greeting")).isEqualTo("Greeting 1.0 false");
      assertThat(ask(young, "package greeting.Greeting")).isEqualTo("Greeting 2.0 false");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.undercroft.runtime.discovery.PluginCatalog",
        "io.undercroft.runtime.discovery.IsolationTest",
        "io.undercroft.testkit.fixture.PluginJar",
        "io.smallrye.config.SmallRyeConfig",
        "org.eclipse.microprofile.config.Config",
        "org.eclipse.yasson.YassonConfig",
        "jakarta.json.Json",
        "jakarta.enterprise.inject.spi.CDI",
        "org.jboss.weld.environment.se.Weld",
        "org.junit.jupiter.api.Test",
        "com.google.re2j.Pattern",
        // Of the JDK, but defined by the application's loader: the platform loader would give it.
        "com.sun.tools.javac.Main"
      })
  void aPluginSeesNothingOfTheApplicationNorOfTheRuntime(String className) throws Exception {
    assertThat(Class.forName(className, false, getClass().getClassLoader())).isNotNull();
    Probe.jar("probe").drop(plugins);
    try (PluginCatalog catalog = open()) {
      Provided<StoragePlugin> probe = plugin(catalog, "probe");
      assertThat(ask(probe, "class " + className)).isEqualTo("not found");
      assertThat(ask(probe, "resource " + className.replace('.', '/') + ".class"))
          .isEqualTo("null");
      assertThat(ask(probe, "stream " + className.replace('.', '/') + ".class")).isEqualTo("null");
    }
  }

  @Test
  void whatTheHostGivesIsTheFrozenListAndNothingElse() {
    assertThat(HostPackages.PREFIXES)
        .containsExactly(
            "io.undercroft.spi.",
            "io.undercroft.storage.",
            "org.jspecify.",
            "org.slf4j.",
            "jakarta.inject.");
    Probe.jar("probe").drop(plugins);
    try (PluginCatalog catalog = open()) {
      Provided<StoragePlugin> probe = plugin(catalog, "probe");
      for (String className :
          List.of(
              "io.undercroft.spi.Facets",
              "io.undercroft.storage.StorageException",
              "io.undercroft.storage.query.Query",
              "io.undercroft.storage.event.Change",
              "org.jspecify.annotations.Nullable",
              "org.slf4j.LoggerFactory",
              "jakarta.inject.Inject")) {
        assertThat(ask(probe, "class " + className)).as(className).isEqualTo("app");
        assertThat(ask(probe, "resource " + className.replace('.', '/') + ".class"))
            .isNotEqualTo("null");
      }
      assertThat(ask(probe, "class java.lang.String")).isEqualTo("boot");
      assertThat(ask(probe, "class java.sql.Driver")).isEqualTo("platform");
    }
  }

  @Test
  void aBundledCopyOfWhatTheHostGivesIsNeverUsed() {
    Probe.jar("probe")
        .source("org.slf4j.Own", "package org.slf4j; public class Own {}")
        .file("org/slf4j/own.txt", "own")
        .file("jakarta/inject/own.txt", "own")
        .drop(plugins);
    try (PluginCatalog catalog = open()) {
      Provided<StoragePlugin> probe = plugin(catalog, "probe");
      assertThat(ask(probe, "class org.slf4j.Own")).isEqualTo("not found");
      assertThat(ask(probe, "resource org/slf4j/own.txt")).isEqualTo("null");
      assertThat(ask(probe, "stream jakarta/inject/own.txt")).isEqualTo("null");
      assertThat(ask(probe, "resources org/slf4j/own.txt")).isEmpty();
    }
  }

  @Test
  void theHostsServiceFilesDoNotLeakIn() {
    Probe.jar("probe").drop(plugins);
    try (PluginCatalog catalog = open()) {
      Provided<StoragePlugin> probe = plugin(catalog, "probe");
      assertThat(
              getClass()
                  .getClassLoader()
                  .getResource("META-INF/services/org.slf4j.spi.SLF4JServiceProvider"))
          .isNotNull();
      assertThat(ask(probe, "resources META-INF/services/org.slf4j.spi.SLF4JServiceProvider"))
          .isEmpty();
      assertThat(ask(probe, "services io.undercroft.spi.RuntimeProvider")).isEmpty();
      assertThat(ask(probe, "services io.undercroft.spi.StoragePlugin")).isEqualTo("probe.Probe");
    }
  }

  @Test
  void aPluginFindsServicesOfItsOwnLibraries() {
    PluginJar.library("lib")
        .source("lib.Tool", "package lib; public interface Tool {}")
        .source("lib.Hammer", "package lib; public class Hammer implements Tool {}")
        .file("META-INF/services/lib.Tool", "lib.Hammer\n")
        .write(plugins.resolve("probe/a-lib.jar"));
    PluginJar.library("more")
        .source("more.Saw", "package more; public class Saw implements lib.Tool {}")
        .classPath(plugins.resolve("probe/a-lib.jar"))
        .file("META-INF/services/lib.Tool", "more.Saw\n")
        .write(plugins.resolve("probe/b-more.jar"));
    Probe.jar("probe").write(plugins.resolve("probe/probe.jar"));
    try (PluginCatalog catalog = open()) {
      Provided<StoragePlugin> probe = plugin(catalog, "probe");
      assertThat(ask(probe, "services lib.Tool")).isEqualTo("lib.Hammer,more.Saw");
      assertThat(ask(probe, "services java.nio.file.spi.FileSystemProvider"))
          .as("the JDK's services are there")
          .contains("jdk.nio.zipfs.ZipFileSystemProvider");
    }
  }

  @Test
  void resourcesComeFromAllJarsAndCanBeReadByUrl() {
    PluginJar.library("lib")
        .file("data/a b#c?d%é.txt", "one")
        .file("both.txt", "library's")
        .write(plugins.resolve("probe/lib.jar"));
    Probe.jar("probe").file("both.txt", "plugin's").write(plugins.resolve("probe/probe.jar"));
    try (PluginCatalog catalog = open()) {
      Provided<StoragePlugin> probe = plugin(catalog, "probe");
      assertThat(ask(probe, "read data/a b#c?d%é.txt")).isEqualTo("one");
      assertThat(ask(probe, "stream data/a b#c?d%é.txt")).isEqualTo("one");
      assertThat(ask(probe, "resources both.txt")).hasLineCount(2);
      assertThat(ask(probe, "stream none.txt")).isEqualTo("null");
      assertThat(ask(probe, "resource none.txt")).isEqualTo("null");
    }
  }

  @Test
  void theContextClassLoaderIsThePluginsWhileItIsMade() {
    Probe.jar("probe").drop(plugins);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (PluginCatalog catalog = open()) {
      assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
      Provided<StoragePlugin> probe = plugin(catalog, "probe");
      assertThat(ask(probe, "context at construction")).isEqualTo("true");
      assertThat(probe.call(() -> Thread.currentThread().getContextClassLoader()))
          .isSameAs(probe.classLoader());
      assertThatThrownBy(
              () ->
                  probe.run(
                      () -> {
                        throw new IllegalStateException("thrown on");
                      }))
          .hasMessage("thrown on");
      assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }
  }

  @Test
  void classesOfANewerJavaInAMultiReleaseJarAreUsedWhereTheyFit() {
    PluginJar.library("lib")
        .manifest("Multi-Release", "true")
        .file("what.txt", "base")
        .file("META-INF/versions/11/what.txt", "eleven")
        .file("META-INF/versions/99/what.txt", "ninety-nine")
        .write(plugins.resolve("probe/lib.jar"));
    Probe.jar("probe").write(plugins.resolve("probe/probe.jar"));
    try (PluginCatalog catalog = open()) {
      Provided<StoragePlugin> probe = plugin(catalog, "probe");
      assertThat(ask(probe, "stream what.txt")).isEqualTo("eleven");
      assertThat(ask(probe, "read what.txt")).isEqualTo("eleven");
    }
  }

  @Test
  void aSealedPackageStaysInOneJar() {
    PluginJar.library("one")
        .manifest("Sealed", "true")
        .source("vault.Door", "package vault; public class Door {}")
        .write(plugins.resolve("probe/one.jar"));
    PluginJar.library("two")
        .source("vault.Thief", "package vault; public class Thief {}")
        .write(plugins.resolve("probe/two.jar"));
    Probe.jar("probe").write(plugins.resolve("probe/probe.jar"));
    try (PluginCatalog catalog = open()) {
      Provided<StoragePlugin> probe = plugin(catalog, "probe");
      assertThat(ask(probe, "class vault.Door")).isEqualTo("own");
      assertThat(ask(probe, "package vault.Door")).isEqualTo("null null true");
      assertThatThrownBy(() -> ask(probe, "class vault.Thief"))
          .rootCause()
          .isInstanceOf(SecurityException.class)
          .hasMessageContaining("package vault is sealed");
    }
  }

  @Test
  void aManifestsClassPathLeadsNowhere() throws IOException {
    Path outside = tmp.resolve("outside.jar");
    PluginJar.library("outside")
        .source("outside.Smuggled", "package outside; public class Smuggled {}")
        .write(outside);
    Files.copy(outside, plugins.resolve("outside.txt"));
    Probe.jar("probe")
        .manifest("Class-Path", outside.toUri() + " ../outside.txt outside.jar")
        .drop(plugins);
    try (PluginCatalog catalog = open()) {
      assertThat(ask(plugin(catalog, "probe"), "class outside.Smuggled")).isEqualTo("not found");
    }
  }

  @Test
  void aClassKnowsTheCopyItCameFrom() {
    Probe.jar("probe").drop(plugins);
    try (PluginCatalog catalog = open()) {
      assertThat(ask(plugin(catalog, "probe"), "source probe.Probe"))
          .contains(tmp.getFileName() + "/" + Staging.PREFIX)
          .endsWith("probe.jar");
    }
  }

  @Test
  void manyThreadsLoadTheSameClassesAtOnce() throws Exception {
    PluginJar probe = Probe.jar("probe");
    int classes = 60;
    for (int i = 0; i < classes; i++) {
      probe.source(
          "many.C" + i,
          "package many; public class C" + i + (i > 0 ? " extends C" + (i - 1) : "") + " {}");
    }
    probe.drop(plugins);
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (PluginCatalog catalog = open()) {
      ClassLoader loader = plugin(catalog, "probe").classLoader();
      CyclicBarrier start = new CyclicBarrier(threads);
      Callable<List<Class<?>>> load =
          () -> {
            start.await();
            return IntStream.range(0, classes).<Class<?>>mapToObj(i -> load(loader, i)).toList();
          };
      List<Future<List<Class<?>>>> answers =
          pool.invokeAll(IntStream.range(0, threads).mapToObj(i -> load).toList());
      for (Future<List<Class<?>>> answer : answers) {
        assertThat(answer.get()).isEqualTo(answers.get(0).get());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static Class<?> load(ClassLoader loader, int number) {
    try {
      return Class.forName("many.C" + number, true, loader);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void afterCloseNoFurtherClassLoads() {
    Probe.jar("probe").source("late.Comer", "package late; class Comer {}").drop(plugins);
    Provided<StoragePlugin> probe;
    try (PluginCatalog catalog = open()) {
      probe = plugin(catalog, "probe");
    }
    assertThat(ask(probe, "class late.Comer")).isEqualTo("not found");
    assertThat(ask(probe, "stream probe/Probe.class")).isEqualTo("null");
    assertThat(ask(probe, "resource probe/Probe.class")).isEqualTo("null");
  }
}
