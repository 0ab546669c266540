package io.undercroft.layer.audit;

import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.ContainerTransactions;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records every operation.
 *
 * <p>A write outside of transactions, and the commit of one, is recorded twice: that it begins,
 * before it does, and how it ended, before it is answered. The first record is on the disk before
 * the answer too, so that nothing that was acknowledged can be missing, whatever ends the process
 * or the machine. All the rest is recorded once, before it is answered.
 *
 * <p>Of a write inside a container's transaction that the backend joins there is a third record:
 * whether that was committed or rolled back.
 */
final class AuditAround implements Around, AutoCloseable {
  static final String ID = "audit";

  private static final Logger LOG = LoggerFactory.getLogger(AuditAround.class);
  private static final long NANOS_OF_MICRO = 1_000;
  private static final long UNRECORDED = 0;

  private final Trail trail;
  private final boolean mayGoOn;
  private final Set<Kind> recorded;
  private final Supplier<Optional<String>> caller;
  private final String user = Objects.requireNonNullElse(System.getProperty("user.name"), "?");
  private final LongSupplier nanos;
  private final Optional<ContainerTransactions> joined;

  AuditAround(Trail trail, AuditSettings settings, PluginContext context, LongSupplier nanos) {
    this.trail = trail;
    this.mayGoOn = settings.onFailure() == AuditSettings.OnFailure.LOG;
    this.caller = context::caller;
    this.nanos = nanos;
    this.joined = context.joinedTransactions();
    this.recorded = EnumSet.allOf(Kind.class);
    if (!settings.reads()) {
      recorded.removeIf(kind -> !kind.isWrite() && !ofTransaction(kind));
    }
  }

  private static boolean ofTransaction(Kind kind) {
    return switch (kind) {
      case BEGIN, ROLLBACK, SAVEPOINT, ROLLBACK_TO -> true;
      default -> false;
    };
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public boolean seesEverything() {
    return true;
  }

  @Override
  public Object around(Call call, Next next) throws Exception {
    Kind kind = call.kind();
    if (!recorded.contains(kind)) {
      return next.proceed(call);
    }
    String principal = caller.get().orElse(user);
    return kind.isWrite() && (call.transaction().isEmpty() || kind == Kind.COMMIT_TRANSACTION)
        ? recordedTwice(call, principal, next)
        : recordedOnce(call, principal, next);
  }

  private Object recordedTwice(Call call, String principal, Next next) throws Exception {
    long begun = begin(call, principal);
    long start = nanos.getAsLong();
    Object answer;
    try {
      answer = next.proceed(call);
    } catch (Exception | Error e) {
      long micros = micros(start);
      try {
        append(Draft.ended(call, principal, begun, word(e), micros));
      } catch (StorageException unwritten) {
        e.addSuppressed(unwritten);
      }
      throw e;
    }
    try {
      append(Draft.ended(call, principal, begun, word(answer), micros(start)));
      await(begun);
      if (joined.isPresent() && joined.get().isActive()) {
        joined
            .get()
            .afterCompletion(committed -> recordTheEnd(call, principal, begun, committed, start));
      }
    } catch (StorageException e) {
      throw TrailFailures.unrecorded(e).in(call.storage());
    }
    return answer;
  }

  /** The operation was part of a container's transaction, and shared its end. */
  private void recordTheEnd(
      Call call, String principal, long begun, boolean committed, long start) {
    String outcome = committed ? "committed" : "rolled back";
    try {
      trail.append(Draft.ended(call, principal, begun, outcome, micros(start)));
    } catch (StorageException e) {
      LOG.error("that operation {} was {} is not recorded: {}", begun, outcome, e.reason());
    }
  }

  /** Records the beginning; what cannot be recorded is not begun. */
  private long begin(Call call, String principal) {
    try {
      long begun = append(Draft.begun(call, principal));
      trail.want(begun);
      return begun;
    } catch (StorageException e) {
      throw StorageException.of(e.code(), "nothing was done: " + e.reason(), e).in(call.storage());
    }
  }

  private Object recordedOnce(Call call, String principal, Next next) throws Exception {
    long start = nanos.getAsLong();
    Object answer;
    try {
      answer = next.proceed(call);
    } catch (Exception | Error e) {
      long micros = micros(start);
      try {
        append(Draft.done(call, principal, call.transaction(), word(e), micros));
      } catch (StorageException unwritten) {
        e.addSuppressed(unwritten);
      }
      throw e;
    }
    Optional<String> transaction =
        answer instanceof Transactions.Handle handle
            ? Optional.of(handle.id())
            : call.transaction();
    try {
      long done = append(Draft.done(call, principal, transaction, word(answer), micros(start)));
      if (transaction.isEmpty()) {
        await(done);
      }
    } catch (StorageException e) {
      if (answer instanceof AutoCloseable unanswered) {
        closeAfter(e, unanswered);
      }
      throw e.in(call.storage());
    }
    return answer;
  }

  private static void closeAfter(StorageException failure, AutoCloseable unanswered) {
    try {
      unanswered.close();
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  private long append(Draft draft) {
    try {
      return trail.append(draft);
    } catch (StorageException e) {
      if (!mayGoOn) {
        throw e;
      }
      LOG.error("{} {} is not recorded: {}", draft.event(), draft.operation(), e.reason());
      return UNRECORDED;
    }
  }

  private void await(long sequence) {
    try {
      trail.await(sequence);
    } catch (StorageException e) {
      if (!mayGoOn) {
        throw e;
      }
      LOG.error("record {} may not be on the disk: {}", sequence, e.reason());
    }
  }

  private long micros(long start) {
    return (nanos.getAsLong() - start) / NANOS_OF_MICRO;
  }

  private static String word(Throwable failure) {
    return failure instanceof StorageException e
        ? e.code().name()
        : failure.getClass().getSimpleName();
  }

  /** Says what came out, never what is in it. */
  private static String word(Object answer) {
    if (answer instanceof Optional<?> found) {
      return found.isPresent() ? "found" : "absent";
    }
    if (answer instanceof PutResult result) {
      return result instanceof PutResult.Written written
          ? written.created() ? "created" : "overwritten"
          : "conflict";
    }
    if (answer instanceof DeleteResult result) {
      return result.name().toLowerCase(Locale.ROOT);
    }
    if (answer instanceof CommitResult result) {
      return result instanceof CommitResult.Committed ? "committed" : "conflict";
    }
    if (answer instanceof Boolean || answer instanceof Long) {
      return answer.toString();
    }
    if (answer instanceof Map<?, ?> map) {
      return map.size() + " entries";
    }
    if (answer instanceof Collection<?> list) {
      return list.size() + " in the list";
    }
    return "done";
  }

  @Override
  public void close() {
    trail.close();
  }
}
