package io.undercroft.it.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.OwnRedis;
import io.undercroft.layer.audit.AuditPlugin;
import io.undercroft.layer.cache.CacheLayerPlugin;
import io.undercroft.layer.encrypt.EncryptLayerPlugin;
import io.undercroft.layer.guard.BreakerLayerPlugin;
import io.undercroft.layer.guard.BulkheadLayerPlugin;
import io.undercroft.layer.guard.RetryLayerPlugin;
import io.undercroft.layer.guard.TimeoutLayerPlugin;
import io.undercroft.layer.scope.PrefixLayerPlugin;
import io.undercroft.layer.scope.QuotaLayerPlugin;
import io.undercroft.layer.validate.JsonSchemaLayerPlugin;
import io.undercroft.layer.validate.ValidateLayerPlugin;
import io.undercroft.plugin.file.FilePlugin;
import io.undercroft.plugin.jdbc.JdbcPlugin;
import io.undercroft.plugin.jdbc.SqlitePlugin;
import io.undercroft.plugin.redis.RedisPlugin;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * What is promised to applications is promised with every layer, on every backend: the contracts of
 * storages on each pair, a line each. Only in the profile {@code layer-contracts}; {@code
 * -Dlayers=cache,encrypt} runs some of the layers, and {@code -Dlayers=none} the bare backends.
 */
@Tag("layer-contracts")
final class LayerContractsIT {
  private static final ThreadLocal<Function<Path, PluginUnderTest>> SUBJECT = new ThreadLocal<>();
  private static final AtomicInteger NAMES = new AtomicInteger();

  /**
   * What a layer or a backend does not promise: of a key there is left what a prefix leaves, behind
   * a breaker the sixth failure in a row has another code than the first, and PostgreSQL refuses a
   * write where the contract asks for the conflict at the commit.
   */
  private static final Map<String, Set<String>> NOT_PROMISED =
      Map.of(
          "prefix",
          Set.of(
              "everyValidKeyIsTakenAndListed",
              "validKeysAreListedByPrefix",
              "validKeysAreThereAfterReopening",
              "aRandomStoryToldThroughTheApiEndsAsTheModelSays"),
          "breaker",
          Set.of("anOutageIsNeverTakenForAMiss"),
          "postgresql",
          Set.of("aTransactionSeesWhatIsWrittenAtALevelAsAConflict"));

  @TempDir private Path folder;

  /** The class that an author would write; run by the launcher only. */
  static final class Layered extends StoragePluginContract {
    @Override
    protected PluginUnderTest plugin(Path temp) {
      return SUBJECT.get().apply(temp);
    }
  }

  /** A layer and its settings. */
  private record Given(Supplier<LayerPlugin> plugin, Map<String, String> settings) {}

  private Map<String, Given> layers() throws Exception {
    Path schema = Files.writeString(folder.resolve("any.json"), "{}");
    Map<String, Given> layers = new TreeMap<>();
    layers.put(
        "cache",
        new Given(CacheLayerPlugin::new, Map.of("max-entries", "500", "remember-misses", "true")));
    layers.put(
        "encrypt",
        new Given(
            EncryptLayerPlugin::new,
            Map.of("keys", "a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")));
    layers.put("prefix", new Given(PrefixLayerPlugin::new, Map.of("tenant", "t")));
    layers.put("quota", new Given(QuotaLayerPlugin::new, Map.of("max-entries", "1000000")));
    layers.put("retry", new Given(RetryLayerPlugin::new, Map.of()));
    layers.put("timeout", new Given(TimeoutLayerPlugin::new, Map.of("limit", "60s")));
    layers.put("breaker", new Given(BreakerLayerPlugin::new, Map.of()));
    layers.put("bulkhead", new Given(BulkheadLayerPlugin::new, Map.of("max-concurrent", "64")));
    layers.put("audit", new Given(AuditPlugin::new, Map.of("sink", "log", "reads", "true")));
    layers.put("validate", new Given(ValidateLayerPlugin::new, Map.of()));
    layers.put(
        "json-schema", new Given(JsonSchemaLayerPlugin::new, Map.of("file", schema.toString())));
    return layers;
  }

  @BeforeAll
  static void keepTrailsOutOfTheOutput() {
    System.setProperty("org.slf4j.simpleLogger.log.io.undercroft.audit", "off");
  }

  @Test
  void onAFolder() throws Exception {
    everyLayerKeepsEveryPromise(
        "file",
        temp ->
            PluginUnderTest.of(
                    new FilePlugin(),
                    Map.of("path", temp.resolve("rooms").toString(), "durability", "relaxed"))
                .persistent());
  }

