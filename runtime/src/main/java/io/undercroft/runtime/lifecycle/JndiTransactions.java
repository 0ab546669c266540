package io.undercroft.runtime.lifecycle;

import io.undercroft.spi.ContainerTransactions;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.Optional;
import java.util.function.Consumer;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's transactions, by the name that Jakarta Transactions gives to their registry.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class JndiTransactions {
  private static final Logger LOG = LoggerFactory.getLogger(JndiTransactions.class);
  private static final String REGISTRY = "java:comp/TransactionSynchronizationRegistry";

  private volatile @Nullable ContainerTransactions found;

  /** Looks them up until they are found: at deployment there may be no names yet. */
  Optional<ContainerTransactions> find() {
    ContainerTransactions known = found;
    if (known == null) {
      known = lookUp();
      found = known;
    }
    return Optional.ofNullable(known);
  }

  @SuppressWarnings("BanJNDI") // a fixed name in the container's own space
  private static @Nullable ContainerTransactions lookUp() {
    try {
      return Joined.of(InitialContext.doLookup(REGISTRY));
    } catch (NamingException | LinkageError e) {
      LOG.debug("there are no transactions of a container", e);
      return null;
    }
  }

  /** Apart, as there need not be such classes. */
  private record Joined(TransactionSynchronizationRegistry registry)
      implements ContainerTransactions {
    static @Nullable ContainerTransactions of(@Nullable Object found) {
      return found instanceof TransactionSynchronizationRegistry registry
          ? new Joined(registry)
          : null;
    }

    @Override
    public boolean isActive() {
      return registry.getTransactionStatus() != Status.STATUS_NO_TRANSACTION;
    }

    @Override
    public void afterCompletion(Consumer<Boolean> committed) {
      try {
        registry.registerInterposedSynchronization(new Told(committed));
      } catch (IllegalStateException e) {
        LOG.debug("the transaction is at its end already", e);
        committed.accept(false);
      }
    }
  }

  private record Told(Consumer<Boolean> committed) implements Synchronization {
    @Override
    public void beforeCompletion() {}

    @Override
    public void afterCompletion(int status) {
      committed.accept(status == Status.STATUS_COMMITTED);
    }
  }
}
