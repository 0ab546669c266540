package io.undercroft.storage;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How to run a transaction.
 *
 * @param isolation the level asked for; empty for the strongest that the backend offers
 * @param timeout from begin to the end of commit, positive; empty for the backend's own limit
 * @param readOnly whether writes are refused with UNSUPPORTED
 * @param retries how often a whole {@link TransactionalStorage#transaction} may run again after a
 *     conflict, 0 to 1,000
 */
public record TransactionOptions(
    Optional<Isolation> isolation, Optional<Duration> timeout, boolean readOnly, int retries) {
  private static final TransactionOptions DEFAULTS =
      new TransactionOptions(Optional.empty(), Optional.empty(), false, 10);

  /** Checks the ranges. */
  public TransactionOptions {
    Objects.requireNonNull(isolation, "isolation");
    timeout.ifPresent(
        t -> {
          if (t.isNegative() || t.isZero()) {
            throw new IllegalArgumentException("timeout must be positive, got " + t);
          }
        });
    if (retries < 0 || retries > 1_000) {
      throw new IllegalArgumentException("retries must be 0 to 1,000, got " + retries);
    }
  }

  /**
   * Returns the strongest isolation, no timeout of its own, reading and writing, up to 10 retries.
   */
  public static TransactionOptions defaults() {
    return DEFAULTS;
  }

  /** Returns these options with another isolation. */
  public TransactionOptions withIsolation(Isolation level) {
    return new TransactionOptions(Optional.of(level), timeout, readOnly, retries);
  }

  /** Returns these options with a timeout. */
  public TransactionOptions withTimeout(Duration limit) {
    return new TransactionOptions(isolation, Optional.of(limit), readOnly, retries);
  }

  /** Returns these options for reading only. */
  public TransactionOptions asReadOnly() {
    return new TransactionOptions(isolation, timeout, true, retries);
  }

  /** Returns these options with another number of retries. */
  public TransactionOptions withRetries(int count) {
    return new TransactionOptions(isolation, timeout, readOnly, count);
  }
}
