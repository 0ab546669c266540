package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Indexing;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.IndexDefinition;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps FULLTEXT and SPATIAL indexes up to date: a write only marks its row, and who asks takes in
 * what is marked. Whether that is done matters for speed alone: what is marked when a query reads
 * is looked at besides.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class SideIndexes {
  /** So many rows are taken in by one transaction. */
  private static final int CHUNK = 200;

  private static final int MARK = 10;
  private static final int ROW = 11;

  private final Dialect dialect;
  private final String table;
  private final SideWords words;
  private final Indexing indexing;

  /**
   * Takes the parts.
   *
   * @param table the quoted name
   */
  SideIndexes(Dialect dialect, String table, Indexing indexing) {
    this.dialect = dialect;
    this.table = table;
    this.words = dialect.sideWords();
    this.indexing = indexing;
  }

  String table() {
    return table;
  }

  SideWords words() {
    return words;
  }

  Indexing indexing() {
    return indexing;
  }

  /** What is to be held of a row: words, or a box; of a row that is gone, neither. */
  private record Row(
      Object id, boolean isThere, @Nullable String words, Indexing.@Nullable Box box) {}

  /** Takes in everything that is marked, and waits for others who write. */
  void catchUp(Calls calls, JdbcIndexes.Kept index) {
    boolean more = isMarked(calls, index);
    while (more) {
      more = calls.atomically(session -> takeIn(session, index), done -> true);
    }
  }

  /**
   * Takes in what is marked, as far as that can be done at once.
   *
   * @throws StorageException SERIALIZATION_FAILED or UNSUPPORTED, naming the key, for a value that
   *     cannot be read
   */
  void catchUpIfPossible(Calls calls, JdbcIndexes.Kept index) {
    boolean more = isMarked(calls, index);
    try {
      while (more) {
        more = calls.perhaps(session -> takeIn(session, index)).orElse(false);
      }
    } catch (StorageException e) {
      switch (e.code()) {
        case SERIALIZATION_FAILED, UNSUPPORTED, INTERRUPTED, CLOSED -> throw e;
        default -> {} // what is marked is looked at besides
      }
    }
  }

  private boolean isMarked(Calls calls, JdbcIndexes.Kept index) {
    return calls.read(
        session -> {
          try (ResultSet any = session.statement(words.anyMarked(index.name())).executeQuery()) {
            return any.next();
          }
        });
  }

  /** Returns whether there may be more. */
  private boolean takeIn(Session session, JdbcIndexes.Kept index) throws SQLException {
    Optional<String> lock = words.lock(index.name());
    if (lock.isPresent()) {
      session.run(lock.get());
    }
    List<Object> marks = new ArrayList<>();
    Map<Object, Row> rows = new LinkedHashMap<>();
    PreparedStatement marked = session.statement(words.marked(table, index.name()));
    marked.setInt(1, CHUNK);
    try (ResultSet found = marked.executeQuery()) {
      while (found.next()) {
        marks.add(found.getLong(MARK));
        Object id = found.getObject(ROW);
        if (!rows.containsKey(id)) {
          rows.put(id, row(found, id, index.definition()));
        }
      }
    }
    PreparedStatement release = session.statement(words.release(index.name()));
    for (Object id : rows.keySet()) {
      release.setObject(1, id);
      release.addBatch();
    }
    release.executeBatch();
    if (SideWords.isFulltext(index.definition())) {
      holdWords(session.statement(words.holdWords(index.name())), rows);
    } else {
      holdBoxes(session.statement(words.holdBox(index.name())), rows);
    }
    PreparedStatement unmark = session.statement(words.unmark(index.name()));
    for (Object mark : marks) {
      unmark.setObject(1, mark);
      unmark.addBatch();
    }
    unmark.executeBatch();
    return marks.size() == CHUNK;
  }

  private Row row(ResultSet found, Object id, IndexDefinition index) throws SQLException {
    if (found.getString(5) == null) { // it has no version, and so is gone
      return new Row(id, false, null, null);
    }
    String key = dialect.key(found, 1);
    StoredEntry entry = Table.entry(dialect, found);
    if (!SideWords.isFulltext(index)) {
      return new Row(id, true, null, box(indexing.places(key, entry, index)));
    }
    List<Indexing.Text> texts = indexing.texts(key, entry, index);
    return new Row(id, !texts.isEmpty(), words.text(texts), null);
  }

  private static Indexing.@Nullable Box box(List<Indexing.Place> places) {
    if (places.isEmpty()) {
      return null;
    }
    return new Indexing.Box(
        places.stream().mapToDouble(Indexing.Place::longitude).min().orElseThrow(),
        places.stream().mapToDouble(Indexing.Place::latitude).min().orElseThrow(),
        places.stream().mapToDouble(Indexing.Place::longitude).max().orElseThrow(),
        places.stream().mapToDouble(Indexing.Place::latitude).max().orElseThrow());
  }

  private static void holdWords(PreparedStatement hold, Map<Object, Row> rows) throws SQLException {
    for (Row row : rows.values()) {
      if (row.isThere()) {
        hold.setObject(1, row.id());
        hold.setString(2, row.words());
        hold.addBatch();
      }
    }
    hold.executeBatch();
  }

  private static void holdBoxes(PreparedStatement hold, Map<Object, Row> rows) throws SQLException {
    for (Row row : rows.values()) {
      Indexing.Box box = row.box();
      if (box != null) {
        hold.setObject(1, row.id());
        hold.setDouble(2, box.west());
        hold.setDouble(3, box.south());
        hold.setDouble(4, box.east());
        hold.setDouble(5, box.north());
        hold.addBatch();
      }
    }
    hold.executeBatch();
  }
}
