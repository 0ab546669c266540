package io.undercroft.benchmarks;

import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Layer;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.TransactionalStorage;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A transaction of two reads and two writes in memory, as an application sees it and without its
 * documents; and what a single write costs before, beside and without transactions.
 */
public class MemoryTransaction extends SideBySide {
  private static final int VALUES = 1_024;

  /** A storage of the type memory, typed and at the level of bytes. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Ours {
    @Param("100000")
    public int keys;

    private String[] names;
    private Film[] values;
    private NewEntry entry;
    private FilmStorage storage;
    private TransactionalStorage<Film> films;
    private KeyValue keyValue;
    private Transactions transactions;

    @Setup
    public void open() {
      Facets[] facets = {Facets.none()};
      Layer looking =
          below -> {
            facets[0] = below;
            return below;
          };
      names = Films.keys(keys);
      values = Films.films(VALUES);
      storage = FilmStorage.inMemory(Map.of(), looking);
      storage.fill(keys);
      films = storage.films().transactional();
      keyValue = facets[0].require(KeyValue.class);
      transactions = facets[0].require(Transactions.class);
      entry = NewEntry.of(new byte[1_000], "application/octet-stream");
    }

    @TearDown
    public void close() {
      storage.close();
    }
  }

  /** One transaction runs all the time. */
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Beside extends Ours {
    private Transactions.Handle running;

    @Setup
    @Override
    public void open() {
      super.open();
      running = super.transactions.begin(TransactionOptions.defaults());
    }

    @TearDown
    @Override
    public void close() {
      running.close();
      super.close();
    }
  }

  /** Nothing is added to what the backend has. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Bare {
    @Param("100000")
    public int keys;

    private String[] names;
    private NewEntry entry;
    private FilmStorage storage;
    private KeyValue keyValue;

    @Setup
    public void open() {
      Facets[] facets = {Facets.none()};
      Layer looking =
          below -> {
            facets[0] = below;
            return below;
          };
      names = Films.keys(keys);
      storage = FilmStorage.inMemory(Map.of("emulation", "native-only"), looking);
      storage.fill(keys);
      keyValue = facets[0].require(KeyValue.class);
      entry = NewEntry.of(new byte[1_000], "application/octet-stream");
    }

    @TearDown
    public void close() {
      storage.close();
    }
  }

  @Benchmark
  public int typed(Ours ours, Picks picks) {
    String one = ours.names[picks.below(ours.keys)];
    String other = ours.names[picks.below(ours.keys)];
    Film first = ours.values[picks.below(VALUES)];
    Film second = ours.values[picks.below(VALUES)];
    return ours.films.transaction(
        tx -> {
          int found = (tx.get(one).isPresent() ? 1 : 0) + (tx.get(other).isPresent() ? 1 : 0);
          tx.set(one, first);
          tx.set(other, second);
          return found;
        });
  }

  @Benchmark
  public int bytes(Ours ours, Picks picks) {
    String one = ours.names[picks.below(ours.keys)];
    String other = ours.names[picks.below(ours.keys)];
    try (Transactions.Handle tx = ours.transactions.begin(TransactionOptions.defaults())) {
      KeyValue inside = tx.facets().require(KeyValue.class);
      int found = (inside.get(one).isPresent() ? 1 : 0) + (inside.get(other).isPresent() ? 1 : 0);
      inside.put(one, ours.entry, Precondition.NONE);
      inside.put(other, ours.entry, Precondition.NONE);
      tx.commit();
      return found;
    }
  }

  @Benchmark
  public PutResult putWithoutTransactions(Bare bare, Picks picks) {
    String key = bare.names[picks.below(bare.keys)];
    return bare.keyValue.put(key, bare.entry, Precondition.NONE);
  }

  @Benchmark
  public PutResult putWhileNoneRuns(Ours ours, Picks picks) {
    String key = ours.names[picks.below(ours.keys)];
    return ours.keyValue.put(key, ours.entry, Precondition.NONE);
  }

  @Benchmark
  public PutResult putWhileOneRuns(Beside ours, Picks picks) {
    return putWhileNoneRuns(ours, picks);
  }
}
