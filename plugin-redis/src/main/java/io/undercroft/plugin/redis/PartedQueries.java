package io.undercroft.plugin.redis;

import io.undercroft.spi.Queries;
import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Queries of a storage in parts: each part answers by its own indexes, and of an order with a limit
 * only its own first entries. The order of all is made by the runtime. Where parts have left over
 * different things, because one of them scans, the whole condition is left over.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class PartedQueries implements Queries {
  private final List<RedisQueries> parts;

  PartedQueries(List<RedisQueries> parts) {
    this.parts = List.copyOf(parts);
  }

  @Override
  public Answer query(Query query) {
    List<Answer> answers = new ArrayList<>(parts.size());
    try {
      for (RedisQueries part : parts) {
        answers.add(part.query(query));
      }
    } catch (RuntimeException | Error e) {
      answers.forEach(answer -> answer.entries().close());
      throw e;
    }
    return new Answer(
        new PartedCursor<>(answers.stream().map(Answer::entries).toList()),
        agreed(answers, Answer::residual).orElse(query.where()),
        false,
        false);
  }

  /** Returns what all of them say, if it is the same. */
  private static <A, T> Optional<T> agreed(List<A> answers, Function<A, T> said) {
    List<T> different = answers.stream().map(said).distinct().toList();
    return different.size() == 1 ? Optional.of(different.get(0)) : Optional.empty();
  }

  @Override
  public OptionalLong count(Optional<Condition> where) {
    long sum = 0;
    for (RedisQueries part : parts) {
      OptionalLong some = part.count(where);
      if (some.isEmpty()) {
        return some;
      }
      sum += some.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  /** A part knows its own groups only; those of all are made by the runtime. */
  @Override
  public Optional<Aggregated> aggregate(Pipeline pipeline) {
    parts.get(0).requireOpen();
    return Optional.empty();
  }

  @Override
  public Explanation explain(Query query) {
    List<Explanation> all = parts.stream().map(part -> part.explain(query)).toList();
    Optional<Optional<Condition>> residual = agreed(all, Explanation::residual);
    return new Explanation(
        all.stream().allMatch(one -> one.support() == Support.NATIVE)
            ? Support.NATIVE
            : Support.EMULATED,
        all.stream().flatMap(one -> one.indexes().stream()).distinct().toList(),
        residual.isPresent()
            ? agreed(all, Explanation::pushedDown).orElse(Optional.empty())
            : Optional.empty(),
        residual.orElse(query.where()),
        false,
        examined(all),
        all.stream().flatMap(one -> one.plan().stream()).toList());
  }

  private static OptionalLong examined(List<Explanation> all) {
    return all.stream().anyMatch(one -> one.examined().isEmpty())
        ? OptionalLong.empty()
        : OptionalLong.of(all.stream().mapToLong(one -> one.examined().getAsLong()).sum());
  }
}
