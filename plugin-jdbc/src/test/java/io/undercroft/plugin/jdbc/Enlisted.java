package io.undercroft.plugin.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;

/**
 * A data source as a server hands it out inside its transaction: always the same connection, which
 * closing does not close, and which nobody but the server may commit.
 */
record Enlisted(DataSource below, Connection connection) {
  private static final Set<String> SERVERS_OWN = Set.of("commit", "rollback", "setAutoCommit");

  DataSource source() {
    return (DataSource)
        Proxy.newProxyInstance(
            Enlisted.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, args) ->
                method.getName().equals("getConnection") ? lent() : method.invoke(below, args));
  }

  private Connection lent() {
    return (Connection)
        Proxy.newProxyInstance(
            Enlisted.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, args) -> {
              if (method.getName().equals("close")) {
                return null;
              }
              if (SERVERS_OWN.contains(method.getName()) && !connection.getAutoCommit()) {
                throw new SQLException(method.getName() + " is up to the server");
              }
              try {
                return method.invoke(connection, args);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }
}
