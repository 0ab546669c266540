package io.undercroft.runtime.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undercroft.runtime.memory.Schedules.Call;
import io.undercroft.runtime.memory.Schedules.Spot;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever threads do at once to two keys, the answers are those of some order of the operations:
 * single-key operations of {@link KeyValue}, and commits over both keys beside readers that take no
 * lock. Storages with a planted bug show that these tests can fail.
 */
@Tag("lincheck")
class MemoryLincheckTest {
  private static final Spot TWO_INCREMENTS =
      new Spot(
          List.of(Call.of("put", 1, 1)),
          List.of(Call.of("increment", 1)),
          List.of(Call.of("increment", 1)),
          List.of(Call.of("get", 1)));
  private static final Spot TWO_LOOKS_AT_A_COMMIT =
      new Spot(
          List.of(),
          List.of(Call.of("putBoth", 1)),
          List.of(Call.of("get", 1), Call.of("get", 2)),
          List.of());
  private static final Spot TWO_MOVES =
      new Spot(
          List.of(Call.of("put", 1, 1)),
          List.of(Call.of("move", 1)),
          List.of(Call.of("move", 1)),
          List.of(Call.of("get", 1), Call.of("get", 2)));

  private final Schedules schedules = new Schedules(Oracle.class);

  @Test
  void theModelCheckerFindsNoAnswerOfOneKeyOutOfOrder() {
    schedules.modelCheck(Singles.class, TWO_INCREMENTS);
  }

  @Test
  void underStressNoAnswerOfOneKeyIsOutOfOrder() {
    schedules.stress(Singles.class, TWO_INCREMENTS);
  }

  @Test
  void theModelCheckerFindsAPreconditionThatIsCheckedOutsideOfTheLock() {
    schedules.modelCheckFinds(CheckedOutsideOfTheLock.class, TWO_INCREMENTS);
  }

  @Test
  void stressFindsAPreconditionThatIsCheckedOutsideOfTheLock() {
    schedules.stressFinds(CheckedOutsideOfTheLock.class, TWO_INCREMENTS);
  }

  @Test
  void theModelCheckerFindsNoHalfCommit() {
    schedules.modelCheck(Commits.class, TWO_LOOKS_AT_A_COMMIT, TWO_MOVES);
  }

  @Test
  void underStressThereIsNoHalfCommit() {
    schedules.stress(Commits.class, TWO_LOOKS_AT_A_COMMIT, TWO_MOVES);
  }

  @Test
  void theModelCheckerFindsACommitThatIsAppliedKeyByKey() {
    schedules.modelCheckFinds(AppliedKeyByKey.class, TWO_LOOKS_AT_A_COMMIT);
  }

  @Test
  void stressFindsACommitThatIsAppliedKeyByKey() {
    schedules.stressFinds(AppliedKeyByKey.class, TWO_LOOKS_AT_A_COMMIT);
  }

  /**
   * The facets under test, with numbers for keys and values; 0 stands for absence. No record: the
   * model checker cannot read the static fields of one.
   */
  private static final class Shelf {
    private static final Clock STILL = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final KeyValue kv;
    private final Commit commit;

    Shelf(KeyValue kv, Commit commit) {
      this.kv = kv;
      this.commit = commit;
    }

    static Shelf open() {
      Facets facets = new MemoryPlugin().open(Given.NOTHING, new TestContext(STILL)).facets();
      return new Shelf(facets.require(KeyValue.class), facets.require(Commit.class));
    }

    static String name(int key) {
      return key == 1 ? "a" : "b";
    }

    static NewEntry entry(int value) {
      return NewEntry.of(Integer.toString(value).getBytes(UTF_8), "text/plain");
    }

    static int value(Optional<StoredEntry> entry) {
      return entry.isEmpty() ? 0 : Integer.parseInt(new String(entry.get().value(), UTF_8));
    }

    static Precondition unchanged(Optional<StoredEntry> entry) {
      return entry.isEmpty()
          ? Precondition.ABSENT
          : Precondition.version(entry.get().meta().version());
    }

    int get(int key) {
      return value(kv.get(name(key)));
    }
  }

  /** Single-key operations. */
  @Param(name = "key", gen = IntGen.class, conf = "1:2")
  @Param(name = "value", gen = IntGen.class, conf = "1:3")
  public static class Singles {
    final KeyValue kv = Shelf.open().kv;

    PutResult write(int key, int value, Precondition precondition) {
      return kv.put(Shelf.name(key), Shelf.entry(value), precondition);
    }

    /** Returns the value. */
    @Operation
    public int get(@Param(name = "key") int key) {
      return Shelf.value(kv.get(Shelf.name(key)));
    }

    /** Writes; returns whether the entry is new. */
    @Operation
    public boolean put(@Param(name = "key") int key, @Param(name = "value") int value) {
      return write(key, value, Precondition.NONE) instanceof PutResult.Written written
          && written.created();
    }

    /** Writes if there is no entry; returns whether it was written. */
    @Operation
    public boolean putIfAbsent(@Param(name = "key") int key, @Param(name = "value") int value) {
      return write(key, value, Precondition.ABSENT) instanceof PutResult.Written;
    }

    /** Adds one if the version is still the one that was read; returns the new value. */
    @Operation
    public int increment(@Param(name = "key") int key) {
      while (true) {
        Optional<StoredEntry> old = kv.get(Shelf.name(key));
        int next = Shelf.value(old) + 1;
        if (write(key, next, Shelf.unchanged(old)) instanceof PutResult.Written) {
          return next;
        }
      }
    }

    /** Removes; returns whether there was an entry. */
    @Operation
    public boolean delete(@Param(name = "key") int key) {
      return kv.delete(Shelf.name(key), Precondition.NONE) == DeleteResult.DELETED;
    }