  @Test
  void onSqlite() throws Exception {
    everyLayerKeepsEveryPromise(
        "sqlite",
        temp ->
            PluginUnderTest.of(
                    new SqlitePlugin(),
                    Map.of("database", temp.resolve("data.db").toString(), "durability", "relaxed"))
                .persistent()
                .concurrentProcesses());
  }

  @Test
  void onPostgres() throws Exception {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(folder.resolve("server").toFile())
            .setServerConfig("fsync", "off")
            .start()) {
      String url = server.getJdbcUrl("postgres", "postgres");
      everyLayerKeepsEveryPromise(
          "postgresql",
          temp ->
              PluginUnderTest.of(
                      new JdbcPlugin(),
                      Map.of(
                          "url",
                          url,
                          "user",
                          "postgres",
                          "durability",
                          "relaxed",
                          "table",
                          "t" + NAMES.incrementAndGet()))
                  .persistent()
                  .concurrentProcesses());
    }
  }

  @Test
  void onRedis() throws Exception {
    try (OwnRedis server = OwnRedis.start(folder)) {
      everyLayerKeepsEveryPromise(
          "redis",
          temp ->
              PluginUnderTest.of(
                      new RedisPlugin(),
                      Map.of("uri", server.uri(), "namespace", "n" + NAMES.incrementAndGet()))
                  .persistent()
                  .concurrentProcesses());
    }
  }

  private void everyLayerKeepsEveryPromise(String backend, Function<Path, PluginUnderTest> bare)
      throws Exception {
    List<String> broken = new ArrayList<>();
    String chosen = System.getProperty("layers", "");
    if (chosen.equals("none")) {
      broken.addAll(broken(backend, "no layer", bare));
    }
    for (Map.Entry<String, Given> layer : layers().entrySet()) {
      if (chosen.isEmpty() || Arrays.asList(chosen.split(",")).contains(layer.getKey())) {
        Given given = layer.getValue();
        broken.addAll(
            broken(
                backend,
                layer.getKey(),
                temp -> bare.apply(temp).layered(given.plugin().get(), given.settings())));
      }
    }
    assertThat(broken).isEmpty();
  }

  private static List<String> broken(
      String backend, String layer, Function<Path, PluginUnderTest> subject) {
    Outcome outcome = new Outcome(Set.of(backend, layer));
    SUBJECT.set(temp -> subject.apply(temp).scaled(0.03));
    try {
      LauncherDiscoveryRequest request =
          LauncherDiscoveryRequestBuilder.request()
              .selectors(DiscoverySelectors.selectClass(Layered.class))
              .filters((PostDiscoveryFilter) LayerContractsIT::isOfStorages)
              .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
              .build();
      LauncherFactory.create().execute(request, outcome);
    } finally {
      SUBJECT.remove();
    }
    System.out.println("layers: " + backend + " with " + layer + ": " + outcome);
    assertThat(outcome.passed).as("passed").isGreaterThan(100);
    return outcome.broken.stream().map(test -> backend + " with " + layer + ": " + test).toList();
  }

  /** Those of backends meet the backend without the layer. */
  private static FilterResult isOfStorages(TestDescriptor test) {
    boolean ofStorages =
        test.getSource()
            .filter(MethodSource.class::isInstance)
            .map(MethodSource.class::cast)
            .map(MethodSource::getJavaMethod)
            .map(Method::getDeclaringClass)
            .map(contract -> !contract.getSimpleName().startsWith("Backend"))
            .orElse(true);
    return FilterResult.includedIf(ofStorages);
  }

  /** Counts, and keeps what was red. */
  private static final class Outcome implements TestExecutionListener {
    private final Set<String> parts;
    private final Set<String> broken = new TreeSet<>();
    private int passed;
    private int skipped;

    Outcome(Set<String> parts) {
      this.parts = parts;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      skipped++;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (!test.isTest()) {
        return;
      }
      if (result.getStatus() == Status.SUCCESSFUL) {
        passed++;
      } else if (result.getStatus() == Status.ABORTED
          || parts.stream()
              .anyMatch(part -> NOT_PROMISED.getOrDefault(part, Set.of()).contains(name(test)))) {
        skipped++;
      } else {
        broken.add(name(test));
        result.getThrowable().ifPresent(failure -> failure.printStackTrace(System.out));
      }
    }

    private static String name(TestIdentifier test) {
      return test.getSource()
          .filter(MethodSource.class::isInstance)
          .map(source -> ((MethodSource) source).getMethodName())
          .orElse(test.getDisplayName());
    }

    @Override
    public String toString() {
      return "%d passed, %d do not apply, broken: %s".formatted(passed, skipped, broken);
    }
  }
}
