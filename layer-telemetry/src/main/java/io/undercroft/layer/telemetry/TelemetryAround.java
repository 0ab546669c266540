package io.undercroft.layer.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A span and a measurement of each operation. Neither says a key or a value.
 *
 * <p>It follows the application's own OpenTelemetry, such as the bean of MicroProfile Telemetry, or
 * else the global one; either may come after the storage was opened.
 */
final class TelemetryAround implements Around {
  private static final double NANOS_OF_SECOND = 1e9;

  private final String storage;
  private final String system;
  private final Supplier<Optional<OpenTelemetry>> own;
  private final LongSupplier nanos;
  private volatile Instruments latest;

  TelemetryAround(
      String storage, String system, Supplier<Optional<OpenTelemetry>> own, LongSupplier nanos) {
    this.storage = storage;
    this.system = system;
    this.own = own;
    this.nanos = nanos;
    this.latest = new Instruments(OpenTelemetry.noop(), storage, system);
  }

  @Override
  public String id() {
    return "telemetry";
  }

  private OpenTelemetry source() {
    return own.get().orElseGet(Api.GLOBAL);
  }

  private Instruments instruments() {
    OpenTelemetry now = source();
    Instruments known = latest;
    if (known.source() != now) {
      known = new Instruments(now, storage, system);
      latest = known;
    }
    return known;
  }

  @Override
  @SuppressWarnings("try") // the scope is there to be closed
  public Object around(Call call, Next next) throws Exception {
    Instruments instruments = instruments();
    Attributes about = instruments.attributes(call.kind());
    Span span =
        instruments
            .tracer()
            .spanBuilder(call.kind().name() + " " + storage)
            .setSpanKind(SpanKind.CLIENT)
            .setAllAttributes(about)
            .startSpan();
    int keys = call.keys().size();
    if (keys > 1) {
      span.setAttribute(Instruments.BATCH, (long) keys);
    }
    long start = nanos.getAsLong();
    try (Scope current = span.makeCurrent()) {
      Object answer = next.proceed(call);
      rows(answer).ifPresent(rows -> span.setAttribute(Instruments.ROWS, rows));
      return answer;
    } catch (Exception | Error e) {
      String type =
          e instanceof StorageException known ? known.code().name() : e.getClass().getName();
      about = about.toBuilder().put(Instruments.ERROR, type).build();
      span.setAttribute(Instruments.ERROR, type).setStatus(StatusCode.ERROR);
      throw e;
    } finally {
      instruments.duration().record((nanos.getAsLong() - start) / NANOS_OF_SECOND, about);
      span.end();
    }
  }

  private static OptionalLong rows(Object answer) {
    if (answer instanceof Optional<?> found) {
      return OptionalLong.of(found.isPresent() ? 1 : 0);
    }
    if (answer instanceof Map<?, ?> map) {
      return OptionalLong.of(map.size());
    }
    if (answer instanceof Collection<?> list) {
      return OptionalLong.of(list.size());
    }
    return OptionalLong.empty();
  }
}
