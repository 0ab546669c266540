package io.undercroft.layer.audit;

import io.undercroft.spi.Call;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A record that has no number, time and hash yet.
 *
 * @param event what the record is about
 * @param operation the name of the operation; empty if it is about the trail itself
 * @param keys the keys of the operation; not copied
 * @param principal who called
 * @param transaction the transaction that it is part of
 * @param of the number of the record of its beginning; 0 if there is none
 * @param outcome how it ended, or more about the trail; empty if that is not known yet
 * @param micros how long it took; negative if that is not known
 */
record Draft(
    String event,
    String operation,
    Collection<String> keys,
    String principal,
    Optional<String> transaction,
    long of,
    String outcome,
    long micros) {
  private static final long UNKNOWN = -1;

  /** An operation is about to begin. */
  static Draft begun(Call call, String principal) {
    return new Draft(
        "begun", call.kind().name(), call.keys(), principal, call.transaction(), 0, "", UNKNOWN);
  }

  /** An operation whose beginning was recorded has ended. */
  static Draft ended(Call call, String principal, long begun, String outcome, long micros) {
    return new Draft(
        "ended",
        call.kind().name(),
        call.keys(),
        principal,
        call.transaction(),
        begun,
        outcome,
        micros);
  }

  /** An operation that is recorded once. */
  static Draft done(
      Call call, String principal, Optional<String> transaction, String outcome, long micros) {
    return new Draft(
        "done", call.kind().name(), call.keys(), principal, transaction, 0, outcome, micros);
  }

  /** Something about the trail itself. */
  static Draft ofTrail(String event, String principal, String more) {
    return new Draft(event, "", List.of(), principal, Optional.empty(), 0, more, UNKNOWN);
  }
}