    /** Removes if the version is still the one that was read; returns the value removed. */
    @Operation
    public int take(@Param(name = "key") int key) {
      while (true) {
        Optional<StoredEntry> old = kv.get(Shelf.name(key));
        if (old.isEmpty()
            || kv.delete(Shelf.name(key), Shelf.unchanged(old)) == DeleteResult.DELETED) {
          return Shelf.value(old);
        }
      }
    }
  }

  /** A put that looks first and then writes, whatever came in between. */
  public static final class CheckedOutsideOfTheLock extends Singles {
    @Override
    PutResult write(int key, int value, Precondition precondition) {
      Optional<String> version = kv.get(Shelf.name(key)).map(found -> found.meta().version());
      boolean holds =
          precondition instanceof Precondition.HasVersion wanted
              ? version.equals(Optional.of(wanted.version()))
              : precondition instanceof Precondition.None || version.isEmpty();
      return holds ? super.write(key, value, Precondition.NONE) : new PutResult.Conflict(version);
    }
  }

  /** Commits over two keys, and readers of one. */
  @Param(name = "key", gen = IntGen.class, conf = "1:2")
  @Param(name = "value", gen = IntGen.class, conf = "1:3")
  public static class Commits {
    private final Shelf shelf;

    /** Opens a storage. */
    public Commits() {
      this(Shelf.open());
    }

    private Commits(Shelf shelf) {
      this.shelf = shelf;
    }

    /** Returns the value. */
    @Operation
    public int get(@Param(name = "key") int key) {
      return shelf.get(key);
    }

    /** Writes one key, without a commit; returns whether the entry is new. */
    @Operation
    public boolean put(@Param(name = "key") int key, @Param(name = "value") int value) {
      return shelf.kv.put(Shelf.name(key), Shelf.entry(value), Precondition.NONE)
              instanceof PutResult.Written written
          && written.created();
    }

    /** Writes the value under both keys; returns how many there were. */
    @Operation
    public int putBoth(@Param(name = "value") int value) {
      return existed(
          List.of(
              new Mutation.Put(Shelf.name(1), Shelf.entry(value)),
              new Mutation.Put(Shelf.name(2), Shelf.entry(value))));
    }

    /** Removes both keys; returns how many there were. */
    @Operation
    public int removeBoth() {
      return existed(
          List.of(new Mutation.Remove(Shelf.name(2)), new Mutation.Remove(Shelf.name(1))));
    }

    private int existed(List<Mutation> mutations) {
      CommitResult.Committed done =
          (CommitResult.Committed) shelf.commit.commit(List.of(), mutations);
      int existed = 0;
      for (CommitResult.Applied applied : done.results()) {
        existed += applied.existed() ? 1 : 0;
      }
      return existed;
    }

    /** Takes the entry of this key to the other one; returns whether there was one. */
    @Operation
    public boolean move(@Param(name = "key") int key) {
      while (true) {
        Optional<StoredEntry> old = shelf.kv.get(Shelf.name(key));
        if (old.isEmpty()) {
          return false;
        }
        List<Check> checks = List.of(new Check(Shelf.name(key), Shelf.unchanged(old)));
        List<Mutation> mutations =
            List.of(
                new Mutation.Remove(Shelf.name(key)),
                new Mutation.Put(Shelf.name(3 - key), Shelf.entry(Shelf.value(old))));
        if (shelf.commit.commit(checks, mutations) instanceof CommitResult.Committed) {
          return true;
        }
      }
    }
  }

  /** A commit that looks at its checks and then writes one key after the other. */
  public static final class AppliedKeyByKey extends Commits {
    /** Opens a storage and leaves the locks out. */
    public AppliedKeyByKey() {
      super(racy(Shelf.open()));
    }

    private static Shelf racy(Shelf shelf) {
      KeyValue kv = shelf.kv;
      return new Shelf(
          kv,
          (checks, mutations) -> {
            for (Check check : checks) {
              CommitResult seen = shelf.commit.commit(List.of(check), List.of());
              if (seen instanceof CommitResult.Conflict) {
                return seen;
              }
            }
            List<CommitResult.Applied> results = new ArrayList<>();
            for (Mutation mutation : mutations) {
              if (mutation instanceof Mutation.Put put
                  && kv.put(put.key(), put.entry(), Precondition.NONE)
                      instanceof PutResult.Written written) {
                results.add(
                    new CommitResult.Applied(Optional.of(written.meta()), !written.created()));
              } else {
                boolean existed =
                    kv.delete(mutation.key(), Precondition.NONE) == DeleteResult.DELETED;
                results.add(new CommitResult.Applied(Optional.empty(), existed));
              }
            }
            return new CommitResult.Committed(results);
          });
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

    /** Adds one; returns the new value. */
    public int increment(int key) {
      return values.merge(key, 1, Integer::sum);
    }

    /** Removes; returns whether there was an entry. */
    public boolean delete(int key) {
      return values.remove(key) != null;
    }

    /** Removes; returns the value removed. */
    public int take(int key) {
      Integer value = values.remove(key);
      return value == null ? 0 : value;
    }

    /** Writes the value under both keys; returns how many there were. */
    public int putBoth(int value) {
      int existed = values.size();
      values.put(1, value);
      values.put(2, value);
      return existed;
    }

    /** Removes both keys; returns how many there were. */
    public int removeBoth() {
      int existed = values.size();
      values.clear();
      return existed;
    }

    /** Takes the entry of this key to the other one; returns whether there was one. */
    public boolean move(int key) {
      Integer value = values.remove(key);
      if (value == null) {
        return false;
      }
      values.put(3 - key, value);
      return true;
    }
  }
}
