package io.undercroft.testkit;

import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionalStorage;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link QueryableStorage}: one meaning on every backend, whatever the engine does of it. */
interface QueryContract extends Contract {
  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS) // of the full size; the usual one takes seconds
  default void everyQueryIsAnsweredAsItIsMeant() {
    Storage<Object> storage = subject().storage(Object.class);
    Assumptions.assumeTrue(
        storage.supports(QueryableStorage.class), () -> subject().id() + " has no queries");
    Seed.run(
        (seed, random) -> {
          Typed target = new Typed(storage, subject().plugin().queryText());
          int size = QueryDifferential.size();
          long start = System.nanoTime();
          QueryTally tally = new QueryDifferential(target, random).run(200 * size, 500 * size);
          tally.requireEverything(target.ways());
          System.out.printf(
              "queries: %s: 0 differences in %.1f s: %s, seed %d%n",
              subject().id(), (System.nanoTime() - start) / 1e9, tally, seed);
        });
  }

  /** The storage that an application gets. */
  record Typed(Storage<Object> storage, Optional<UnaryOperator<Query>> text)
      implements QueryTarget {
    @Override
    public Set<Way> ways() {
      Set<Way> ways = EnumSet.allOf(Way.class);
      if (text.isEmpty()) {
        ways.remove(Way.TEXT);
      }
      if (!storage.supports(TransactionalStorage.class)) {
        ways.remove(Way.TRANSACTION);
      }
      return ways;
    }

    @Override
    public void clear() {
      index(List.of());
      storage.clear();
    }

    @Override
    public void write(Map<String, Optional<Object>> documents) {
      Map<String, Object> set = new LinkedHashMap<>();
      List<String> delete = new ArrayList<>();
      documents.forEach(
          (key, document) ->
              document.ifPresentOrElse(value -> set.put(key, value), () -> delete.add(key)));
      storage.batched().setMany(set);
      storage.batched().deleteMany(delete);
    }

    @Override
    public void index(List<IndexDefinition> indexes) {
      if (storage.supports(IndexedStorage.class)) {
        IndexedStorage<Object> indexed = storage.indexed();
        indexed.listIndexes().forEach(index -> indexed.dropIndex(index.definition().name()));
        indexes.forEach(indexed::createIndex);
      }
    }

    @Override
    public Answers answers() {
      return new Asked(storage.queryable());
    }

    @Override
    public void inTransaction(Map<String, Optional<Object>> documents, Consumer<Answers> work) {
      try (Transaction<Object> transaction = storage.transactional().beginTransaction()) {
        documents.forEach(
            (key, document) ->
                document.ifPresentOrElse(
                    value -> transaction.set(key, value), () -> transaction.delete(key)));
        work.accept(new Asked(transaction.queryable()));
        transaction.rollback();
      }
    }

    @Override
    public Query throughText(Query query) {
      return text.orElseThrow().apply(query);
    }
  }

  /** What a storage answers. */
  record Asked(QueryableStorage<Object> storage) implements QueryTarget.Answers {
    @Override
    public List<QueryResult<Object>> query(Query query) {
      try (Stream<QueryResult<Object>> results = storage.query(query)) {
        return results.toList();
      }
    }

    @Override
    public List<Object> values(Query query) {
      return storage.findMany(query);
    }

    @Override
    public long count(Query query) {
      return storage.count(query);
    }

    @Override
    public Optional<Object> first(Query query) {
      return storage.findOne(query);
    }
  }
}
