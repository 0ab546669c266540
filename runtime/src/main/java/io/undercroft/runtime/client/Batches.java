package io.undercroft.runtime.client;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.OperationResult;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.EventType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Many entries in one call: in portions that the backend takes, or all as one step. */
final class Batches<T> {
  private final Operations<T> operations;

  /** Makes values of entries as they come, and puts them in the order of their keys at the end. */
  private static final class Decoding<T> {
    private final Operations<T> operations;
    private final Set<String> keys;
    private final Iterator<String> inOrder;
    private final Map<String, T> values = new LinkedHashMap<>();
    private boolean outOfOrder;
    private @Nullable RuntimeException failure;

    Decoding(Operations<T> operations, Set<String> keys) {
      this.operations = operations;
      this.keys = keys;
      this.inOrder = keys.iterator();
    }

    void add(Bound<T> current, String key, StoredEntry stored) {
      try {
        values.put(key, operations.decode(current, key, stored));
      } catch (RuntimeException e) {
        failure = e;
        throw e;
      }
      outOfOrder |= !isLater(key);
    }

    private boolean isLater(String key) {
      while (inOrder.hasNext()) {
        if (inOrder.next().equals(key)) {
          return true;
        }
      }
      return false;
    }

    /** Returns whether this comes from the codec, and so has its storage and key already. */
    boolean hasThrown(RuntimeException e) {
      return e == failure;
    }

    Map<String, T> values() {
      if (!outOfOrder) {
        return Collections.unmodifiableMap(values);
      }
      Map<String, T> ordered = new LinkedHashMap<>();
      for (String key : keys) {
        T value = values.get(key);
        if (value != null) {
          ordered.put(key, value);
        }
      }
      return Collections.unmodifiableMap(ordered);
    }
  }

  Batches(Operations<T> operations) {
    this.operations = operations;
  }

  Map<String, T> getMany(Collection<String> keys) {
    Set<String> distinct = distinct(keys);
    Hooks.Snapshot hooks = operations.point().hooks().now();
    if (hooks.has(EventType.BEFORE_GET)) {
      distinct.forEach(key -> operations.before(hooks, EventType.BEFORE_GET, key, null));
    }
    Decoding<T> decoding = new Decoding<>(operations, distinct);
    Iterator<String> rest = distinct.iterator();
    while (rest.hasNext()) {
      Bound<T> current = operations.enter();
      try {
        Batch batch = batch(current);
        List<String> portion = portion(rest, current.mount.limits().batchEntries());
        batch.getEach(portion, (key, stored) -> decoding.add(current, key, stored));
      } catch (RuntimeException e) {
        throw decoding.hasThrown(e) ? e : operations.failed("", e);
      } finally {
        current.gate.exit();
      }
    }
    Map<String, T> values = decoding.values();
    if (hooks.has(EventType.AFTER_GET)) {
      distinct.forEach(key -> operations.after(hooks, EventType.AFTER_GET, key, values.get(key)));
    }
    return values;
  }

  void setMany(Map<String, ? extends T> values) {
    Map<String, T> all = new LinkedHashMap<>(values);
    all.forEach(
        (key, value) -> {
          operations.requireKey(key);
          operations.requireValue(key, value);
        });
    Hooks.Snapshot hooks = operations.point().hooks().now();
    if (hooks.has(EventType.BEFORE_SET)) {
      all.forEach((key, value) -> operations.before(hooks, EventType.BEFORE_SET, key, value));
    }
    int written = 0;
    Iterator<String> rest = all.keySet().iterator();
    while (rest.hasNext()) {
      Bound<T> current = operations.enterToWrite();
      try {
        Batch batch = batch(current);
        List<String> portion = portion(rest, current.mount.limits().batchEntries());
        Map<String, NewEntry> entries = new LinkedHashMap<>();
        for (String key : portion) {
          byte[] bytes = operations.encode(current, key, valueOf(all, key));
          entries.put(key, NewEntry.of(bytes, current.contentType));
        }
        batch.putMany(entries);
        written += portion.size();
        for (String key : portion) {
          operations.after(hooks, EventType.AFTER_SET, key, valueOf(all, key));
        }
      } catch (StorageException e) {
        throw operations.failed("", withWritten(e, written, all.size()));
      } finally {
        current.gate.exit();
      }
    }
  }

