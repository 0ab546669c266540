package io.undercroft.layer.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Tracer;
import io.undercroft.spi.Call.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one OpenTelemetry gives for one storage, and the names that the semantic conventions for
 * databases have for it.
 *
 * <p><b>Threads:</b> immutable.
 */
final class Instruments {
  /** The name of the instrumentation scope. */
  static final String SCOPE = "io.undercroft";

  static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  static final AttributeKey<String> COLLECTION = AttributeKey.stringKey("db.collection.name");
  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
  static final AttributeKey<Long> BATCH = AttributeKey.longKey("db.operation.batch.size");
  static final AttributeKey<Long> ROWS = AttributeKey.longKey("db.response.returned_rows");
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  static final String DURATION = "db.client.operation.duration";

  /** In seconds, as the conventions advise. */
  private static final List<Double> BOUNDARIES =
      List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1d, 5d, 10d);

  private final OpenTelemetry source;
  private final Tracer tracer;
  private final DoubleHistogram duration;
  private final Map<Kind, Attributes> attributes = new EnumMap<>(Kind.class);

  Instruments(OpenTelemetry source, String storage, String system) {
    this.source = source;
    this.tracer = source.getTracer(SCOPE);
    this.duration =
        Api.advised(
                source
                    .getMeter(SCOPE)
                    .histogramBuilder(DURATION)
                    .setUnit("s")
                    .setDescription("Duration of database client operations."),
                BOUNDARIES)
            .build();
    for (Kind kind : Kind.values()) {
      attributes.put(
          kind, Attributes.of(SYSTEM, system, COLLECTION, storage, OPERATION, kind.name()));
    }
  }

  OpenTelemetry source() {
    return source;
  }

  Tracer tracer() {
    return tracer;
  }

  DoubleHistogram duration() {
    return duration;
  }

  /** Returns what is said of each operation of a kind. */
  Attributes attributes(Kind kind) {
    return attributes.getOrDefault(kind, Attributes.empty());
  }
}
