package io.undercroft.layer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  @AfterEach
  void forget() {
    GlobalOpenTelemetry.resetForTest();
  }

  private static Undercroft open() {
    return Undercroft.builder()
        .withoutAmbientConfig()
        .storage(
            "rooms", Map.of("type", "memory", "layers", "telemetry", "telemetry.system", "heap"))
        .open();
  }

  @Test
  void anOperationIsASpanUnderTheNamesOfTheConventions() {
    try (Collected collected = new Collected();
        Undercroft undercroft = open()) {
      undercroft.storage("rooms", String.class).set("a secret key", "a secret value");

      assertThat(collected.spans()).hasSize(1);
      SpanData span = collected.spans().get(0);
      assertThat(span.getName()).isEqualTo("PUT rooms");
      assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
      assertThat(span.getInstrumentationScopeInfo().getName()).isEqualTo("io.undercroft");
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
      assertThat(span.getAttributes().asMap())
          .containsOnly(
              Map.entry(AttributeKey.stringKey("db.system.name"), "heap"),
              Map.entry(AttributeKey.stringKey("db.collection.name"), "rooms"),
              Map.entry(AttributeKey.stringKey("db.operation.name"), "PUT"));
      assertThat(span.toString()).doesNotContain("secret");
    }
  }

  @Test
  void itIsAChildOfTheSpanThatItIsCalledIn() {
    try (Collected collected = new Collected();
        Undercroft undercroft = open()) {
      Span request = collected.sdk().getTracer("test").spanBuilder("request").startSpan();
      try (Scope current = request.makeCurrent()) {
        assertThat(current).isNotNull();
        undercroft.storage("rooms", String.class).get("a");
      }
      request.end();

      assertThat(collected.spans().get(0).getParentSpanId())
          .isEqualTo(request.getSpanContext().getSpanId());
      assertThat(collected.spans().get(0).getAttributes().asMap())
          .containsEntry(AttributeKey.longKey("db.response.returned_rows"), 0L);
    }
  }

  @Test
  void severalKeysAreABatch() {
    try (Collected collected = new Collected();
        Undercroft undercroft = open()) {
      undercroft
          .storage("rooms", String.class)
          .batched()
          .setMany(Map.of("a", "x", "b", "x", "c", "x"));

      assertThat(collected.spans().get(0).getAttributes().asMap())
          .containsEntry(AttributeKey.longKey("db.operation.batch.size"), 3L);
    }
  }

  @Test
  void aFailureIsNamedInTheSpanAndInTheMeasurement() {
    try (Collected collected = new Collected();
        Undercroft undercroft =
            Undercroft.builder()
                .withoutAmbientConfig()
                .storage("rooms", Map.of("type", "memory", "layers", "telemetry"))
                .wrap("rooms", new Away())
                .open()) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      assertThatThrownBy(() -> rooms.get("a")).isInstanceOf(StorageException.class);

      SpanData span = collected.spans().get(0);
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(span.getAttributes().get(ERROR)).isEqualTo("CONNECTION_LOST");
      assertThat(points(collected)).hasSize(1);
      assertThat(points(collected).iterator().next().getAttributes().get(ERROR))
          .isEqualTo("CONNECTION_LOST");
    }
  }

  @Test
  void howLongOperationsTakeIsMeasuredInSeconds() {
    try (Collected collected = new Collected();
        Undercroft undercroft = open()) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      for (int i = 0; i < 5; i++) {
        rooms.set("a", "x");
        rooms.get("a");
      }

      MetricData duration = collected.metrics().iterator().next();
      assertThat(duration.getName()).isEqualTo("db.client.operation.duration");
      assertThat(duration.getUnit()).isEqualTo("s");
      Collection<HistogramPointData> points = points(collected);
      assertThat(points).hasSize(2).allMatch(point -> point.getCount() == 5);
      assertThat(points).allMatch(point -> point.getSum() > 0 && point.getSum() < 10);
      assertThat(points.iterator().next().getBoundaries())
          .containsExactly(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1d, 5d, 10d);
    }
  }

  private static Collection<HistogramPointData> points(Collected collected) {
    return collected.metrics().iterator().next().getHistogramData().getPoints();
  }

  @Test
  void anSdkThatComesLaterIsFollowed() {
    try (Undercroft undercroft = open()) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      rooms.set("a", "x", SetOptions.none());
      try (Collected collected = new Collected()) {
        assertThat(rooms.get("a")).isEqualTo(Optional.of("x"));
        assertThat(collected.spans()).extracting(SpanData::getName).containsExactly("GET rooms");
      }
    }
  }

  @Test
  void withoutTheApiItSaysWhatToAdd() throws Exception {
    URL classes = TelemetryPlugin.class.getProtectionDomain().getCodeSource().getLocation();
    Thread thread = Thread.currentThread();
    ClassLoader usual = thread.getContextClassLoader();
    try (URLClassLoader alone = new URLClassLoader(new URL[] {classes}, new WithoutTheApi())) {
      thread.setContextClassLoader(alone);
      StorageException refused = catchThrowableOfType(StorageException.class, () -> open().close());
      assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
      assertThat(refused.getMessage())
          .contains("opentelemetry-api")
          .contains("plugins/telemetry")
          .contains("class path");
    } finally {
      thread.setContextClassLoader(usual);
    }
  }

  @Test
  void theApplicationsOwnIsFollowedOnceItIsThere() {
    try (Collected global = new Collected()) {
      GlobalOpenTelemetry.resetForTest();
      try (Collected own = new Collected()) {
        GlobalOpenTelemetry.resetForTest();
        GlobalOpenTelemetry.set(global.sdk());
        AtomicReference<Optional<OpenTelemetry>> bean = new AtomicReference<>(Optional.empty());
        try (Undercroft undercroft =
            Undercroft.builder()
                .withoutAmbientConfig()
                .storage("rooms", Map.of("type", "memory"))
                .wrap("rooms", new TelemetryAround("rooms", "heap", bean::get, System::nanoTime))
                .open()) {
          Storage<String> rooms = undercroft.storage("rooms", String.class);
          rooms.set("a", "1");
          bean.set(Optional.of(own.sdk()));
          rooms.get("a");
        }
        assertThat(global.spans()).extracting(SpanData::getName).containsExactly("PUT rooms");
        assertThat(own.spans()).extracting(SpanData::getName).containsExactly("GET rooms");
      }
    }
  }

  /** A backend that does not answer. */
  private static final class Away implements Around {
    @Override
    public Stage stage() {
      return Stage.GUARD;
    }

    @Override
    public Object around(Call call, Next next) {
      throw StorageException.of(ErrorCode.CONNECTION_LOST, "it is away");
    }
  }

  /** Has all that the tests have, but neither the API nor the layer. */
  private static final class WithoutTheApi extends ClassLoader {
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (List.of("io.opentelemetry.", "io.undercroft.layer.telemetry.").stream()
          .anyMatch(name::startsWith)) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }
}
