package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ConsistencyLevel;
import java.util.Optional;
import java.util.function.Predicate;

/** Calls whose writes are confirmed at one level: each is a transaction that is told so. */
record ConfirmedCalls(Calls calls, Replication replication, ConsistencyLevel level)
    implements Calls {
  private <R> Call<R> confirmed(Call<R> call) {
    return session -> {
      replication.confirm(session, level);
      return call.run(session);
    };
  }

  @Override
  public <R> R read(Call<R> call) {
    return calls.read(call);
  }

  @Override
  public <R> R write(Call<R> call) {
    return calls.atomically(confirmed(call), done -> true);
  }

  @Override
  public <R> R atomically(Call<R> call, Predicate<R> holds) {
    return calls.atomically(confirmed(call), holds);
  }

  @Override
  public <R> Optional<R> perhaps(Call<R> call) {
    return calls.perhaps(confirmed(call));
  }
}
