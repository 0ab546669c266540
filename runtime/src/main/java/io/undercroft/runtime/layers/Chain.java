package io.undercroft.runtime.layers;

import io.undercroft.spi.Around;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Call;
import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Queries;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.ReplicationStatus;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.query.Explanation;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Arounds that stand next to each other, outermost first, walked by index.
 *
 * <p>One operation costs one {@link Call}, one {@link Walk} and one small step for each further
 * around. Where a facet below is already led through a chain, the two become one chain: neighbours
 * are fused however they came to be neighbours.
 */
final class Chain {
  private final String storage;
  private final Link[] links;
  private final @Nullable String transaction;

  /**
   * One around.
   *
   * @param name what configuration calls it
   */
  record Link(String name, Around around) {}

  /** What stands below the innermost around. */
  @FunctionalInterface
  interface Operation<R> {
    R run();
  }

  private Chain(String storage, Link[] links, @Nullable String transaction) {
    this.storage = storage;
    this.links = links;
    this.transaction = transaction;
  }

  static Chain of(String storage, String name, Around around) {
    return new Chain(storage, new Link[] {new Link(name, around)}, null);
  }

  /** Returns this chain going on with another that stands right below it. */
  Chain then(Chain below) {
    return new Chain(
        storage,
        Stream.of(links, below.links).flatMap(Stream::of).toArray(Link[]::new),
        transaction);
  }

  /** Returns this chain naming the transaction in every call. */
  Chain inTransaction(String id) {
    return new Chain(storage, links, id);
  }

  /**
   * Returns the facets led through this chain; those it cannot lead as {@link #withholder} says.
   */
  Facets over(Facets below) {
    Facets led =
        below
            .map(KeyValue.class, facet -> AroundKeyValue.over(this, facet))
            .map(Batch.class, facet -> AroundBatch.over(this, facet))
            .map(Commit.class, facet -> AroundCommit.over(this, facet))
            .map(Queries.class, facet -> AroundQueries.over(this, facet))
            .map(Indexes.class, facet -> AroundIndexes.over(this, facet))
            .map(Transactions.class, facet -> AroundTransactions.over(this, facet))
            .map(Changes.class, facet -> AroundChanges.over(this, facet))
            .map(Cluster.class, facet -> AroundCluster.over(this, facet));
    if (withholder().isPresent()) {
      for (Class<? extends Facet> type : below.types()) {
        if (!KnownFacets.TYPES.contains(type)) {
          led = led.without(type);
        }
      }
    }
    return led;
  }

  /** Returns the name of the first around that lets no facet past that cannot be led through it. */
  Optional<String> withholder() {
    return Stream.of(links)
        .filter(link -> link.around().seesEverything())
        .map(Link::name)
        .findFirst();
  }

  /** Returns whether entries may be handed on past all of it before an operation has returned. */
  boolean letsPass() {
    for (Link link : links) {
      if (!(link.around() instanceof LetsPass)) {
        return false;
      }
    }
    return true;
  }

  <R> R run(Kind kind, Operation<R> operation) {
    return run(Call.of(kind, storage), operation);
  }

  <R> R run(Kind kind, String key, Operation<R> operation) {
    return run(Call.of(kind, storage, key), operation);
  }

  <R> R run(Kind kind, Collection<String> keys, Operation<R> operation) {
    return run(Call.of(kind, storage, keys), operation);
  }

  /** For operations without a result. */
  void doing(Kind kind, Runnable operation) {
    run(
        kind,
        () -> {
          operation.run();
          return Call.NOTHING;
        });
  }

  @SuppressWarnings("unchecked") // every answer was checked against the kind of the call
  private <R> R run(Call plain, Operation<R> operation) {
    Call call = transaction == null ? plain : plain.inTransaction(transaction);
    Walk walk = new Walk(links, call, operation);
    try {
      return (R) walk.begin();
    } catch (RuntimeException unchecked) {
      throw unchecked;
    } catch (Exception checked) {
      throw wrapped(checked, call, walk.begun);
    }
  }

  private static StorageException wrapped(Exception checked, Call call, boolean begun) {
    ErrorCode code;
    if (checked instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      code = ErrorCode.INTERRUPTED;
    } else if (!begun) {
      code = ErrorCode.CONNECTION_FAILED;
    } else if (call.kind().isWrite()) {
      code = ErrorCode.UNKNOWN_OUTCOME;
    } else {
      code = checked instanceof TimeoutException ? ErrorCode.TIMEOUT : ErrorCode.CONNECTION_LOST;
    }
    return StorageException.of(code, call + " failed in a layer: " + checked, checked);
  }

  /** One operation on its way down; as it is handed to the first around, the rest of that way. */
  private static final class Walk implements Around.Next {
    private final Link[] links;
    private final Call call;
    private final Operation<?> operation;

