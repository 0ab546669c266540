package io.undercroft.layer.guard;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does something again as long as a policy allows, in the thread of the caller.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Repeating {
  /** After these nothing has changed, and they may pass. */
  private static final Set<ErrorCode> PASSING =
      EnumSet.of(
          ErrorCode.CONNECTION_FAILED,
          ErrorCode.CONNECTION_LOST,
          ErrorCode.TIMEOUT,
          ErrorCode.DEADLOCK_DETECTED,
          ErrorCode.CONSISTENCY_VIOLATION);

  private final FailsafeExecutor<Object> executor;

  /** Asks for another attempt; carries what is thrown if there is none. */
  static final class Again extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient StorageException reason;

    Again(StorageException reason) {
      super(reason.getMessage(), reason, false, false);
      this.reason = reason;
    }
  }

  /**
   * Takes the policy.
   *
   * @param policy handles {@link Again}
   */
  Repeating(RetryPolicy<Object> policy) {
    this.executor = Failsafe.with(policy);
  }

  /** Does what changes nothing, or has changed nothing if it fails with a code that may pass. */
  <R> R passing(Supplier<R> work) {
    return run(
        () -> {
          try {
            return work.get();
          } catch (StorageException e) {
            throw PASSING.contains(e.code()) ? new Again(e) : e;
          }
        });
  }

  /**
   * Does a write whose outcome may be unknown.
   *
   * @param tellable whether {@code unchanged} can ever say so; else an unknown outcome stays one
   * @param unchanged returns whether the write has certainly not happened, as far as one can see
   *     now; asked after an unknown outcome, before each further attempt
   * @param conflict returns whether the result says that something else was found than was asked
   *     for: after an unknown outcome that may be the write's own doing
   */
  <R> R write(
      Supplier<R> work, boolean tellable, BooleanSupplier unchanged, Predicate<R> conflict) {
    return run(new Attempts<>(work, tellable, unchanged, conflict)::next);
  }

  private static final class Attempts<R> {
    private final Supplier<R> work;
    private final boolean tellable;
    private final BooleanSupplier unchanged;
    private final Predicate<R> conflict;
    private @Nullable StorageException unknown;

    Attempts(Supplier<R> work, boolean tellable, BooleanSupplier unchanged, Predicate<R> conflict) {
      this.work = work;
      this.tellable = tellable;
      this.unchanged = unchanged;
      this.conflict = conflict;
    }

    R next() {
      StorageException before = unknown;
      try {
        if (before != null && !unchanged.getAsBoolean()) {
          throw before;
        }
        R result = work.get();
        if (before != null && conflict.test(result)) {
          throw before;
        }
        return result;
      } catch (StorageException e) {
        if (e == before) {
          throw e;
        }
        if (e.code() == ErrorCode.UNKNOWN_OUTCOME && before == null) {
          if (!tellable) {
            throw e;
          }
          unknown = e;
          throw new Again(e);
        }
        if (before != null) {
          before.addSuppressed(e);
        }
        StorageException told = before == null ? e : before;
        throw PASSING.contains(e.code()) || e.code() == ErrorCode.UNKNOWN_OUTCOME
            ? new Again(told)
            : told;
      }
    }
  }

  private <R> R run(Supplier<R> attempt) {
    try {
      return executor.get(attempt::get);
    } catch (Again e) {
      throw e.reason;
    } catch (FailsafeException e) {
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw StorageException.of(
            ErrorCode.INTERRUPTED, "interrupted while waiting for another attempt", e);
      }
      throw e;
    }
  }
}
