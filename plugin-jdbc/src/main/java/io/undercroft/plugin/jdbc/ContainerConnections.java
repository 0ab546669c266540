package io.undercroft.plugin.jdbc;

import io.undercroft.spi.ContainerTransactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/**
 * Connections of a server's own pool. While a JTA transaction is under way, the server hands out
 * connections that belong to it: it commits them, nobody else does.
 */
final class ContainerConnections implements Connections {
  private static final Logger LOG = System.getLogger(ContainerConnections.class.getPackageName());

  private final DataSource source;
  private final Optional<ContainerTransactions> transactions;

  ContainerConnections(DataSource source, Optional<ContainerTransactions> transactions) {
    this.source = source;
    this.transactions = transactions;
  }

  /**
   * Finds the data source under this name.
   *
   * @param transactions the server's, where there are any
   */
  static ContainerConnections of(String name, Optional<ContainerTransactions> transactions) {
    return new ContainerConnections(look(name), transactions);
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
    return transactions.isPresent() && transactions.get().isActive();
  }

  @Override
  public void close() {}
}
