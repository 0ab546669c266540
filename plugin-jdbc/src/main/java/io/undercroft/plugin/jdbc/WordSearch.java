package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Indexing;
import io.undercroft.spi.Queries.Found;
import io.undercroft.spi.Sought;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a fulltext index finds. The engine finds the rows that it holds as they are, and ranks them;
 * the others are looked at one by one.
 *
 * <p><b>Threads:</b> as safe as its calls.
 */
final class WordSearch {
  private static final int MOST_HITS = 1_000_000;
  private static final int FIRST_PAGE = 128;
  private static final int LARGEST_PAGE = 1_000;

  private final Calls calls;
  private final Table table;
  private final Table.Place place;
  private final SideIndexes side;
  private final JdbcIndexes.Kept index;
  private final List<String> fields;
  private final Sought sought;
  private final Optional<Clause> clause;

  /**
   * Takes the parts.
   *
   * @throws StorageException INVALID_QUERY if too much is searched
   */
  WordSearch(
      Calls calls,
      Table table,
      Table.Place place,
      SideIndexes side,
      JdbcIndexes.Kept index,
      Indexing.Search search) {
    this.calls = calls;
    this.table = table;
    this.place = place;
    this.side = side;
    this.index = index;
    this.fields = IndexWords.fields(index.definition());
    this.sought = side.indexing().sought(search.searched());
    this.clause =
        side.words()
            .asked(sought, fields)
            .map(
                asked ->
                    new Clause(side.words().search(side.table(), index.name()), List.of(asked)));
  }

  /** One that was found, by the version that was looked at. */
  private record Hit(String key, String version, double score) {}

  /** What the engine finds, and the keys of what is to be looked at besides. */
  private record Read(List<Hit> hits, List<String> besides) {}

  /** Returns the statement; empty if there is no word to find. */
  Optional<Clause> clause() {
    return clause;
  }

  void bind(PreparedStatement statement, Clause asked, long most) throws SQLException {
    long now = place.clock().millis();
    int at = asked.bind(statement, 1);
    statement.setLong(at++, now);
    statement.setLong(at++, most);
    statement.setLong(at, now);
  }

  long count() {
    return hits(Long.MAX_VALUE).size();
  }

  /** Returns what is found, the best first; if only so many are wanted, perhaps no more. */
  Cursor<Found> found(long most) {
    return new Entries(most);
  }

  private List<Hit> hits(long most) {
    if (clause.isEmpty()) {
      return List.of();
    }
    side.catchUpIfPossible(calls, index);
    Read read = calls.read(session -> read(session, clause.get(), Math.min(most, MOST_HITS + 1)));
    List<Hit> hits = read.hits();
    for (int from = 0; from < read.besides().size(); from += FIRST_PAGE) {
      int to = Math.min(read.besides().size(), from + FIRST_PAGE);
      table
          .getMany(read.besides().subList(from, to))
          .forEach(
              (key, entry) -> {
                double score = score(key, entry);
                if (score > 0) {
                  hits.add(new Hit(key, entry.meta().version(), score));
                }
              });
    }
    if (!read.besides().isEmpty()) {
      hits.sort(
          Comparator.comparingDouble(Hit::score)
              .reversed()
              .thenComparing(Hit::key, Whole::byCodePoint));
    }
    if (hits.size() > MOST_HITS) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "the search finds more than 1,000,000 entries; ask for rarer words, or with a limit");
    }
    return hits;
  }

  private Read read(Session session, Clause asked, long most) throws SQLException {
    Read read = new Read(new ArrayList<>(), new ArrayList<>());
    PreparedStatement statement = session.statement(asked.sql());
    bind(statement, asked, most);
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        String key = place.dialect().key(rows, 1);
        double score = rows.getDouble(3);
        if (rows.wasNull()) {
          read.besides().add(key);
        } else {
          read.hits().add(new Hit(key, rows.getString(2), score));
        }
      }
    }
    return read;
  }

  private double score(String key, StoredEntry entry) {
    return side.words()
        .besides(
            new Occurrences(side.indexing().texts(key, entry, index.definition()), fields)
                .score(sought));
  }

  /** The entries of the hits, a page at a time. */
  private final class Entries implements Cursor<Found> {
    private List<Hit> left;
    private boolean limited;
    private int pageSize = FIRST_PAGE;

    Entries(long most) {
      this.limited = most <= LARGEST_PAGE;
      this.left = hits(limited ? most : Long.MAX_VALUE);
      this.pageSize = limited ? LARGEST_PAGE : FIRST_PAGE;
    }

    @Override
    public List<Found> next() {
      List<Found> page = new ArrayList<>();
      while (page.isEmpty() && !left.isEmpty()) {
        int to = Math.min(pageSize, left.size());
        List<Hit> some = left.subList(0, to);
        page = page(some);
        if (limited && page.size() < some.size()) { // others wrote meanwhile
          limited = false;
          left = hits(Long.MAX_VALUE);
          page = List.of();
        } else {
          left = left.subList(to, left.size());
        }
        pageSize = LARGEST_PAGE;
      }
      return page;
    }

    private List<Found> page(List<Hit> hits) {
      Map<String, StoredEntry> there = table.getMany(hits.stream().map(Hit::key).toList());
      List<Found> page = new ArrayList<>(hits.size());
      for (Hit hit : hits) {
        StoredEntry entry = there.get(hit.key());
        if (entry != null
            && (entry.meta().version().equals(hit.version()) || score(hit.key(), entry) > 0)) {
          page.add(new Found(hit.key(), entry, OptionalDouble.of(hit.score())));
        }
      }
      return page;
    }

    @Override
    public void close() {
      left = List.of();
    }
  }
}
