package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Set;

/**
 * The plugin {@code jdbc}: a table of SQLite, H2, PostgreSQL or MariaDB.
 *
 * <p><b>Threads:</b> safe for concurrent use; holds no state.
 */
public final class JdbcPlugin implements StoragePlugin {
  @Override
  public String id() {
    return "jdbc";
  }

  @Override
  public List<Option<?>> options() {
    return JdbcSettings.JDBC;
  }

  @Override
  public Set<String> exclusiveResources(Settings settings) {
    try {
      return JdbcSettings.ofJdbc(settings).exclusive().map(Set::of).orElse(Set.of());
    } catch (StorageException e) {
      return Set.of(); // said when it opens
    }
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    return JdbcBackend.open(JdbcSettings.ofJdbc(settings), context);
  }
}