  private static <T> T valueOf(Map<String, T> all, String key) {
    T value = all.get(key);
    if (value == null) {
      throw new IllegalStateException("a key of the map without a value");
    }
    return value;
  }

  /** Adds what earlier portions wrote to what the backend tells about its own. */
  private static StorageException withWritten(StorageException e, int before, int all) {
    if (before == 0 || all == before) {
      return e;
    }
    String own = e.details().get("written");
    long known = before;
    if (own != null && own.chars().allMatch(c -> c >= '0' && c <= '9') && own.length() < 10) {
      known += Long.parseLong(own);
    }
    return e.with("written", Long.toString(known));
  }

  long deleteMany(Collection<String> keys) {
    Set<String> distinct = distinct(keys);
    Hooks.Snapshot hooks = operations.point().hooks().now();
    if (hooks.has(EventType.AFTER_DELETE)) {
      // who wants to hear of each removal must not hear of those that found nothing
      return distinct.stream().filter(operations::delete).count();
    }
    if (hooks.has(EventType.BEFORE_DELETE)) {
      distinct.forEach(key -> operations.before(hooks, EventType.BEFORE_DELETE, key, null));
    }
    long deleted = 0;
    Iterator<String> rest = distinct.iterator();
    while (rest.hasNext()) {
      deleted +=
          operations.writing(
              "",
              current ->
                  batch(current).deleteMany(portion(rest, current.mount.limits().batchEntries())));
    }
    return deleted;
  }

  private Set<String> distinct(Collection<String> keys) {
    Set<String> distinct = new LinkedHashSet<>(keys);
    distinct.forEach(operations::requireKey);
    return distinct;
  }

  private static List<String> portion(Iterator<String> rest, int most) {
    List<String> portion = new ArrayList<>();
    while (rest.hasNext() && portion.size() < most) {
      portion.add(rest.next());
    }
    return portion;
  }

  private Batch batch(Bound<T> current) {
    Batch batch = current.batch;
    if (batch == null) {
      throw operations.unsupported(current, Capability.BATCH.type().getSimpleName());
    }
    return batch;
  }

