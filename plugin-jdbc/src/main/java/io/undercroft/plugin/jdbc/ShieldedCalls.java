package io.undercroft.plugin.jdbc;

import java.util.Optional;
import java.util.function.Predicate;

/** Calls behind a shield. */
record ShieldedCalls(Calls calls, Shield shield) implements Calls {
  @Override
  public <R> R read(Call<R> call) {
    return shield.call(() -> calls.read(call));
  }

  @Override
  public <R> R write(Call<R> call) {
    return shield.call(() -> calls.write(call));
  }

  @Override
  public <R> R atomically(Call<R> call, Predicate<R> holds) {
    return shield.call(() -> calls.atomically(call, holds));
  }

  @Override
  public <R> Optional<R> perhaps(Call<R> call) {
    return shield.call(() -> calls.perhaps(call));
  }
}
