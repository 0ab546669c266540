package io.undercroft.storage.tool;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One record of an {@link AuditTrail}.
 *
 * @param sequence its number
 * @param time when it was written
 * @param event {@code begun} and {@code ended} for an operation that is recorded twice, {@code
 *     done} for one that is recorded once, {@code opened}, {@code recovered} and {@code continued}
 *     for the trail itself
 * @param operation the name of the {@link io.undercroft.spi.Call.Kind}; empty for the trail itself
 * @param keys the keys that it names
 * @param principal who called
 * @param transaction the transaction that it is part of
 * @param outcome how it ended: a word, or the code of the error; empty for {@code begun}
 * @param json the whole record as it is written
 */
public record AuditRecord(
    long sequence,
    Instant time,
    String event,
    String operation,
    List<String> keys,
    String principal,
    Optional<String> transaction,
    Optional<String> outcome,
    String json) {
  /** Checks that nothing is {@code null} and copies the keys. */
  public AuditRecord {
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(operation, "operation");
    keys = List.copyOf(keys);
    Objects.requireNonNull(principal, "principal");
    Objects.requireNonNull(transaction, "transaction");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(json, "json");
  }
}