  List<OperationResult> batch(List<Operation<T>> asked) {
    List<Operation<T>> steps = List.copyOf(asked);
    operations.inside(Batches::commitOf);
    requireDistinct(steps);
    if (steps.isEmpty()) {
      return List.of();
    }
    Hooks.Snapshot hooks = operations.point().hooks().now();
    for (Operation<T> step : steps) {
      if (step instanceof Operation.Set<T> set) {
        operations.before(hooks, EventType.BEFORE_SET, set.key(), set.value());
      } else if (step instanceof Operation.Delete<T> delete) {
        operations.before(hooks, EventType.BEFORE_DELETE, delete.key(), null);
      }
    }
    List<OperationResult> results = operations.writing("", current -> commit(current, steps));
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Operation.Set<T> set) {
        operations.after(hooks, EventType.AFTER_SET, set.key(), set.value());
      } else if (steps.get(i) instanceof Operation.Delete<T> delete && results.get(i).existed()) {
        operations.after(hooks, EventType.AFTER_DELETE, delete.key(), null);
      }
    }
    return results;
  }

  private void requireDistinct(List<Operation<T>> steps) {
    Set<String> seen = new HashSet<>();
    for (Operation<T> step : steps) {
      operations.requireKey(step.key());
      if (!seen.add(step.key())) {
        throw operations.failed(
            step.key(),
            StorageException.of(
                    ErrorCode.INVALID_QUERY,
                    "two operations of the batch name key "
                        + StorageException.quote(step.key())
                        + "; make one of them, a batch has at most one for each key")
                .with("key", step.key()));
      }
    }
  }

  private List<OperationResult> commit(Bound<T> current, List<Operation<T>> steps) {
    Commit commit = commitOf(current);
    List<Check> checks = new ArrayList<>();
    List<Mutation> mutations = new ArrayList<>();
    for (Operation<T> step : steps) {
      addCheck(step, checks);
      addMutation(current, step, mutations);
    }
    int most = current.mount.limits().commitEntries();
    if (checks.size() + mutations.size() > most) {
      throw StorageException.of(
              ErrorCode.UNSUPPORTED,
              "the batch has "
                  + mutations.size()
                  + " writes and "
                  + checks.size()
                  + " conditions, and plugin "
                  + current.mount.plugin()
                  + " takes at most "
                  + most
                  + " of them as one step; make the batch smaller")
          .with("limit", Integer.toString(most));
    }
    for (Check check : checks) {
      if (check.precondition() instanceof Precondition.HasVersion expected
          && !EntryRules.isVersion(expected.version())) {
        throw Operations.conflict(
            check.key(),
            expected,
            current.keyValue.get(check.key()).map(found -> found.meta().version()));
      }
    }
    CommitResult result = commit.commit(checks, mutations);
    if (result instanceof CommitResult.Conflict conflict) {
      throw Operations.conflict(
          conflict.key(), expected(checks, conflict.key()), conflict.foundVersion());
    }
    return results(steps, ((CommitResult.Committed) result).results());
  }

  /** Returns the facet, without which no batch is taken, whatever is in it. */
  private static Commit commitOf(Bound<?> current) {
    Commit commit = current.commit;
    if (commit == null) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "plugin "
              + current.mount.plugin()
              + " with its layers cannot write several keys as one step, so there is no atomic"
              + " batch; use setMany and deleteMany, which are not atomic, or a plugin that can");
    }
    return commit;
  }

  private static Precondition expected(List<Check> checks, String key) {
    return checks.stream()
        .filter(check -> check.key().equals(key))
        .map(Check::precondition)
        .findFirst()
        .orElse(Precondition.NONE);
  }

  private static <T> void addCheck(Operation<T> step, List<Check> checks) {
    Precondition precondition = Precondition.NONE;
    if (step instanceof Operation.Set<T> set) {
      precondition = EntryRules.precondition(set.how());
    } else if (step instanceof Operation.Delete<T> delete) {
      precondition = delete.expectedVersion().map(Precondition::version).orElse(Precondition.NONE);
    } else if (step instanceof Operation.Check<T> check) {
      precondition = check.expectedVersion().map(Precondition::version).orElse(Precondition.ABSENT);
    }
    if (!(precondition instanceof Precondition.None)) {
      checks.add(new Check(step.key(), precondition));
    }
  }

  private void addMutation(Bound<T> current, Operation<T> step, List<Mutation> mutations) {
    if (step instanceof Operation.Set<T> set) {
      SetOptions how = set.how();
      mutations.add(
          new Mutation.Put(set.key(), operations.newEntry(current, set.key(), set.value(), how)));
    } else if (step instanceof Operation.Delete<T>) {
      mutations.add(new Mutation.Remove(step.key()));
    }
  }

  private static <T> List<OperationResult> results(
      List<Operation<T>> steps, List<CommitResult.Applied> applied) {
    int next = 0;
    List<OperationResult> results = new ArrayList<>(steps.size());
    for (Operation<T> step : steps) {
      if (step instanceof Operation.Check<T> check) {
        Optional<String> version = check.expectedVersion();
        results.add(new OperationResult(step.key(), version, version.isPresent()));
      } else {
        CommitResult.Applied done = applied.get(next++);
        results.add(
            new OperationResult(
                step.key(), done.meta().map(meta -> meta.version()), done.existed()));
      }
    }
    return List.copyOf(results);
  }
}
