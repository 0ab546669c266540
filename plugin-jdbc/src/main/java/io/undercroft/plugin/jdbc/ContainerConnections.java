package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.sql.SQLException;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/**
 * Connections of a server's own pool. While a JTA transaction is under way, the server hands out
 * connections that belong to it: it commits them, nobody else does.
 */
final class ContainerConnections implements Connections {
  private static final Logger LOG = System.getLogger(ContainerConnections.class.getPackageName());
  private static final String REGISTRY = "java:comp/TransactionSynchronizationRegistry";

  /** As {@code jakarta.transaction.Status} has it. */
  private static final int STATUS_NO_TRANSACTION = 6;

  private final DataSource source;
  private final TransactionStatus status;

  /** Tells whether a JTA transaction is under way. */
  @FunctionalInterface
  interface TransactionStatus {
    boolean isActive();
  }

  ContainerConnections(DataSource source, TransactionStatus status) {
    this.source = source;
    this.status = status;
  }

  /** Finds the data source under this name, and the server's transactions where there are any. */
  static ContainerConnections of(String name) {
    return new ContainerConnections(look(name), jta());
  }

  @SuppressWarnings("BanJNDI") // the name is from configuration, and in java: of this process
  private static DataSource look(String name) {
    Object found;
    try {
      found = new InitialContext().lookup(name);
    } catch (NamingException e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "datasource "
              + StorageException.quote(name)
              + ": there is nothing under this name; outside of a server, use 'url'",
          e);
    }
    if (found instanceof DataSource there) {
      return there;
    }
    throw StorageException.of(
        ErrorCode.INVALID_CONFIG,
        "datasource "
            + StorageException.quote(name)
            + ": what is under this name is no javax.sql.DataSource but a "
            + (found == null ? "null" : found.getClass().getName()));
  }

  /** By reflection: the plugin sees no API of Jakarta Transactions, the server's object has it. */
  @SuppressWarnings("BanJNDI") // a constant
  private static TransactionStatus jta() {
    try {
      Object registry = new InitialContext().lookup(REGISTRY);
      Method ask = registry.getClass().getMethod("getTransactionStatus");
      if (!ask.canAccess(registry)) {
        ask.setAccessible(true);
      }
      return () -> {
        try {
          return !Integer.valueOf(STATUS_NO_TRANSACTION).equals(ask.invoke(registry));
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("the server does not tell of its transactions", e);
        }
      };
    } catch (NamingException | ReflectiveOperationException | RuntimeException e) {
      LOG.log(Level.DEBUG, "there are no JTA transactions to join", e);
      return () -> false;
    }
  }

  @Override
  public Session take() throws SQLException {
    return new Session(source.getConnection());
  }

  @Override
  public void giveBack(Session session, boolean broken) {
    try {
      try {
        session.closeStatements();
      } finally {
        session.connection().close();
      }
    } catch (SQLException e) {
      LOG.log(Level.DEBUG, "a connection could not be given back to the server", e);
    }
  }

  @Override
  public boolean isJoined() {
    return status.isActive();
  }

  @Override
  public void close() {}
}
