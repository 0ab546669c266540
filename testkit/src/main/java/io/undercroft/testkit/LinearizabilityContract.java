package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.fail;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.history.Invocation;
import io.undercroft.testkit.history.Invocation.Action;
import io.undercroft.testkit.history.Linearizability;
import io.undercroft.testkit.history.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Every call on a key takes effect at one moment between its start and its end. */
interface LinearizabilityContract extends Contract {
  /** The threads of one history. */
  int CLIENTS = 4;

  @Test
  default void callsOfManyThreadsOnFewKeysAreLinearizable() {
    Storage<String> storage = subject().storage(String.class);
    int rounds = subject().scaled(20, 3);
    Seed.run(
        random -> {
          for (int round = 0; round < rounds; round++) {
            List<String> keys = List.of("a-" + round, "b-" + round);
            long seed = random.nextLong();
            Queue<Invocation> history = new ConcurrentLinkedQueue<>();
            Race.run(
                CLIENTS, client -> history.addAll(new Client(client, storage, keys, seed).run(20)));
            Verdict verdict = Linearizability.check(List.copyOf(history));
            if (!verdict.holds()) {
              fail("round " + round + ": " + verdict);
            }
          }
        });
  }

  /** One thread that calls and keeps account. */
  final class Client {
    private final int number;
    private final Storage<String> storage;
    private final List<String> keys;
    private final Random random;
    private final List<Invocation> calls = new ArrayList<>();
    private Optional<Entry<String>> known = Optional.empty();

    Client(int number, Storage<String> storage, List<String> keys, long seed) {
      this.number = number;
      this.storage = storage;
      this.keys = keys;
      this.random = new Random(seed + number);
    }

    /** One call, which may fail. */
    private interface Attempt {
      Action run();
    }

    List<Invocation> run(int count) {
      for (int i = 0; i < count; i++) {
        call(keys.get(random.nextInt(keys.size())), number + "." + i);
      }
      return calls;
    }

    private void call(String key, String value) {
      switch (random.nextInt(8)) {
        case 0 -> note(key, () -> new Invocation.Read(storage.get(key), Optional.empty()));
        case 1, 2 ->
            note(
                key,
                () -> {
                  Optional<Entry<String>> entry = storage.entry(key);
                  known = entry.isPresent() ? entry : known;
                  return new Invocation.Read(entry.map(Entry::value), entry.map(Entry::version));
                });
        case 3 ->
            note(
                key,
                () -> {
                  storage.set(key, value);
                  return new Invocation.Write(value, Optional.empty());
                },
                new Invocation.Write(value, Optional.empty()));
        case 4 ->
            note(
                key,
                () -> new Invocation.Remove(storage.delete(key)),
                new Invocation.Remove(false));
        case 5 -> update(key, value);
        case 6 ->
            note(
                key,
                () -> {
                  storage.set(key, value, SetOptions.ifAbsent());
                  return new Invocation.WriteIfAbsent(value, true);
                },
                new Invocation.WriteIfAbsent(value, false));
        default -> ifVersion(key, value);
      }
    }

    private void update(String key, String value) {
      AtomicReference<Optional<String>> saw = new AtomicReference<>(Optional.empty());
      Optional<String> wrote = random.nextInt(4) > 0 ? Optional.of(value) : Optional.empty();
      long from = System.nanoTime();
      try {
        storage.update(
            key,
            there -> {
              saw.set(there);
              return wrote;
            });
        add(key, new Invocation.Update(seen(saw), wrote), from, System.nanoTime());
      } catch (StorageException e) {
        // Too many tries: nothing was done, and nothing told.
        if (e.code() == ErrorCode.UNKNOWN_OUTCOME) {
          add(key, new Invocation.Update(seen(saw), wrote), from, Invocation.NEVER);
        } else if (e.code() != ErrorCode.VERSION_CONFLICT) {
          throw e;
        }
      }
    }

    private static Optional<String> seen(AtomicReference<Optional<String>> saw) {
      Optional<String> seen = saw.get();
      return seen != null ? seen : Optional.empty();
    }

    private void ifVersion(String key, String value) {
      Optional<Entry<String>> base = known.filter(entry -> entry.key().equals(key));
      if (base.isEmpty()) {
        return; // nothing is known that could be expected
      }
      String version = base.get().version();
      if (random.nextInt(3) == 0) {
        note(
            key,
            () -> {
              // False, or a conflict, if it is not there any more.
              return new Invocation.RemoveIfVersion(version, storage.delete(key, version));
            },
            new Invocation.RemoveIfVersion(version, false));
      } else {
        note(
            key,
            () -> {
              Entry<String> entry = storage.set(key, value, SetOptions.ifVersion(version));
              known = Optional.of(entry);
              return new Invocation.WriteIfVersion(
                  version, value, Optional.of(entry.version()), true);
            },
            new Invocation.WriteIfVersion(version, value, Optional.empty(), false));
      }
    }

    private void note(String key, Attempt attempt) {
      long from = System.nanoTime();
      Action action = attempt.run();
      add(key, action, from, System.nanoTime());
    }

    /**
     * Notes a write.
     *
     * @param otherwise what to note if it was refused, or if its answer was lost
     */
    private void note(String key, Attempt attempt, Action otherwise) {
      long from = System.nanoTime();
      try {
        Action action = attempt.run();
        add(key, action, from, System.nanoTime());
      } catch (StorageException e) {
        if (e.code() == ErrorCode.UNKNOWN_OUTCOME) {
          add(key, otherwise, from, Invocation.NEVER);
        } else if (e.code() == ErrorCode.VERSION_CONFLICT) {
          add(key, otherwise, from, System.nanoTime());
        } else {
          throw e;
        }
      }
    }

    private void add(String key, Action action, long from, long to) {
      calls.add(new Invocation(number, key, action, from, to));
    }
  }
}
