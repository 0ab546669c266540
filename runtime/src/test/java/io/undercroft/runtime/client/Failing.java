package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a call must fail with. */
final class Failing {
  private Failing() {}

  /** Returns the exception that the call throws, which has this code and names the storage. */
  static StorageException with(ErrorCode code, ThrowingCallable call) {
    StorageException failure = catchThrowableOfType(StorageException.class, call);
    assertThat(failure).as("a StorageException with %s", code).isNotNull();
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    assertThat(failure.storage()).as(failure.getMessage()).contains(Desk.NAME);
    return failure;
  }
}
