package io.undercroft.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.discovery.LoaderWatch;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import io.undercroft.testkit.fixture.PluginJar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a runtime loaded from a folder is gone with it: threads at once, classes when collected. */
class LoaderLeakTest {
  private static final int RUNTIMES = 20;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void noLoaderAndNoThreadOutlivesItsRuntime(@TempDir Path plugins) throws Exception {
    PluginJar.sample("shelf").drop(plugins);
    LoaderWatch watch = LoaderWatch.shared();
    int openBefore = watch.openLoaders();
    int closedBefore = watch.closedLoaders();
    for (int i = 0; i < RUNTIMES; i++) {
      use(plugins);
      assertThat(Threads.ofRuntimes()).isEmpty();
    }
    assertThat(watch.openLoaders()).isEqualTo(openBefore);
    long start = System.nanoTime();
    while (watch.closedLoaders() > closedBefore && System.nanoTime() - start < LIMIT.toNanos()) {
      System.gc();
    }
    assertThat(watch.closedLoaders()).isLessThanOrEqualTo(closedBefore);
  }

  private static void use(Path plugins) throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (Undercroft undercroft =
        Undercroft.builder()
            .withoutAmbientConfig()
            .withoutClassPathPlugins()
            .plugins(plugins)
            .storage("rooms", Map.of("type", "shelf", "uri", "shelf://here/a", "password", "x"))
            .open()) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      rooms.observable().watch("*", change -> seen.add(change.key()));
      rooms.async().set("a", "1").toCompletableFuture().get(10, TimeUnit.SECONDS);
      Threads.await("the change was seen", () -> seen.contains("a"));
      assertThat(rooms.get("a")).contains("1");
    }
  }
}
