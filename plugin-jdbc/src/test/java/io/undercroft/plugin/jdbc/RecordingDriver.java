package io.undercroft.plugin.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A driver before the others, which lets them work and records every text that they are given: that
 * of each statement, and whatever else a connection takes as a text. It is there for the URLs that
 * are recorded, and for no other.
 */
public final class RecordingDriver implements Driver {
  private static final Map<String, Queue<String>> RECORDED = new ConcurrentHashMap<>();

  /** Returns the texts that connections to this URL will be given, as they come. */
  static Queue<String> record(String url) {
    return RECORDED.computeIfAbsent(url, key -> new ConcurrentLinkedQueue<>());
  }

  @Override
  public boolean acceptsURL(String url) {
    return RECORDED.containsKey(url);
  }

  @Override
  public @Nullable Connection connect(String url, Properties properties) throws SQLException {
    Queue<String> texts = RECORDED.get(url);
    if (texts == null) {
      return null;
    }
    Driver driver =
        DriverManager.drivers()
            .filter(other -> !(other instanceof RecordingDriver) && accepts(other, url))
            .findFirst()
            .orElseThrow();
    return recorded(Connection.class, driver.connect(url, properties), texts);
  }

  private static boolean accepts(Driver driver, String url) {
    try {
      return driver.acceptsURL(url);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> T recorded(Class<T> type, T below, Queue<String> texts) {
    return type.cast(
        Proxy.newProxyInstance(
            RecordingDriver.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              note(arguments, texts);
              Object result = invoke(below, method, arguments);
              return result instanceof Statement made && !(made instanceof PreparedStatement)
                  ? recorded(Statement.class, made, texts)
                  : result;
            }));
  }

  private static void note(Object @Nullable [] arguments, Queue<String> texts) {
    if (arguments != null) {
      for (Object argument : arguments) {
        if (argument instanceof String text) {
          texts.add(text);
        }
      }
    }
  }

  private static @Nullable Object invoke(Object below, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(below, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }
}
