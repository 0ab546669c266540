package io.undercroft.layer.telemetry;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.DoubleHistogramBuilder;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the API of OpenTelemetry has learned over time. It is the server's or the application's, and
 * may be as old as that of MicroProfile Telemetry 1.1, which is 1.29.
 */
final class Api {
  /**
   * Asks for the global one without setting it, which 1.29 cannot do: there, who asks before it is
   * set finds none ever after.
   */
  static final Supplier<OpenTelemetry> GLOBAL =
      has(GlobalOpenTelemetry.class, "getOrNoop")
          ? GlobalOpenTelemetry::getOrNoop
          : GlobalOpenTelemetry::get;

  private static final boolean TAKES_ADVICE =
      has(DoubleHistogramBuilder.class, "setExplicitBucketBoundariesAdvice", List.class);

  private Api() {}

  private static boolean has(Class<?> type, String method, Class<?>... parameters) {
    try {
      type.getMethod(method, parameters);
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  /** Says where the buckets of a histogram should end, if that can be said. */
  static DoubleHistogramBuilder advised(DoubleHistogramBuilder histogram, List<Double> boundaries) {
    return TAKES_ADVICE ? histogram.setExplicitBucketBoundariesAdvice(boundaries) : histogram;
  }
}
