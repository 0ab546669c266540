package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import java.util.List;
import java.util.Set;

/**
 * The plugin {@code sqlite}: a short form of {@code jdbc} for a table of SQLite.
 *
 * <p><b>Threads:</b> safe for concurrent use; holds no state.
 */
public final class SqlitePlugin implements StoragePlugin {
  @Override
  public String id() {
    return "sqlite";
  }

  @Override
  public List<Option<?>> options() {
    return JdbcSettings.SQLITE;
  }

  @Override
  public Set<String> exclusiveResources(Settings settings) {
    return JdbcSettings.ofSqlite(settings).exclusive().map(Set::of).orElse(Set.of());
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    return JdbcBackend.open(JdbcSettings.ofSqlite(settings), context);
  }
}
