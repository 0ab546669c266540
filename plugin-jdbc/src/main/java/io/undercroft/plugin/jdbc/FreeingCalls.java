package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Calls that are run again if a unique index has refused them and something is past its deadline:
 * once that is removed, its values are free.
 */
record FreeingCalls(Calls calls, Sweeper sweeper) implements Calls {
  @Override
  public <R> R read(Call<R> call) {
    return calls.read(call);
  }

  @Override
  public <R> R write(Call<R> call) {
    return freeing(() -> calls.write(call));
  }

  @Override
  public <R> R atomically(Call<R> call, Predicate<R> holds) {
    return freeing(() -> calls.atomically(call, holds));
  }

  @Override
  public <R> Optional<R> perhaps(Call<R> call) {
    return calls.perhaps(call);
  }

  private <R> R freeing(Supplier<R> write) {
    try {
      return write.get();
    } catch (StorageException e) {
      if (e.code() != ErrorCode.DUPLICATE_KEY || !isAnyFreed(e)) {
        throw e;
      }
      return write.get();
    }
  }

  private boolean isAnyFreed(StorageException refusal) {
    try {
      return sweeper.sweep();
    } catch (StorageException e) {
      refusal.addSuppressed(e);
      return false;
    }
  }
}
