package io.undercroft.runtime.discovery;

import static io.undercroft.runtime.discovery.LoaderWatches.collectUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Backend;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.testkit.fixture.BrokenPlugin;
import io.undercroft.testkit.fixture.LeakyPlugin;
import io.undercroft.testkit.fixture.PluginJar;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loaders that go, and loaders that stay. */
class LoaderWatchTest {
  private final Path plugins;
  private final Path tmp;

  /** What somebody forgot to let go. */
  private final List<Object> held = new ArrayList<>();

  LoaderWatchTest(@TempDir Path plugins, @TempDir Path tmp) {
    this.plugins = plugins;
    this.tmp = tmp;
  }

  private PluginCatalog open(LoaderWatch watch) {
    return PluginCatalog.open(
        PluginSources.builder().folder(plugins).staging(tmp).watch(watch).build());
  }

  private void openUseAndClose(LoaderWatch watch) {
    try (PluginCatalog catalog = open(watch)) {
      Provided<StoragePlugin> shelf = catalog.plugin("shelf").orElseThrow();
      Map<String, String> uri = Map.of("uri", "shelf://here/a");
      try (Backend backend =
          shelf.call(
              () ->
                  shelf
                      .service()
                      .open(GivenSettings.of(shelf.options(), uri), new GivenContext()))) {
        KeyValue store = backend.facets().require(KeyValue.class);
        store.put("k", NewEntry.of(new byte[] {1}, "text/plain"), Precondition.NONE);
        assertThat(store.has("k")).isTrue();
      }
    }
  }

  @Test
  void ofAHundredLoadersOpenedAndClosedNoneStaysAlive() {
    LoaderWatch watch = LoaderWatches.manual();
    PluginJar.sample("shelf").drop(plugins);
    for (int i = 0; i < 100; i++) {
      openUseAndClose(watch);
    }
    assertThat(watch.openLoaders()).isZero();
    collectUntil(() -> watch.closedLoaders() == 0, "every closed loader is collected");
    assertThat(watch.leakedLoaders()).isEmpty();
  }

  @Test
  void theLoadersOfBrokenPluginsGoToo() {
    LoaderWatch watch = LoaderWatches.manual();
    for (BrokenPlugin broken : BrokenPlugin.values()) {
      if (!broken.stopsTheStart()) {
        broken.write(plugins);
      }
    }
    try (PluginCatalog catalog = open(watch)) {
      assertThat(catalog.plugins()).isEmpty();
      assertThat(watch.openLoaders()).as("open").isZero();
      collectUntil(() -> watch.closedLoaders() == 0, "broken plugins leave nothing behind");
    }
  }

  @Test
  void anOpenLoaderIsCountedAndNeverCalledLeaked() {
    LoaderWatch watch = LoaderWatches.manual();
    PluginJar.sample("shelf").drop(plugins);
    PluginJar.sample("rack").drop(plugins);
    try (PluginCatalog catalog = open(watch)) {
      openUseAndClose(watch);
      assertThat(watch.openLoaders()).isEqualTo(2);
      collectUntil(() -> watch.closedLoaders() == 0, "the closed one is collected");
      assertThat(watch.openLoaders()).isEqualTo(2);
      assertThat(watch.leakedLoaders()).isEmpty();
      assertThat(catalog.plugins()).hasSize(2);
    }
  }

  /** Opens, closes, and keeps nothing but a weak reference. */
  private WeakReference<StoragePlugin> openAndClose(LoaderWatch watch, String id) {
    try (PluginCatalog catalog = open(watch)) {
      return new WeakReference<>(catalog.plugin(id).orElseThrow().service());
    }
  }

  private static void letGo(WeakReference<StoragePlugin> plugin) {
    ((Runnable) Objects.requireNonNull(plugin.get(), "the leaky plugin is gone")).run();
  }

  @ParameterizedTest
  @EnumSource
  void aPluginThatHoldsOnToItsClassesIsReportedAsLeaked(LeakyPlugin leaky) {
    LoaderWatch watch = LoaderWatches.manual();
    Path jar = leaky.write(plugins);
    WeakReference<StoragePlugin> plugin = openAndClose(watch, leaky.id());
    collectUntil(() -> !watch.leakedLoaders().isEmpty(), "the leak is seen");
    assertThat(watch.leakedLoaders()).containsExactly("plugin '" + leaky.id() + "' 1.0 of " + jar);
    assertThat(watch.closedLoaders()).isEqualTo(1);
    letGo(plugin);
    collectUntil(() -> watch.closedLoaders() == 0, "what was let go is collected");
    assertThat(watch.leakedLoaders()).isEmpty();
  }

  private static final class SetClock extends Clock {
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("nobody asks for a zone here");
    }
  }

  @Test
  void aLeakIsLoggedByNameOnceAfterTheGrace() {
    SetClock clock = new SetClock();
    List<Runnable> later = new ArrayList<>();
    LoaderWatch watch = new LoaderWatch(Duration.ofSeconds(30), clock, later::add);
    PluginJar.sample("shelf").drop(plugins);
    try (PluginCatalog catalog = open(watch)) {
      held.add(catalog.plugin("shelf").orElseThrow());
    }
    assertThat(later).as("one look is planned").hasSize(1);
    collectRepeatedly(watch);
    assertThat(watch.leakedLoaders()).as("within the grace").isEmpty();

    clock.now = clock.now.plusSeconds(31);
    String log = logged(() -> later.remove(0).run());
    assertThat(log)
        .contains(
            "WARN "
                + LoaderWatch.class.getName()
                + " - The class loader of plugin 'shelf' 1.0 of "
                + plugins.resolve("shelf.jar")
                + " was closed at 2030-01-01T00:00:00Z and is still in memory")
        .contains("a thread, a thread local, a JDBC driver or a shutdown hook");
    assertThat(watch.leakedLoaders()).hasSize(1);
    assertThat(logged(() -> assertThat(watch.leakedLoaders()).hasSize(1)))
        .as("only once")
        .isEmpty();
  }

  /**
   * Lets more loaders come and go that nobody holds: when they are gone, the collector was there.
   */
  private void collectRepeatedly(LoaderWatch watch) {
    for (int i = 0; i < 4; i++) {
      openUseAndClose(watch);
      collectUntil(() -> watch.closedLoaders() == 1, "all but the held one are collected");
    }
  }

  private static String logged(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setErr(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void itStopsLookingWhenThereIsNothingToSeeAndAfterAWhileAnyway() {
    List<Runnable> later = new ArrayList<>();
    LoaderWatch watch = new LoaderWatch(Duration.ZERO, Clock.systemUTC(), later::add);
    PluginJar.sample("shelf").drop(plugins);
    openUseAndClose(watch);
    collectUntil(() -> watch.closedLoaders() == 0, "collected");
    later.remove(0).run();
    assertThat(later).as("nothing to see").isEmpty();

    try (PluginCatalog catalog = open(watch)) {
      held.add(catalog.plugin("shelf").orElseThrow());
    }
    int looks = 0;
    while (!later.isEmpty()) {
      later.remove(0).run();
      looks++;
      assertThat(looks).isLessThan(100);
    }
    assertThat(looks).isEqualTo(10);
  }
}
