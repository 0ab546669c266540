package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A storage of documents, with what tests of its indexes ask often. */
record IndexStage(IndexedStorage<Map<String, Object>> storage) {
  /** What the documents are. */
  static final TypeRef<Map<String, Object>> DOCUMENT = new TypeRef<>() {};

  /** Takes the subject's storage; the test is skipped if it has no indexes. */
  static IndexStage of(Subject subject) {
    return of(subject.storage(DOCUMENT), subject);
  }

  static IndexStage of(Storage<Map<String, Object>> storage, Subject subject) {
    Assumptions.assumeTrue(
        storage.supports(IndexedStorage.class), () -> subject.id() + " has no indexes");
    return new IndexStage(storage.indexed());
  }

  /** Creates an index; where its kind is not kept, that is said by name, and the test is left. */
  void create(IndexDefinition index) {
    if (!keeps(index)) {
      Assumptions.abort("indexes of the kind " + index.type() + " are not kept");
    }
  }

  /** Creates an index; returns false where its kind is not kept, which is said by name. */
  boolean keeps(IndexDefinition index) {
    try {
      storage.createIndex(index);
      return true;
    } catch (StorageException e) {
      if (e.code() != ErrorCode.UNSUPPORTED) {
        throw e;
      }
      assertThat(e.getMessage()).contains(index.name(), index.type().name());
      return false;
    }
  }

  static List<QueryResult<Map<String, Object>>> results(
      QueryableStorage<Map<String, Object>> storage, Query query) {
    try (Stream<QueryResult<Map<String, Object>>> results = storage.query(query)) {
      return results.toList();
    }
  }

  List<QueryResult<Map<String, Object>>> results(Query query) {
    return results(storage, query);
  }

  /** Returns the keys found, in the order in which they come. */
  static List<String> keys(QueryableStorage<Map<String, Object>> storage, Query query) {
    return results(storage, query).stream().map(QueryResult::key).toList();
  }

  List<String> keys(Query query) {
    return keys(storage, query);
  }

  List<String> keys(Condition where) {
    return keys(Query.where(where));
  }

  /** Returns the keys found, in the query's order, or by name where it has none. */
  List<String> sortedKeys(Query query) {
    List<String> keys = new ArrayList<>(keys(query));
    if (query.order().isEmpty()) {
      keys.sort(null);
    }
    return keys;
  }

  long count(Condition where) {
    return storage.count(Query.where(where));
  }

  /** Returns the keys of all pages, each of which goes on where the one before ended. */
  List<String> paged(Query first) {
    List<String> keys = new ArrayList<>();
    for (List<QueryResult<Map<String, Object>>> page = results(first);
        !page.isEmpty();
        page = results(first.after(page.get(page.size() - 1).cursor()))) {
      page.forEach(result -> keys.add(result.key()));
    }
    return keys;
  }

  /**
   * A write, and the keys that are found after it.
   *
   * @param found by name
   */
  record Written(Runnable write, List<String> found) {
    Written(Runnable write, String... found) {
      this(write, List.of(found));
    }
  }

  /** Does a write and tests what a condition finds then. */
  void after(Written step, Condition where) {
    step.write().run();
    assertThat(sortedKeys(Query.where(where))).isEqualTo(step.found());
    assertThat(count(where)).isEqualTo(step.found().size());
  }

  /** Tests that a condition is refused, whatever is asked with it. */
  StorageException refused(ErrorCode code, Condition where) {
    Expect.failure(code, () -> count(where));
    Expect.failure(code, () -> storage.explain(Query.where(where)));
    return Expect.failure(code, () -> keys(where));
  }

  /** Asks what may be refused where it is asked; returns what it finds, if it is not. */
  static List<String> keysUnlessRefused(
      QueryableStorage<Map<String, Object>> storage, Query query, List<String> otherwise) {
    try {
      return keys(storage, query);
    } catch (StorageException e) {
      if (e.code() != ErrorCode.UNSUPPORTED) {
        throw e;
      }
      return otherwise;
    }
  }
}
