package io.undercroft.runtime.transaction;

import io.undercroft.spi.Commit;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * {@link Transactions} on a timeline. Every level that is offered is served by the one mechanism,
 * which is that of the strongest.
 *
 * @param alone whether nobody else writes what the backend holds
 */
record OptimisticTransactions(Timeline timeline, KeyValue below, Commit commit, boolean alone)
    implements Transactions {
  private static final Set<Isolation> ALL =
      Collections.unmodifiableSet(EnumSet.allOf(Isolation.class));

  /** Of what others write, new keys in a range that was read are not noticed. */
  private static final Set<Isolation> BESIDE_OTHERS =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Isolation.SERIALIZABLE)));

  @Override
  public Set<Isolation> levels() {
    return alone ? ALL : BESIDE_OTHERS;
  }

  @Override
  public Handle begin(TransactionOptions options) {
    if (options.isolation().isPresent() && !levels().contains(options.isolation().get())) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "transactions at "
              + options.isolation().get()
              + " are not offered; there are "
              + levels()
              + ". Ask for one of these");
    }
    Running running = timeline.begin(options.timeout());
    return new OptimisticTransaction(
        this, running, new Workspace(timeline, running, below, options.readOnly(), alone));
  }
}
