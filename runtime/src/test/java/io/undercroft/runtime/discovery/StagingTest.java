package io.undercroft.runtime.discovery;

import static io.undercroft.runtime.discovery.Probe.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.undercroft.spi.StoragePlugin;
import io.undercroft.testkit.fixture.BrokenPlugin;
import io.undercroft.testkit.fixture.PluginJar;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Private copies: who can see them, what runs, and when they go. */
class StagingTest {
  private final Path plugins;
  private final Path tmp;

  StagingTest(@TempDir Path plugins, @TempDir Path tmp) {
    this.plugins = plugins;
    this.tmp = tmp;
  }

  private PluginCatalog open() {
    return PluginCatalog.open(PluginSources.builder().folder(plugins).staging(tmp).build());
  }

  private static List<Path> content(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }

  @Test
  void nobodyElseMayEnterTheCopies() throws IOException {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    PluginJar.sample("shelf").write(plugins.resolve("shelf/shelf.jar"));
    try (PluginCatalog catalog = open()) {
      assertThat(catalog.plugins()).hasSize(1);
      assertThat(content(tmp)).hasSize(1);
      try (Stream<Path> tree = Files.walk(content(tmp).get(0))) {
        for (Path path : tree.toList()) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
              .as("%s", path)
              .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
        }
      }
    }
  }

  @Test
  void theBytesThatWereCheckedAreTheBytesThatRun() throws IOException {
    Path jar =
        Probe.jar("probe")
            .source(
                "late.Comer",
                "package late; public class Comer { public static String call() { return"
                    + " \"checked\"; } }")
            .drop(plugins);
    try (PluginCatalog catalog = open()) {
      Provided<StoragePlugin> probe = catalog.plugin("probe").orElseThrow();
      Probe.jar("probe")
          .source(
              "late.Comer",
              "package late; public class Comer { public static String call() { return"
                  + " \"swapped\"; } }")
          .drop(plugins);
      assertThat(ask(probe, "call late.Comer")).isEqualTo("checked");
      Files.delete(jar);
      assertThat(ask(probe, "stream META-INF/services/io.undercroft.spi.StoragePlugin"))
          .isEqualTo("probe.Probe\n");
    }
  }

  @Test
  void theCopiesGoWithTheCatalog() throws IOException {
    PluginJar.sample("shelf").drop(plugins);
    try (PluginCatalog first = open()) {
      try (PluginCatalog second = open()) {
        assertThat(content(tmp)).as("one for each").hasSize(2);
        assertThat(first.plugin("shelf").orElseThrow().classLoader())
            .isNotSameAs(second.plugin("shelf").orElseThrow().classLoader());
      }
      assertThat(content(tmp)).hasSize(1);
      assertThat(first.plugin("shelf").orElseThrow().service().id()).isEqualTo("shelf");
    }
    assertThat(tmp).isEmptyDirectory();
  }

  @Test
  void noFileOfTheCopiesStaysOpen() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(descriptors), "only Linux tells what is open");
    Probe.jar("probe").file("what.txt", "x").write(plugins.resolve("probe/probe.jar"));
    PluginJar.library("lib").file("lib.txt", "y").write(plugins.resolve("probe/lib.jar"));
    BrokenPlugin.THROWING_CONSTRUCTOR.write(plugins);
    BrokenPlugin.TRUNCATED.write(plugins);
    try (PluginCatalog catalog = open()) {
      Provided<StoragePlugin> probe = catalog.plugin("probe").orElseThrow();
      assertThat(ask(probe, "read what.txt")).isEqualTo("x");
      assertThat(ask(probe, "stream lib.txt")).isEqualTo("y");
      assertThat(ask(probe, "services io.undercroft.spi.StoragePlugin")).isNotEmpty();
      assertThat(openBelow(tmp, descriptors)).as("the owner lock and two jars").hasSize(3);
    }
    assertThat(openBelow(tmp, descriptors)).as("Windows could not delete these").isEmpty();
  }

  private static List<String> openBelow(Path folder, Path descriptors) throws IOException {
    List<String> open = new ArrayList<>();
    for (Path descriptor : content(descriptors)) {
      try {
        String target = Files.readSymbolicLink(descriptor).toString();
        if (target.startsWith(folder.toString())) {
          open.add(target);
        }
      } catch (NoSuchFileException e) {
        // closed since it was listed
      }
    }
    return open;
  }

  @Test
  void theCopiesOfABrokenEntryGoAtOnce() throws IOException {
    PluginJar.sample("shelf").drop(plugins);
    BrokenPlugin.THROWING_CONSTRUCTOR.write(plugins);
    BrokenPlugin.NEXT_SPI.write(plugins);
    try (PluginCatalog catalog = open()) {
      assertThat(catalog.infos()).hasSize(3);
      assertThat(content(content(tmp).get(0)))
          .as("the lock, and the copy of the one that works")
          .hasSize(2);
    }
  }

  /** Opens a catalog, says so, and waits to be killed. */
  static final class Child {
    private Child() {}

    /** Takes the plugins folder and the folder for copies. */
    public static void main(String... args) throws IOException {
      PluginSources sources =
          PluginSources.builder().folder(Path.of(args[0])).staging(Path.of(args[1])).build();
      try (PluginCatalog catalog = PluginCatalog.open(sources)) {
        System.out.println("open " + catalog.plugins().size());
        System.in.read();
      }
    }
  }

  private Process child() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            plugins.toString(),
            tmp.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void awaitOpen(Process child) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).isEqualTo("open 1");
  }

  @Test
  void whatAKilledProcessLeftBehindTheNextStartRemoves() throws Exception {
    PluginJar.sample("shelf").drop(plugins);
    Process alive = child();
    Process dying = child();
    try {
      awaitOpen(alive);
      List<Path> ofAlive = content(tmp);
      awaitOpen(dying);
      dying.destroyForcibly();
      assertThat(dying.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(content(tmp)).as("both are there").hasSize(2);
      try (PluginCatalog catalog = open()) {
        assertThat(catalog.plugins()).hasSize(1);
        assertThat(content(tmp))
            .as("the living one's and our own")
            .hasSize(2)
            .containsAll(ofAlive.size() == 1 ? ofAlive : List.of());
      }
      try (PluginCatalog again = open()) {
        assertThat(again.plugins()).hasSize(1);
        assertThat(content(tmp)).hasSize(2);
      }
      alive.getOutputStream().close();
      assertThat(alive.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(tmp).as("the living one removed its own at its end").isEmptyDirectory();
    } finally {
      alive.destroyForcibly();
      dying.destroyForcibly();
    }
  }

  @Test
  void whatOnlyLooksLikeAStagingIsLeftAlone() throws IOException {
    PluginJar.sample("shelf").drop(plugins);
    Path outside = Files.createDirectory(plugins.resolve("outside"));
    Files.writeString(outside.resolve(Staging.LOCK_NAME), "");
    Path file = Files.writeString(tmp.resolve(Staging.PREFIX + "file"), "mine");
    Path link = Files.createSymbolicLink(tmp.resolve(Staging.PREFIX + "link"), outside);
    Path young = Files.createDirectory(tmp.resolve(Staging.PREFIX + "young"));
    Path old = Files.createDirectory(tmp.resolve(Staging.PREFIX + "old"));
    Files.writeString(old.resolve("something"), "left");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    try (PluginCatalog catalog = open()) {
      assertThat(catalog.plugins()).hasSize(1);
      assertThat(file).hasContent("mine");
      assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
      assertThat(outside.resolve(Staging.LOCK_NAME)).exists();
      assertThat(young).as("perhaps one that is just being made").exists();
      assertThat(old).doesNotExist();
    }
  }
}