    /** Whether the operation below was begun; read after the walk, by whom an around waited for. */
    private boolean begun;

    /**
     * The last answer that is known to fit: what comes up unchanged is checked once, not at every
     * step.
     */
    private @Nullable Object fitting;

    Walk(Link[] links, Call call, Operation<?> operation) {
      this.links = links;
      this.call = call;
      this.operation = operation;
    }

    Object begin() throws Exception {
      return fitting(0, links[0].around().around(call, this));
    }

    @Override
    public Object proceed(Call proceeded) throws Exception {
      return goesOn(1, proceeded)
          ? fitting(1, links[1].around().around(proceeded, new AfterSecond(this)))
          : end();
    }

    /** Returns the answer of the around at this index, if it is of the type that it must be. */
    Object fitting(int index, @Nullable Object answer) {
      if (answer != fitting || answer == null) {
        requireFitting(links[index].name(), answer);
        fitting = answer;
      }
      return Objects.requireNonNull(answer);
    }

    /** Returns whether there is an around at this index, for one that proceeded with the call. */
    boolean goesOn(int index, Call proceeded) {
      if (proceeded != call) {
        throw new IllegalArgumentException(
            "around '%s' was given %s and proceeded with %s; it must pass on the same call"
                .formatted(links[index - 1].name(), call, proceeded));
      }
      return index < links.length;
    }

    Object end() {
      begun = true;
      Object answer = operation.run();
      fitting = answer;
      return answer;
    }

    private void requireFitting(String around, @Nullable Object answer) {
      if (!fits(answer)) {
        throw new IllegalStateException(
            "around '%s' answered %s with %s; it must return what next.proceed returned, or else %s"
                .formatted(
                    around,
                    call,
                    answer == null ? "null" : "a " + answer.getClass().getName(),
                    expected(call.kind()) == Object.class
                        ? "Call.NOTHING"
                        : "a " + expected(call.kind()).getName()));
      }
    }

    private boolean fits(@Nullable Object answer) {
      Class<?> expected = expected(call.kind());
      if (expected == Object.class) {
        return answer == Call.NOTHING;
      }
      if (call.kind() == Kind.GET) {
        return answer instanceof Optional<?> found
            && (found.isEmpty() || found.get() instanceof StoredEntry);
      }
      return expected.isInstance(answer);
    }
  }

  /**
   * The rest of the walk, for the second around. The first ones have classes of their own, alike
   * but for the number: so each place in the code calls one around, mostly, and the compiler can
   * fold the chain into one.
   */
  private record AfterSecond(Walk walk) implements Around.Next {
    @Override
    public Object proceed(Call call) throws Exception {
      return walk.goesOn(2, call)
          ? walk.fitting(2, walk.links[2].around().around(call, new AfterThird(walk)))
          : walk.end();
    }
  }

  /** The rest of the walk, for the third around. */
  private record AfterThird(Walk walk) implements Around.Next {
    @Override
    public Object proceed(Call call) throws Exception {
      return walk.goesOn(3, call)
          ? walk.fitting(3, walk.links[3].around().around(call, new AfterLater(walk, 4)))
          : walk.end();
    }
  }

  /** The rest of the walk, for any later around. */
  private record AfterLater(Walk walk, int index) implements Around.Next {
    @Override
    public Object proceed(Call call) throws Exception {
      return walk.goesOn(index, call)
          ? walk.fitting(
              index, walk.links[index].around().around(call, new AfterLater(walk, index + 1)))
          : walk.end();
    }
  }

  /** Returns the type of the answer; Object stands for none. */
  private static Class<?> expected(Kind kind) {
    return switch (kind) {
      case GET, AGGREGATE -> Optional.class;
      case HAS, DROP_INDEX -> Boolean.class;
      case PUT -> PutResult.class;
      case DELETE -> DeleteResult.class;
      case SIZE, DELETE_MANY -> Long.class;
      case KEYS, SCAN -> Cursor.class;
      case PAGE, LIST_INDEXES, NODES -> List.class;
      case GET_MANY, PUT_MANY -> Map.class;
      case COMMIT -> CommitResult.class;
      case QUERY -> Queries.Answer.class;
      case COUNT -> OptionalLong.class;
      case EXPLAIN -> Explanation.class;
      case BEGIN -> Transactions.Handle.class;
      case SUBSCRIBE -> Subscription.class;
      case REPLICATION_STATUS -> ReplicationStatus.class;
      case CLEAR, CREATE_INDEX, COMMIT_TRANSACTION, ROLLBACK, SAVEPOINT, ROLLBACK_TO, SYNC ->
          Object.class;
    };
  }
}
