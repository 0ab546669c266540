package io.undercroft.testkit;

import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What is asked: a storage of JSON documents, or what stands for one. */
interface QueryTarget {
  /** The ways in which a query is asked. */
  enum Way {
    /** As it is. */
    QUERY,
    /** For its values only. */
    VALUES,
    /** How many match. */
    COUNT,
    /** The first one. */
    FIRST,
    /** Page by page, each going on after the cursor of the one before. */
    PAGES,
    /** Written as a text and read again. */
    TEXT,
    /** In a transaction that has written something and is rolled back. */
    TRANSACTION
  }

  /** What answers. */
  interface Answers {
    List<QueryResult<Object>> query(Query query);

    List<Object> values(Query query);

    long count(Query query);

    Optional<Object> first(Query query);
  }

  /** Returns the ways that there are. */
  Set<Way> ways();

  /** Removes everything, indexes too. */
  void clear();

  /** Sets these documents, and deletes where there is none. */
  void write(Map<String, Optional<Object>> documents);

  /** Makes these the only indexes. */
  void index(List<IndexDefinition> indexes);

  /** Returns what answers. */
  Answers answers();

  /** Writes, asks, and takes the writes back. */
  void inTransaction(Map<String, Optional<Object>> documents, Consumer<Answers> work);

  /** Returns the query, written as a text and read again. */
  Query throughText(Query query);
}
