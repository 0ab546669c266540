package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the contracts expect of a failure, whatever it is about. */
final class Expect {
  private static final long STAGE_SECONDS = 60;

  private Expect() {}

  /** Returns the failure of the call, which must have this code and name the storage. */
  static StorageException failure(ErrorCode code, String what, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).as("what comes of %s", what).isInstanceOf(StorageException.class);
    StorageException failure = (StorageException) thrown;
    assertThat(failure.code()).as("the code of %s (%s)", what, failure).isEqualTo(code);
    assertThat(failure.storage())
        .as("the storage of %s (%s)", what, failure)
        .contains(Subject.NAME);
    assertThat(failure.getMessage())
        .as("the message of %s", what)
        .startsWith(code + ": storage '" + Subject.NAME + "': ");
    return failure;
  }

  /** As {@link #failure(ErrorCode, String, ThrowingCallable)}, of a call that names itself. */
  static StorageException failure(ErrorCode code, ThrowingCallable call) {
    return failure(code, "the call", call);
  }

  /** Returns what a stage completes with; its failure comes out as it is. */
  static <T> T of(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(STAGE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new AssertionError("a stage failed with " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new AssertionError("a stage does not complete within " + STAGE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a stage", e);
    }
  }
}
