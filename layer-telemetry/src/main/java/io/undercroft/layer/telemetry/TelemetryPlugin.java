package io.undercroft.layer.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;

/**
 * The layer {@code telemetry}: a span and a measurement of every operation, by the OpenTelemetry
 * API, under the names of its semantic conventions for databases.
 *
 * <p>The API is not part of it: it must be the same that the SDK or the agent of the application
 * uses. What they are set up to do with spans and measurements is their configuration.
 *
 * <p><b>Threads:</b> safe for concurrent use; holds no state.
 */
public final class TelemetryPlugin implements LayerPlugin {
  static final Option<String> SYSTEM =
      Option.string("system")
          .doc("what db.system.name says, such as redis, postgresql or sqlite")
          .orElse("undercroft");

  /** Does no work, as {@link LayerPlugin} asks. */
  public TelemetryPlugin() {}

  @Override
  public String id() {
    return "telemetry";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(SYSTEM);
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    try {
      return new TelemetryAround(
          context.storage(),
          settings.get(SYSTEM),
          () -> context.bean(OpenTelemetry.class),
          System::nanoTime);
    } catch (NoClassDefFoundError e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "layer 'telemetry' needs the OpenTelemetry API, and there is none ("
              + e.getMessage()
              + "); add opentelemetry-api, opentelemetry-context and opentelemetry-common to the"
              + " application's class path, or to the folder plugins/telemetry, or take"
              + " 'telemetry' out of the layers",
          e);
    }
  }
}
