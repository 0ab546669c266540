package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Secret;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Iterator;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections made by one driver, which is found beside the plugin and never asked of the
 * platform's global list of drivers.
 */
final class DriverSource implements DataSource {
  private final Driver driver;
  private final String url;
  private final Properties properties;
  private final Dialect dialect;
  private final JdbcSettings settings;
  private volatile int loginTimeout;

  private DriverSource(
      Driver driver, String url, Properties properties, Dialect dialect, JdbcSettings settings) {
    this.driver = driver;
    this.url = url;
    this.properties = properties;
    this.dialect = dialect;
    this.settings = settings;
  }

  /** Finds the driver. */
  static DriverSource of(String url, Dialect dialect, JdbcSettings settings) {
    Properties properties = dialect.properties(settings);
    settings.user().ifPresent(user -> properties.setProperty("user", user));
    settings
        .password()
        .map(Secret::reveal)
        .ifPresent(text -> properties.setProperty("password", text));
    return new DriverSource(driver(url), url, properties, dialect, settings);
  }

  private static Driver driver(String url) {
    Set<String> others = new TreeSet<>();
    Driver near = find(url, DriverSource.class.getClassLoader(), others);
    if (near != null) {
      return near;
    }
    Driver given = find(url, Thread.currentThread().getContextClassLoader(), others);
    if (given != null) {
      return given;
    }
    int end = url.indexOf(':', "jdbc:".length());
    throw StorageException.of(
        ErrorCode.INVALID_CONFIG,
        "no driver for "
            + StorageException.quote(end < 0 ? "jdbc:" : url.substring(0, end + 1))
            + " among "
            + others
            + "; put the driver's jar beside the plugin's, or mend the url");
  }

  /** A driver that cannot be loaded, as one built for a newer Java, does not hide the others. */
  private static @Nullable Driver find(
      String url, @Nullable ClassLoader loader, Set<String> others) {
    Iterator<Driver> drivers = ServiceLoader.load(Driver.class, loader).iterator();
    while (true) {
      try {
        if (!drivers.hasNext()) {
          return null;
        }
        Driver driver = drivers.next();
        if (driver.acceptsURL(url)) {
          return driver;
        }
        others.add(driver.getClass().getName());
      } catch (ServiceConfigurationError | LinkageError | SQLException e) {
        others.add(e.getClass().getSimpleName());
      }
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    Properties own = new Properties();
    own.putAll(properties);
    Connection connection = driver.connect(url, own);
    if (connection == null) {
      throw new SQLException("the driver " + driver.getClass().getName() + " refuses its url");
    }
    try {
      dialect.prepare(connection, settings);
      return connection;
    } catch (SQLException | RuntimeException e) {
      try (connection) {
        throw e;
      }
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the user is in the configuration");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {
    loginTimeout = seconds;
  }

  /** How long the pool waits, when it closes, for connections that are being made. */
  @Override
  public int getLoginTimeout() {
    return loginTimeout;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("there is nothing inside");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
