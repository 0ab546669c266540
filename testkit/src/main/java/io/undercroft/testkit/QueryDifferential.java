package io.undercroft.testkit;

import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Query;
import io.undercroft.testkit.QueryTarget.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/**
 * Random documents and queries, put to a target and to {@link QueryMeaning}. The first difference
 * ends it, made as small as a minute of trying makes it.
 */
final class QueryDifferential {
  /** The system property that says how many times 200 documents and 500 queries. */
  static final String PROPERTY = "undercroft.testkit.queries";

  private static final int PHASES = 6;
  private static final Duration SHRINKING = Duration.ofMinutes(1);

  private final QueryTarget target;
  private final QueryDice dice;
  private final QueryTally tally = new QueryTally();
  private final Map<String, Object> documents = new LinkedHashMap<>();
  private List<IndexDefinition> indexes = List.of();

  QueryDifferential(QueryTarget target, Random random) {
    this.target = target;
    this.dice = new QueryDice(random);
  }

  /** Returns the size that the system property gives. */
  static int size() {
    return Integer.getInteger(PROPERTY, 1);
  }

  /**
   * Asks without indexes, then with one random set of indexes after the other; between two of them
   * a tenth of the documents is written anew, half before the indexes are there, half behind.
   */
  QueryTally run(int count, int queries) {
    target.clear();
    while (documents.size() < count) {
      documents.putIfAbsent(dice.key(), dice.document());
    }
    Map<String, Optional<Object>> writes = new LinkedHashMap<>();
    documents.forEach((key, document) -> writes.put(key, Optional.of(document)));
    target.write(writes);
    documents.values().forEach(tally::document);
    List<Way> ways = new ArrayList<>(new TreeSet<>(target.ways()));
    ways.remove(Way.QUERY);
    for (int i = 0; i < queries; i++) {
      if (i > 0 && i % Math.max(1, queries / PHASES) == 0) {
        change(count / 20);
        indexes = dice.indexes();
        target.index(indexes);
        change(count / 20);
      }
      Query query = dice.query();
      List<String> all = QueryMeaning.inOrder(query, documents);
      tally.query(query, all.size(), documents.size());
      check(new QueryCase(documents, indexes, false, Map.of(), query, Way.QUERY, 0), all);
      if (!ways.isEmpty()) {
        other(query, ways.get(i % ways.size()), all);
      }
    }
    return tally;
  }

  private void change(int count) {
    Map<String, Optional<Object>> writes = writes(count);
    writes.forEach(
        (key, document) ->
            document.ifPresentOrElse(
                value -> documents.put(key, value), () -> documents.remove(key)));
    target.write(writes);
  }

  /** As many documents come as go; others change. */
  private Map<String, Optional<Object>> writes(int count) {
    Map<String, Optional<Object>> writes = new LinkedHashMap<>();
    List<String> keys = List.copyOf(documents.keySet());
    for (int i = 0; i < count; i++) {
      switch (dice.below(4)) {
        case 0 -> writes.put(dice.key(), Optional.of(dice.document()));
        case 1 -> writes.put(dice.one(keys), Optional.empty());
        default -> writes.put(dice.one(keys), Optional.of(dice.document()));
      }
    }
    return writes;
  }

  private void other(Query query, Way way, List<String> all) {
    boolean inTransaction = way == Way.TRANSACTION;
    QueryCase asked =
        new QueryCase(
            documents,
            indexes,
            false,
            inTransaction ? writes(1 + dice.below(4)) : Map.of(),
            query,
            way,
            way == Way.PAGES ? 1 + dice.below(5) + all.size() / 6 : 0);
    check(asked, inTransaction ? QueryMeaning.inOrder(query, asked.visible()) : all);
  }

  private void check(QueryCase asked, List<String> all) {
    tally.asked(asked.way());
    asked.ask(target, all).ifPresent(difference -> fail(asked, difference));
  }

  private void fail(QueryCase asked, String difference) {
    QueryCase whole =
        new QueryCase(
            new LinkedHashMap<>(documents),
            asked.indexes(),
            false,
            asked.uncommitted(),
            asked.query(),
            asked.way(),
            asked.page());
    QueryCase indexedBefore =
        new QueryCase(
            whole.documents(),
            whole.indexes(),
            true,
            whole.uncommitted(),
            whole.query(),
            whole.way(),
            whole.page());
    for (QueryCase again : List.of(whole, indexedBefore)) {
      if (again.replay(target).isPresent()) {
        long start = System.nanoTime();
        QueryCase smallest =
            again.shrunk(
                smaller -> smaller.replay(target).isPresent(),
                smaller -> System.nanoTime() - start < SHRINKING.toNanos());
        throw new AssertionError(
            "a query is not answered as it is meant, shrunk to "
                + smallest.documents().size()
                + " of "
                + documents.size()
                + " documents:"
                + smallest
                + "\n  "
                + smallest.replay(target).orElse("not seen again"));
      }
    }
    throw new AssertionError(
        "a query is not answered as it is meant, and is over the same documents, written anew: "
            + asked.way()
            + " "
            + asked.query()
            + " with "
            + asked.indexes()
            + " over "
            + documents.size()
            + " documents: "
            + difference);
  }
}
