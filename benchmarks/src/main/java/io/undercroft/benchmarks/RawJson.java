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

  byte[] encode(Film film) {
    return jsonb.toJson(film).getBytes(StandardCharsets.UTF_8);
  }

  Film decode(byte[] json) {
    return jsonb.fromJson(new String(json, StandardCharsets.UTF_8), Film.class);
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
