package io.undercroft.runtime.transaction;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One transaction as its timeline knows it.
 *
 * <p><b>Threads:</b> the state is changed under the lock of {@link Register}, and may be read by
 * anybody.
 */
final class Running {
  final String id;
  final long since;
  final long mustEndAt;
  private final Optional<Duration> timeout;

  /** Neighbours in the order of beginning; under the register's lock. */
  @Nullable Running older;

  @Nullable Running younger;

  private volatile State state = State.ACTIVE;
  private volatile @Nullable Doom doom;

  /** Where it stands. */
  enum State {
    ACTIVE,
    /** Decided to commit: nobody ends it from outside any more. */
    COMMITTING,
    OVER
  }

  /** Why it was ended from outside. */
  record Doom(ErrorCode code, String reason) {}

  /**
   * Takes the parts.
   *
   * @param since the stamp of the last write that it sees
   * @param mustEndAt by the clock of nanoseconds
   * @param timeout what was asked for
   */
  Running(String id, long since, long mustEndAt, Optional<Duration> timeout) {
    this.id = id;
    this.since = since;
    this.mustEndAt = mustEndAt;
    this.timeout = timeout;
  }

  State state() {
    return state;
  }

  void become(State next) {
    state = next;
  }

  void end(Doom why) {
    doom = why;
    state = State.OVER;
  }

  /** Returns what to say when its time is over. */
  Doom tooLong() {
    return timeout
        .map(
            limit ->
                new Doom(
                    ErrorCode.TIMEOUT,
                    "it took longer than its timeout of "
                        + limit
                        + "; nothing was written. Allow it more time, or make it shorter"))
        .orElseGet(
            () ->
                new Doom(
                    ErrorCode.TRANSACTION_ABORTED,
                    "it took longer than a transaction may that asks for no timeout; nothing was"
                        + " written. Ask for one, or make it shorter"));
  }

  boolean isOverdue(long now) {
    return now - mustEndAt >= 0;
  }

  /** Throws what ended it, if anything did. */
  void requireActive() {
    if (state != State.ACTIVE) {
      throw ended();
    }
  }

  /** Returns what to throw when it is used after its end. */
  StorageException ended() {
    Doom why = doom;
    return why == null
        ? StorageException.of(
            ErrorCode.TRANSACTION_ABORTED, "transaction " + id + " is over; begin another one")
        : StorageException.of(why.code(), "transaction " + id + " was ended: " + why.reason());
  }
}
