package io.undercroft.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.undercroft.storage.PluginInfo;
import io.undercroft.testkit.fixture.PluginJar;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Links and special files in a plugins folder. */
class FolderScanTest {
  private final Path plugins;
  private final Path tmp;

  FolderScanTest(@TempDir Path plugins, @TempDir Path tmp) {
    this.plugins = plugins;
    this.tmp = tmp;
  }

  private String problem(Path folder) {
    PluginSources sources = PluginSources.builder().folder(folder).staging(tmp).build();
    try (PluginCatalog catalog = PluginCatalog.open(sources)) {
      assertThat(catalog.infos()).hasSize(1);
      PluginInfo info = catalog.infos().get(0);
      assertThat(info.id()).isEqualTo("shelf");
      return info.problem().orElseThrow();
    }
  }

  @Test
  void aLinkToAJarIsRefused() throws IOException {
    Path jar = PluginJar.sample("shelf").drop(tmp);
    Path link = Files.createSymbolicLink(plugins.resolve("shelf.jar"), jar);
    assertThat(problem(plugins))
        .isEqualTo(
            link
                + " is a symbolic link, which is not followed here: copy what it points to into its"
                + " place, or remove it.");
  }

  @Test
  void aLinkToAFolderWithJarsIsRefused() throws IOException {
    PluginJar.sample("shelf").write(tmp.resolve("elsewhere/shelf.jar"));
    Path link = Files.createSymbolicLink(plugins.resolve("shelf"), tmp.resolve("elsewhere"));
    assertThat(problem(plugins)).startsWith(link + " is a symbolic link");
  }

  @Test
  void aLinkAmongAPluginsJarsRefusesThePlugin() throws IOException {
    PluginJar.sample("shelf").write(plugins.resolve("shelf/shelf.jar"));
    Path link =
        Files.createSymbolicLink(plugins.resolve("shelf/lib.jar"), tmp.resolve("dangling.jar"));
    assertThat(problem(plugins)).startsWith(link + " is a symbolic link");
  }

  @Test
  void thePluginsFolderItselfMayBeALink() throws IOException {
    PluginJar.sample("shelf").drop(plugins);
    Path link = Files.createSymbolicLink(tmp.resolve("link"), plugins);
    PluginSources sources = PluginSources.builder().folder(link).staging(tmp).build();
    try (PluginCatalog catalog = PluginCatalog.open(sources)) {
      assertThat(catalog.plugins()).hasSize(1);
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeWithAJarsNameIsRefusedAndNotWaitedFor() throws Exception {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("unix"));
    Path pipe = plugins.resolve("shelf.jar");
    Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start();
    assertThat(mkfifo.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(problem(plugins))
        .isEqualTo(
            pipe + " is not a regular file: put the plugin's jar into its place, or remove it.");
  }
}
