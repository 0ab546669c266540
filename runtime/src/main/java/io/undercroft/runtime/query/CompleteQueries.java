package io.undercroft.runtime.query;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Queries;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * {@link Queries} whose every answer is complete: nothing is left over, the order is kept, limit,
 * offset and cursor are applied, the fields are selected, and each entry carries its cursor.
 *
 * <p>The entries come from {@link Candidates} if they know a way, and from a scan if they do not.
 * Results without an order are handed out while the scan goes on, with one page in memory; an order
 * with a limit holds as many entries as limit and offset say; an order without a limit, all of
 * them. No query holds more than 1,000,000 entries or 256 MiB: beyond, it is INVALID_QUERY.
 *
 * <p>A value is read as far as the condition's fields lie in it, one that matches as far as the
 * order's do, too, and neither further. <b>Errors:</b> a value that cannot be read as a document up
 * to there fails the query, naming the key, with SERIALIZATION_FAILED, or with UNSUPPORTED if its
 * form has no documents; a query that looks at no field reads no document, and does not fail.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public final class CompleteQueries implements Queries {
  private static final int PAGE = 200;

  private final KeyValue entries;
  private final Candidates candidates;
  private final Documents documents;
  private final Clock clock;
  private final Bounds bounds;

  /**
   * Takes what there is.
   *
   * @param entries the live entries
   * @param candidates a better way to them
   * @param documents reads their values
   * @param clock tells whether what waits to be handed out has expired
   */
  public CompleteQueries(
      KeyValue entries, Candidates candidates, Documents documents, Clock clock) {
    this(entries, candidates, documents, clock, Bounds.DEFAULT);
  }

  CompleteQueries(
      KeyValue entries, Candidates candidates, Documents documents, Clock clock, Bounds bounds) {
    this.entries = Objects.requireNonNull(entries, "entries");
    this.candidates = Objects.requireNonNull(candidates, "candidates");
    this.documents = Objects.requireNonNull(documents, "documents");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.bounds = bounds;
  }

  @Override
  public Answer query(Query query) {
    Ordering ordering = Ordering.of(query);
    Cursors cursors = new Cursors(documents, ordering);
    Optional<Place> after = query.after().map(cursors::read);
    Answer found = found(query, after);
    try {
      boolean paged = query.limit().isPresent() || query.offset() > 0 || after.isPresent();
      boolean ordered = found.ordered() || (ordering.isByKey() && !paged);
      Wanted wanted = Wanted.nothing();
      Matching matching = matching(found.residual(), wanted);
      ordering.addTo(wanted);
      Hits hits =
          new Hits(found.entries(), Reading.inTurn(documents, wanted, matching), ordering, after);
      Finish finish =
          new Finish(
              cursors,
              query.select(),
              found.limited() ? 0 : query.offset(),
              found.limited() ? Long.MAX_VALUE : query.limit().orElse(Long.MAX_VALUE));
      Cursor<Found> results =
          ordered
              ? finish.streamed(hits, documents)
              : finish.sorted(hits, documents, ordering, bounds, clock);
      return new Answer(results, Optional.empty(), true, true);
    } catch (RuntimeException | Error e) {
      Cursor<Found> open = found.entries();
      try (open) {
        throw e;
      }
    }
  }

  private Matching matching(Optional<Condition> condition, Wanted wanted) {
    return condition
        .map(rest -> Matching.of(rest, wanted, candidates::isSpatial))
        .orElse(Matching.everything());
  }

  /** Returns the candidates for a query, or the scan with all of it left over. */
  private Answer found(Query query, Optional<Place> after) {
    Query first =
        new Query(
            query.where(),
            query.order(),
            query.limit(),
            query.offset(),
            List.of(),
            Optional.empty());
    return after
        .flatMap(place -> candidates.candidatesBehind(first, place))
        .or(() -> candidates.candidates(after.isEmpty() ? first : whole(query)))
        .map(answer -> sure(answer, query.where()))
        .orElseGet(() -> new Answer(scan(), query.where(), false, false));
  }

  /** What is left over is evaluated of every entry, and so of those that are unsure. */
  private Answer sure(Answer answer, Optional<Condition> where) {
    return answer.residual().equals(where)
        ? answer
        : new Answer(
            new Doubts(answer.entries(), where, documents, candidates::isSpatial),
            answer.residual(),
            answer.ordered(),
            answer.limited());
  }

  /** Returns a query for all results, from the first to the last. */
  private static Query whole(Query query) {
    return new Query(
        query.where(), query.order(), OptionalLong.empty(), 0, List.of(), Optional.empty());
  }

  private Cursor<Found> scan() {
    return new Scan(entries.scan("", PAGE));
  }

  private record Scan(Cursor<KeyedEntry> below) implements Cursor<Found> {
    @Override
    public List<Found> next() {
      return below.next().stream()
          .map(found -> new Found(found.key(), found.entry(), OptionalDouble.empty()))
          .toList();
    }

    @Override
    public void close() {
      below.close();
    }
  }

  @Override
  public OptionalLong count(Optional<Condition> where) {
    if (where.isEmpty()) {
      return OptionalLong.of(entries.size());
    }
    OptionalLong known = candidates.count(where);
    if (known.isPresent()) {
      return known;
    }
    Answer found = found(Query.where(where.get()), Optional.empty());
    try (Cursor<Found> all = found.entries()) {
      Wanted wanted = Wanted.nothing();
      Matching matching = matching(found.residual(), wanted);
      Reading reading = Reading.inTurn(documents, wanted, matching);
      long count = 0;
      for (List<Found> page = all.next(); !page.isEmpty(); page = all.next()) {
        for (Found one : page) {
          if (reading.matching(one) != null) {
            count++;
          }
        }
      }
      return OptionalLong.of(count);
    }
  }

  /**
   * Runs the pipeline over what matches its leading conditions: each document goes through the
   * stages as it comes.
   */
  @Override
  public Optional<Aggregated> aggregate(Pipeline pipeline) {
    return Optional.of(
        new Aggregated(
            candidates
                .aggregate(pipeline)
                .map(first -> finished(pipeline, first))
                .orElseGet(() -> aggregated(pipeline)),
            pipeline.stages().size()));
  }

  /** Does the stages that are left. */
  private List<Map<String, Object>> finished(Pipeline pipeline, Aggregated first) {
    if (first.stages() == pipeline.stages().size()) {
      return first.documents();
    }
    Aggregation rest = Aggregation.ofRest(pipeline, first.stages(), bounds);
    long arrival = 0;
    for (Map<String, Object> document : first.documents()) {
      if (!rest.take(document, "", arrival++)) {
        break;
      }
    }
    return rest.end();
  }

  private List<Map<String, Object>> aggregated(Pipeline pipeline) {
    Aggregation run = Aggregation.of(pipeline, bounds);
    Answer found = found(run.where().map(Query::where).orElse(Query.all()), Optional.empty());
    try (Cursor<Found> all = found.entries()) {
      Wanted wanted = run.wanted();
      Matching matching = matching(found.residual(), wanted);
      feed(all, wanted, matching, run);
    }
    return run.end();
  }

  private void feed(Cursor<Found> all, Wanted wanted, Matching matching, Aggregation run) {
    Reading reading = Reading.inTurn(documents, wanted, matching);
    long arrival = 0;
    for (List<Found> page = all.next(); !page.isEmpty(); page = all.next()) {
      for (Found one : page) {
        Map<String, @Nullable Object> document = reading.matching(one);
        if (document != null && !run.take(document, one.key(), arrival++)) {
          return;
        }
      }
    }
  }

  @Override
  public boolean isSpatial(String field) {
    return candidates.isSpatial(field);
  }

  /**
   * Explains. What the candidates know comes from them; a scan is EMULATED, and says in its plan
   * how many entries it would look at.
   */
  @Override
  public Explanation explain(Query query) {
    Optional<Explanation> known = candidates.explain(query);
    if (known.isPresent()) {
      matching(known.get().residual(), Wanted.nothing());
      return known.get();
    }
    matching(query.where(), Wanted.nothing());
    long size = entries.size();
    return new Explanation(
        Support.EMULATED,
        List.of(),
        Optional.empty(),
        query.where(),
        false,
        OptionalLong.of(size),
        List.of("scan of " + size + " entries", sorting(query)));
  }

  private static String sorting(Query query) {
    boolean limited = query.limit().isPresent();
    boolean paged = limited || query.offset() > 0 || query.after().isPresent();
    if (Ordering.of(query).isByKey() && !paged) {
      return "in the order of the scan, one page in memory";
    }
    return limited
        ? "sorted, holding offset and limit in memory"
        : "sorted, holding all that match in memory";
  }

  /** Turns a failure to read one value into one that names its key. */
  static StorageException unreadable(String key, StorageException failure) {
    StorageException named =
        StorageException.of(
            failure.code(),
            "the value under key "
                + StorageException.quote(key)
                + " cannot be looked at by a query: "
                + failure.reason(),
            failure);
    for (Map.Entry<String, String> detail : failure.details().entrySet()) {
      named = named.with(detail.getKey(), detail.getValue());
    }
    return named.with("key", key);
  }
}
