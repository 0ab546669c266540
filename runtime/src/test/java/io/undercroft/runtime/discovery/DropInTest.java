package io.undercroft.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.PluginInfo;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.Undercroft;
import io.undercroft.testkit.fixture.BrokenPlugin;
import io.undercroft.testkit.fixture.PluginJar;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A jar in a folder and a line of configuration: the way a user sees all this. */
class DropInTest {
  private static final Map<String, String> SHELF =
      Map.of("type", "shelf", "uri", "shelf://here/a", "password", "sesame");

  private final Path plugins;

  DropInTest(@TempDir Path plugins) {
    this.plugins = plugins;
  }

  private Undercroft.Builder undercroft() {
    return Undercroft.builder().withoutAmbientConfig().withoutClassPathPlugins().plugins(plugins);
  }

  @Test
  void aDroppedJarServesAStorageByConfigurationBesideEveryBrokenOne() {
    int broken = 0;
    for (BrokenPlugin plugin : BrokenPlugin.values()) {
      if (!plugin.stopsTheStart()) {
        plugin.write(plugins);
        broken++;
      }
    }
    PluginJar.sample("shelf").drop(plugins);
    try (Undercroft undercroft = undercroft().storage("default", SHELF).open()) {
      Storage<String> storage = undercroft.storage(String.class);
      storage.set("greeting", "hello");
      assertThat(storage.get("greeting")).contains("hello");
      StorageInfo info = storage.info();
      assertThat(info.plugin()).isEqualTo("shelf");
      assertThat(info.pluginVersion()).isEqualTo("1.0");
      assertThat(undercroft.plugins()).filteredOn(found -> !found.usable()).hasSize(broken);
      assertThat(undercroft.config().toString()).doesNotContain("sesame");
    }
  }

  @Test
  void aJarDroppedInWhileRunningServesAStorageAfterALook() {
    try (Undercroft undercroft = undercroft().open()) {
      PluginJar.sample("shelf").drop(plugins);
      assertThatThrownBy(() -> undercroft.define("late", SHELF))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("shelf");
      assertThat(undercroft.reloadPlugins()).extracting(PluginInfo::id).containsExactly("shelf");
      undercroft.define("late", SHELF);
      Storage<String> late = undercroft.storage("late", String.class);
      late.set("greeting", "hello");
      assertThat(late.get("greeting")).contains("hello");
    }
  }
}
