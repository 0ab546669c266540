package io.undercroft.benchmarks;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import java.nio.charset.StandardCharsets;

/**
 * Yasson as an application would use it by hand, by way of strings: that is faster than its streams
 * of bytes.
 */
final class RawJson implements AutoCloseable {
  private final Jsonb jsonb;

  RawJson(Layout layout) {
    jsonb = JsonbBuilder.create(new JsonbConfig().withFormatting(layout == Layout.PRETTY));
  }

  byte[] encode(Object value) {
    return jsonb.toJson(value).getBytes(StandardCharsets.UTF_8);
  }

  Film decode(byte[] json) {
    return decode(json, Film.class);
  }

  <T> T decode(byte[] json, Class<T> type) {
    return jsonb.fromJson(new String(json, StandardCharsets.UTF_8), type);
  }

  @Override
  public void close() {
    try {
      jsonb.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Yasson was closing", e);
    } catch (Exception e) {
      throw new IllegalStateException("Yasson could not be closed", e);
    }
  }
}
