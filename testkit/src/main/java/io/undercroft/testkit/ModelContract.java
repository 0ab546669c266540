package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.OperationResult;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Random stories, told to the storage through the API and to a model. */
interface ModelContract extends Contract {
  @Test
  default void aRandomStoryToldThroughTheApiEndsAsTheModelSays() {
    Seed.run(
        random -> {
          Step.Range range =
              new Step.Range(
                  true,
                  subject().pluginOffers(Commit.class),
                  subject().plugin().isPersistent(),
                  true);
          List<Step> steps = Step.story(random, subject().scaled(600, 300), range);
          Story.tell(() -> new ThroughTheApi(subject().another()), steps);
        });
  }

  /** A storage of texts, used as if it were a backend. */
  final class ThroughTheApi implements Story.Target, KeyValue, Batch, Commit {
    private final Subject subject;

    ThroughTheApi(Subject subject) {
      this.subject = subject;
    }

    private Storage<String> storage() {
      return subject.storage(String.class);
    }

    private BatchStorage<String> batched() {
      return storage().batched();
    }

    @Override
    public KeyValue keyValue() {
      return this;
    }

    @Override
    public Batch batch() {
      return this;
    }

    @Override
    public Commit commit() {
      return this;
    }

    @Override
    public MutableClock clock() {
      return subject.clock();
    }

    @Override
    public void reopen() {
      assertThat(subject.reopen()).isNotNull();
    }

    @Override
    public boolean hidesExpired() {
      return true;
    }

    @Override
    public boolean tellsAll() {
      return false;
    }

    @Override
    public void update(String key, String text) {
      assertThat(storage().update(key, before -> Optional.of(text))).contains(text);
    }

    @Override
    public Optional<StoredEntry> get(String key) {
      Optional<Entry<String>> entry = storage().entry(key);
      assertThat(storage().get(key)).isEqualTo(entry.map(Entry::value));
      return entry.map(ThroughTheApi::stored);
    }

    @Override
    public boolean has(String key) {
      return storage().has(key);
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition precondition) {
      String text = text(entry);
      SetOptions how = how(entry, precondition);
      try {
        if (how.metadata().isEmpty()
            && entry.expires().isEmpty()
            && precondition.equals(Precondition.NONE)) {
          storage().set(key, text);
          return new PutResult.Written(meta(storage().entry(key).orElseThrow()), false);
        }
        return new PutResult.Written(meta(storage().set(key, text, how)), false);
      } catch (StorageException e) {
        assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.VERSION_CONFLICT);
        return new PutResult.Conflict(Optional.empty());
      }
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      if (!(precondition instanceof Precondition.HasVersion wanted)) {
        return storage().delete(key) ? DeleteResult.DELETED : DeleteResult.ABSENT;
      }
      try {
        return storage().delete(key, wanted.version())
            ? DeleteResult.DELETED
            : DeleteResult.CONFLICT;
      } catch (StorageException e) {
        assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.VERSION_CONFLICT);
        return DeleteResult.CONFLICT;
      }
    }

    @Override
    public void clear() {
      storage().clear();
    }

    @Override
    public long size() {
      return storage().size();
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      return cursor(() -> prefix.isEmpty() ? storage().keys() : storage().keys(prefix), pageSize);
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      return cursor(
          () ->
              storage()
                  .entries()
                  .filter(entry -> entry.key().startsWith(prefix))
                  .map(entry -> new KeyedEntry(entry.key(), stored(entry))),
          pageSize);
    }

    private static <E> Cursor<E> cursor(Supplier<Stream<E>> open, int pageSize) {
      List<E> all = new ArrayList<>();
      try (Stream<E> stream = open.get()) {
        stream.forEach(all::add);
      }
      return new Cursor<>() {
        @Override
        public List<E> next() {
          List<E> page = List.copyOf(all.subList(0, Math.min(pageSize, all.size())));
          all.subList(0, page.size()).clear();
          return page;
        }

        @Override
        public void close() {
          all.clear();
        }
      };
    }

    @Override
    public Map<String, StoredEntry> getMany(Collection<String> keys) {
      Map<String, StoredEntry> found = new HashMap<>();
      batched()
          .getMany(keys)
          .forEach(
              (key, text) -> {
                Entry<String> entry = storage().entry(key).orElseThrow();
                assertThat(entry.value()).isEqualTo(text);
                found.put(key, stored(entry));
              });
      return found;
    }

    @Override
    public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
      Map<String, String> texts = new LinkedHashMap<>();
      entries.forEach((key, entry) -> texts.put(key, text(entry)));
      batched().setMany(texts);
      Map<String, EntryMeta> metas = new HashMap<>();
      texts.keySet().forEach(key -> metas.put(key, meta(storage().entry(key).orElseThrow())));
      return metas;
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      return batched().deleteMany(keys);
    }

    @Override
    public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
      Map<String, Precondition> conditions = new LinkedHashMap<>();
      checks.forEach(check -> conditions.put(check.key(), check.precondition()));
      List<Operation<String>> operations = new ArrayList<>();
      for (Mutation mutation : mutations) {
        Precondition condition = conditions.remove(mutation.key());
        Precondition known = condition == null ? Precondition.NONE : condition;
        operations.add(
            mutation instanceof Mutation.Put put
                ? Operation.set(put.key(), text(put.entry()), how(put.entry(), known))
                : known instanceof Precondition.HasVersion wanted
                    ? Operation.delete(mutation.key(), wanted.version())
                    : Operation.delete(mutation.key()));
      }
      conditions.forEach(
          (key, condition) ->
              operations.add(
                  condition instanceof Precondition.HasVersion wanted
                      ? Operation.check(key, wanted.version())
                      : Operation.checkAbsent(key)));
      try {
        List<OperationResult> results = batched().batch(operations);
        List<CommitResult.Applied> applied = new ArrayList<>();
        for (int i = 0; i < mutations.size(); i++) {
          OperationResult result = results.get(i);
          Optional<EntryMeta> meta = storage().entry(result.key()).map(ThroughTheApi::meta);
          assertThat(result.version()).isEqualTo(meta.map(EntryMeta::version));
          applied.add(new CommitResult.Applied(meta, result.existed()));
        }
        return new CommitResult.Committed(applied);
      } catch (StorageException e) {
        assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.VERSION_CONFLICT);
        return new CommitResult.Conflict("", Optional.empty());
      }
    }

    private static SetOptions how(NewEntry entry, Precondition precondition) {
      SetOptions how = SetOptions.none().andMetadata(entry.metadata());
      if (entry.expires().isPresent()) {
        how = how.andExpiresAt(entry.expires().get());
      }
      if (precondition instanceof Precondition.HasVersion wanted) {
        return how.andIfVersion(wanted.version());
      }
      return precondition instanceof Precondition.Absent ? how.andIfAbsent() : how;
    }

    private static String text(NewEntry entry) {
      return String.valueOf(Json.read(entry.value()));
    }

    private static StoredEntry stored(Entry<String> entry) {
      byte[] value = Json.write(entry.value()).getBytes(StandardCharsets.UTF_8);
      return new StoredEntry(value, meta(entry));
    }

    private static EntryMeta meta(Entry<String> entry) {
      return new EntryMeta(
          entry.version(),
          entry.createdAt(),
          entry.updatedAt(),
          entry.expiresAt(),
          Entries.JSON,
          entry.metadata());
    }

    @Override
    public void close() {
      subject.close();
    }
  }
}
