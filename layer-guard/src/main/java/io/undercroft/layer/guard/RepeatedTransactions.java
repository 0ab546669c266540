package io.undercroft.layer.guard;

import io.undercroft.spi.Transactions;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.TransactionOptions;
import java.util.Set;

/** {@link Transactions} whose beginning is repeated; what happens inside is the engine's alone. */
record RepeatedTransactions(Transactions below, Repeating repeating) implements Transactions {
  @Override
  public Set<Isolation> levels() {
    return below.levels();
  }

  @Override
  public Handle begin(TransactionOptions options) {
    return repeating.passing(() -> below.begin(options));
  }
}
