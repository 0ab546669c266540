package io.undercroft.plugin.redis;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import java.util.List;

/**
 * The plugin {@code redis}: entries on a Redis or Valkey server, which several instances of an
 * application may use at once.
 *
 * <p><b>Threads:</b> safe for concurrent use; holds no state.
 */
public final class RedisPlugin implements StoragePlugin {
  @Override
  public String id() {
    return "redis";
  }

  @Override
  public List<Option<?>> options() {
    return RedisSettings.ALL;
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    return RedisBackend.open(RedisSettings.of(settings), context);
  }
}
