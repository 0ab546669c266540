package io.undercroft.runtime.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jetbrains.kotlinx.lincheck.LinCheckerKt;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.jetbrains.kotlinx.lincheck.strategy.managed.ManagedStrategyGuaranteeKt;
import org.jetbrains.kotlinx.lincheck.strategy.managed.modelchecking.ModelCheckingOptions;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever threads do at once to three keys, the answers are those of some order of the operations:
 * single-key operations of {@link KeyValue}, and commits over two keys beside readers that take no
 * lock.
 */
@Tag("lincheck")
class MemoryLincheckTest {
  @Test
  void theModelCheckerFindsNoAnswerOutOfOrder() {
    LinCheckerKt.check(
        new ModelCheckingOptions()
            .iterations(10)
            .invocationsPerIteration(60)
            .threads(2)
            .actorsBefore(2)
            .actorsPerThread(3)
            .actorsAfter(1)
            .addGuarantee(
                ManagedStrategyGuaranteeKt.forClasses(
                        ConcurrentHashMap.class.getName(), ConcurrentSkipListMap.class.getName())
                    .allMethods()
                    .treatAsAtomic())
            .sequentialSpecification(Oracle.class),
        Storage.class);
  }

  @Test
  void underStressNoAnswerIsOutOfOrder() {
    LinCheckerKt.check(
        new StressOptions()
            .iterations(30)
            .invocationsPerIteration(2_000)
            .threads(3)
            .actorsPerThread(3)
            .sequentialSpecification(Oracle.class),
        Storage.class);
  }

  /** The storage under test; 0 stands for absence. */
  @Param(name = "key", gen = IntGen.class, conf = "1:3")
  @Param(name = "other", gen = IntGen.class, conf = "1:3")
  @Param(name = "value", gen = IntGen.class, conf = "1:9")
  public static final class Storage {
    private static final Clock STILL = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final KeyValue kv;
    private final Commit commit;

    /** Opens it. */
    public Storage() {
      Backend backend = new MemoryPlugin().open(Given.NOTHING, new TestContext(STILL));
      kv = backend.facets().require(KeyValue.class);
      commit = backend.facets().require(Commit.class);
    }

    private static String name(int key) {
      return "k" + key;
    }

    private static NewEntry entry(int value) {
      return NewEntry.of(Integer.toString(value).getBytes(UTF_8), "text/plain");
    }

    private static int value(Optional<StoredEntry> entry) {
      return entry.isEmpty() ? 0 : Integer.parseInt(new String(entry.get().value(), UTF_8));
    }

    private static Precondition unchanged(Optional<StoredEntry> entry) {
      return entry.isEmpty()
          ? Precondition.ABSENT
          : Precondition.version(entry.get().meta().version());
    }

    /** Returns the value. */
    @Operation
    public int get(@Param(name = "key") int key) {
      return value(kv.get(name(key)));
    }

    /** Writes; returns whether the entry is new. */
    @Operation
    public boolean put(@Param(name = "key") int key, @Param(name = "value") int value) {
      return ((PutResult.Written) kv.put(name(key), entry(value), Precondition.NONE)).created();
    }

    /** Writes if there is no entry; returns whether it was written. */
    @Operation
    public boolean putIfAbsent(@Param(name = "key") int key, @Param(name = "value") int value) {
      return kv.put(name(key), entry(value), Precondition.ABSENT) instanceof PutResult.Written;
    }

    /** Adds one by compare-and-set; returns the new value. */
    @Operation
    public int increment(@Param(name = "key") int key) {
      while (true) {
        Optional<StoredEntry> old = kv.get(name(key));
        int next = value(old) + 1;
        if (kv.put(name(key), entry(next), unchanged(old)) instanceof PutResult.Written) {
          return next;
        }
      }
    }

    /** Removes; returns whether there was an entry. */
    @Operation
    public boolean delete(@Param(name = "key") int key) {
      return kv.delete(name(key), Precondition.NONE) == DeleteResult.DELETED;
    }

    /** Writes the value under both keys at once; returns how many there were. */
    @Operation
    public int putBoth(
        @Param(name = "key") int key,
        @Param(name = "other") int other,
        @Param(name = "value") int value) {
      Mutation first = new Mutation.Put(name(key), entry(value));
      List<Mutation> both =
          key == other
              ? List.of(first)
              : List.of(first, new Mutation.Put(name(other), entry(value)));
      CommitResult.Committed done = (CommitResult.Committed) commit.commit(List.of(), both);
      int existed = 0;
      for (CommitResult.Applied applied : done.results()) {
        existed += applied.existed() ? 1 : 0;
      }
      return existed;
    }

    /** Takes the entry from one key to the other; returns whether there was one. */
    @Operation
    public boolean move(@Param(name = "key") int key, @Param(name = "other") int other) {
      while (true) {
        Optional<StoredEntry> old = kv.get(name(key));
        if (old.isEmpty() || key == other) {
          return old.isPresent();
        }
        CommitResult result =
            commit.commit(
                List.of(new Check(name(key), unchanged(old))),
                List.of(
                    new Mutation.Remove(name(key)),
                    new Mutation.Put(name(other), entry(value(old)))));
        if (result instanceof CommitResult.Committed) {
          return true;
        }
      }
    }
  }

  /** The same, one operation after the other. */
  public static final class Oracle {
    private final Map<Integer, Integer> values = new HashMap<>();

    /** Returns the value. */
    public int get(int key) {
      return values.getOrDefault(key, 0);
    }

    /** Writes; returns whether the entry is new. */
    public boolean put(int key, int value) {
      return values.put(key, value) == null;
    }

    /** Writes if there is no entry; returns whether it was written. */
    public boolean putIfAbsent(int key, int value) {
      return values.putIfAbsent(key, value) == null;
    }

    /** Adds one by compare-and-set; returns the new value. */
    public int increment(int key) {
      return values.merge(key, 1, Integer::sum);
    }

    /** Removes; returns whether there was an entry. */
    public boolean delete(int key) {
      return values.remove(key) != null;
    }

    /** Writes the value under both keys at once; returns how many there were. */
    public int putBoth(int key, int other, int value) {
      int existed = values.put(key, value) == null ? 0 : 1;
      if (key != other) {
        existed += values.put(other, value) == null ? 0 : 1;
      }
      return existed;
    }

    /** Takes the entry from one key to the other; returns whether there was one. */
    public boolean move(int key, int other) {
      Integer value = values.get(key);
      if (value == null) {
        return false;
      }
      values.remove(key);
      values.put(other, value);
      return true;
    }
  }
}
