package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Queries;
import io.undercroft.spi.StoredEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one table, outside of transactions or in one, as the {@link Calls} are.
 *
 * <p>Where the engine returns what it writes, a put is one statement; elsewhere, and for several
 * entries at once, the rows are locked in the order of their keys, looked at and written.
 *
 * <p><b>Threads:</b> as safe as its calls.
 */
final class Table implements KeyValue, Batch, Commit, Expiry {
  private static final int CHUNK = 1_000;
  private static final long CHUNK_BYTES = 8L << 20;

  /** A kept statement would keep what was bound to it. */
  private static final int LARGE = 64 << 10;

  private final Calls calls;
  private final Place place;

  /**
   * What every view of a table shares.
   *
   * @param expiring told when an entry with a deadline is written
   * @param indexes the engine's, where it keeps any
   */
  record Place(
      Dialect dialect,
      Sql sql,
      Clock clock,
      Versions versions,
      Runnable expiring,
      @Nullable JdbcIndexes indexes) {
    /**
     * Returns whether there is a unique index. As engines look at it row by row, what leaves a
     * value must go before what takes it; so must what is past its deadline.
     */
    boolean hasUnique() {
      return indexes != null
          && indexes.known().stream().anyMatch(index -> index.definition().unique());
    }
  }

  Table(Calls calls, Place place) {
    this.calls = calls;
    this.place = place;
  }

  private long nowMillis() {
    return place.clock().millis();
  }

  // ---- reading

  @Override
  public Optional<StoredEntry> get(String key) {
    return calls.read(session -> read(session, key));
  }

  private Optional<StoredEntry> read(Session session, String key) throws SQLException {
    PreparedStatement statement = session.statement(place.sql().get);
    place.dialect().bindKey(statement, 1, key);
    try (ResultSet row = statement.executeQuery()) {
      return row.next()
          ? Optional.of(entry(row))
              .filter(entry -> !entry.meta().isExpired(place.clock().instant()))
          : Optional.empty();
    }
  }

  /** Reads an entry that a query has found, and whether it is unsure. */
  Queries.Found found(ResultSet row) throws SQLException {
    return new Queries.Found(
        place.dialect().key(row, 1),
        entry(row),
        OptionalDouble.empty(),
        "",
        row.getBoolean(Sql.UNSURE));
  }

  StoredEntry entry(ResultSet row) throws SQLException {
    return entry(place.dialect(), row);
  }

  static StoredEntry entry(Dialect dialect, ResultSet row) throws SQLException {
    byte[] value = dialect.document(row, 2);
    if (value == null) {
      value = row.getBytes(3);
    }
    long deadline = row.getLong(6);
    Optional<Instant> expires =
        row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(deadline));
    return new StoredEntry(
        value,
        new EntryMeta(
            row.getString(5),
            Moment.ofMicros(row.getLong(8)),
            Moment.ofMicros(row.getLong(9)),
            expires,
            row.getString(4),
            Metadata.read(row.getString(7))));
  }

  @Override
  public boolean has(String key) {
    return calls.read(session -> Head.version(head(session, key), nowMillis())).isPresent();
  }

  private @Nullable Head head(Session session, String key) throws SQLException {
    PreparedStatement statement = session.statement(place.sql().head);
    place.dialect().bindKey(statement, 1, key);
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? head(row) : null;
    }
  }

  private static Head head(ResultSet row) throws SQLException {
    long deadline = row.getLong(5);
    Long expires = row.wasNull() ? null : deadline;
    return new Head(row.getString(2), row.getLong(3), row.getLong(4), expires);
  }

  @Override
  public long size() {
    return calls.read(
        session -> {
          PreparedStatement statement = session.statement(place.sql().size);
          statement.setLong(1, nowMillis());
          try (ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getLong(1) : 0L;
          }
        });
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return new Scan<>(
        calls,
        place.dialect(),
        place.clock(),
        place.sql().keys,
        place.sql().keysWithin,
        new Scan.Shape<>() {
          @Override
          public String read(ResultSet row) throws SQLException {
            return place.dialect().key(row, 1);
          }

          @Override
          public String key(String element) {
            return element;
          }

          @Override
          public long bytes(String element) {
            return 2L * element.length();
          }
        },
        prefix,
        pageSize);
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return new Scan<>(
        calls,
        place.dialect(),
        place.clock(),
        place.sql().scan,
        place.sql().scanWithin,
        new Scan.Shape<>() {
          @Override
          public KeyedEntry read(ResultSet row) throws SQLException {
            return new KeyedEntry(place.dialect().key(row, 1), entry(row));
          }

          @Override
          public String key(KeyedEntry element) {
            return element.key();
          }

          @Override
          public long bytes(KeyedEntry element) {
            return 256L + element.entry().value().length;
          }
        },
        prefix,
        pageSize);
  }

  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    Map<String, StoredEntry> found = new LinkedHashMap<>();
    for (List<String> some : chunks(keys)) {
      calls.read(session -> readMany(session, some, found));
    }
    return found;
  }

  private boolean readMany(Session session, List<String> keys, Map<String, StoredEntry> found)
      throws SQLException {
    PreparedStatement statement = session.statement(place.sql().getMany);
    place.dialect().bindKeys(session, statement, 1, keys);
    Instant now = place.clock().instant();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        StoredEntry entry = entry(row);
        if (!entry.meta().isExpired(now)) {
          found.put(place.dialect().key(row, 1), entry);
        }
      }
    }
    return true;
  }

  private static List<List<String>> chunks(Collection<String> keys) {
    List<String> all = new ArrayList<>(new LinkedHashSet<>(keys));
    List<List<String>> chunks = new ArrayList<>();
    for (int from = 0; from < all.size(); from += CHUNK) {
      chunks.add(all.subList(from, Math.min(all.size(), from + CHUNK)));
    }
    return chunks;
  }

  // ---- writing one

  private Row row(String key, NewEntry entry) {
    return Row.of(key, entry, place.versions().next(), place.clock().instant(), place.dialect());
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    Row row = row(key, entry);
    PutResult result =
        place.dialect().returnsWhatItWrites()
            ? calls.write(session -> putInOne(session, row, precondition))
            : calls.atomically(
                session -> putLocked(session, row, precondition),
                done -> done instanceof PutResult.Written);
    if (row.expiresMillis != null && result instanceof PutResult.Written) {
      place.expiring().run();
    }
    return result;
  }

  private PutResult putInOne(Session session, Row row, Precondition precondition)
      throws SQLException {
    while (true) {
      PutResult.Written written = written(session, row, precondition);
      if (written != null) {
        return written;
      }
      Optional<String> found = Head.version(head(session, row.key), nowMillis());
      if (precondition instanceof Precondition.HasVersion || found.isPresent()) {
        return new PutResult.Conflict(found);
      } // else what was there has gone meanwhile
    }
  }

  private PutResult.@Nullable Written written(Session session, Row row, Precondition precondition)
      throws SQLException {
    PreparedStatement statement = bound(session, row, precondition);
    PutResult.Written written = null;
    try (ResultSet result = statement.executeQuery()) {
      // To the end: only then SQLite has committed.
      while (result.next()) {
        written =
            new PutResult.Written(
                row.meta(result.getLong(1), result.getLong(2)), result.getLong(3) == 1);
      }
    } finally {
      if (row.value.length > LARGE) {
        statement.clearParameters();
      }
    }
    return written;
  }

  private PreparedStatement bound(Session session, Row row, Precondition precondition)
      throws SQLException {
    Dialect dialect = place.dialect();
    Sql sql = place.sql();
    long now = nowMillis();
    if (precondition instanceof Precondition.HasVersion wanted) {
      PreparedStatement statement = session.statement(sql.updateVersion);
      dialect.bindContent(statement, 1, row);
      statement.setLong(7, row.updatedMicros);
      statement.setLong(8, row.updatedMicros);
      dialect.bindKey(statement, 9, row.key);
      statement.setString(10, wanted.version());
      statement.setLong(11, now);
      return statement;
    }
    boolean absent = precondition instanceof Precondition.Absent;
    PreparedStatement statement = session.statement(absent ? sql.upsertIfAbsent : sql.upsert);
    dialect.bindKey(statement, 1, row.key);
    dialect.bindContent(statement, 2, row);
    Dialect.bindCounts(statement, 8, row);
    statement.setLong(11, now);
    statement.setLong(12, now);
    statement.setLong(13, now);
    if (absent) {
      statement.setLong(14, now);
    }
    return statement;
  }

  private PutResult putLocked(Session session, Row row, Precondition precondition)
      throws SQLException {
    long now = nowMillis();
    Head there = lock(session, List.of(row.key)).get(row.key);
    Optional<String> found = Head.version(there, now);
    if (!holds(precondition, found)) {
      return new PutResult.Conflict(found);
    }
    Row next = there == null ? row : row.after(there, now);
    if (there == null) {
      place.dialect().insert(session, place.sql(), List.of(next));
    } else {
      place.dialect().replace(session, place.sql(), List.of(next));
    }
    return new PutResult.Written(next.meta(), found.isEmpty());
  }

  private static boolean holds(Precondition precondition, Optional<String> found) {
    if (precondition instanceof Precondition.HasVersion wanted) {
      return found.isPresent() && found.get().equals(wanted.version());
    }
    return precondition instanceof Precondition.None || found.isEmpty();
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    if (precondition instanceof Precondition.Absent) {
      return has(key) ? DeleteResult.CONFLICT : DeleteResult.ABSENT;
    }
    if (precondition instanceof Precondition.HasVersion wanted) {
      boolean gone = calls.write(session -> deleteVersion(session, key, wanted.version()));
      return gone ? DeleteResult.DELETED : DeleteResult.CONFLICT;
    }
    boolean gone = calls.write(session -> delete(session, key));
    return gone ? DeleteResult.DELETED : DeleteResult.ABSENT;
  }

  private boolean delete(Session session, String key) throws SQLException {
    PreparedStatement statement = session.statement(place.sql().delete);
    place.dialect().bindKey(statement, 1, key);
    statement.setLong(2, nowMillis());
    return statement.executeUpdate() > 0;
  }

  private boolean deleteVersion(Session session, String key, String version) throws SQLException {
    PreparedStatement statement = session.statement(place.sql().deleteVersion);
    place.dialect().bindKey(statement, 1, key);
    statement.setString(2, version);
    statement.setLong(3, nowMillis());
    return statement.executeUpdate() > 0;
  }

  @Override
  public void clear() {
    calls.write(session -> session.statement(place.sql().clear).executeUpdate());
  }

  // ---- writing many

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    Map<String, EntryMeta> written = new HashMap<>();
    List<Row> chunk = new ArrayList<>();
    long bytes = 0;
    boolean expiring = false;
    for (Map.Entry<String, NewEntry> each : new TreeMap<>(entries).entrySet()) {
      Row row = row(each.getKey(), each.getValue());
      expiring |= row.expiresMillis != null;
      chunk.add(row);
      bytes += row.value.length;
      if (chunk.size() == CHUNK || bytes >= CHUNK_BYTES) {
        written.putAll(putChunk(List.copyOf(chunk)));
        chunk.clear();
        bytes = 0;
      }
    }
    if (!chunk.isEmpty()) {
      written.putAll(putChunk(List.copyOf(chunk)));
    }
    if (expiring) {
      place.expiring().run();
    }
    return written;
  }

  private Map<String, EntryMeta> putChunk(List<Row> rows) {
    return place.sql().upsertMany.isEmpty() || place.hasUnique()
        ? calls.atomically(session -> putChunkLocked(session, rows), done -> true)
        : calls.write(session -> putChunkInOne(session, rows));
  }

  private Map<String, EntryMeta> putChunkInOne(Session session, List<Row> rows)
      throws SQLException {
    Map<String, Row> byKey = new HashMap<>();
    rows.forEach(row -> byKey.put(row.key, row));
    PreparedStatement statement = session.statement(place.sql().upsertMany);
    Postgres.bindRows(session.connection(), statement, rows);
    long now = nowMillis();
    statement.setLong(11, now);
    statement.setLong(12, now);
    statement.setLong(13, now);
    Map<String, EntryMeta> written = new HashMap<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        String key = place.dialect().key(result, 1);
        Row row = byKey.get(key);
        if (row != null) {
          written.put(key, row.meta(result.getLong(2), result.getLong(3)));
        }
      }
    } finally {
      statement.clearParameters();
    }
    return written;
  }

  private Map<String, EntryMeta> putChunkLocked(Session session, List<Row> rows)
      throws SQLException {
    Map<String, EntryMeta> written = new HashMap<>();
    Map<String, Head> there = lock(session, rows.stream().map(row -> row.key).toList());
    write(session, rows, there, nowMillis()).forEach(row -> written.put(row.key, row.meta()));
    return written;
  }

  /** Writes rows over what is there and locked; returns what they have become. */
  private List<Row> write(Session session, List<Row> rows, Map<String, Head> there, long now)
      throws SQLException {
    List<Row> fresh = new ArrayList<>();
    List<Row> next = new ArrayList<>();
    for (Row row : rows) {
      Head head = there.get(row.key);
      if (head == null) {
        fresh.add(row);
      } else {
        next.add(row.after(head, now));
      }
    }
    if (place.hasUnique()) {
      remove(session, next.stream().map(row -> row.key).toList());
      next.addAll(fresh);
      place.dialect().insert(session, place.sql(), next);
      return next;
    }
    if (!fresh.isEmpty()) {
      place.dialect().insert(session, place.sql(), fresh);
    }
    if (!next.isEmpty()) {
      place.dialect().replace(session, place.sql(), next);
    }
    next.addAll(fresh);
    return next;
  }

  /** Locks the rows under these keys, in their order, and returns what is there. */
  private Map<String, Head> lock(Session session, List<String> keys) throws SQLException {
    Map<String, Head> there = new HashMap<>();
    if (place.dialect().locksByTouch()) {
      PreparedStatement touch = session.statement(place.sql().touch);
      place.dialect().bindKeys(session, touch, 1, keys);
      touch.executeUpdate();
    }
    PreparedStatement statement = session.statement(place.sql().lock);
    place.dialect().bindKeys(session, statement, 1, keys);
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        there.put(place.dialect().key(row, 1), head(row));
      }
    }
    return there;
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    long deleted = 0;
    for (List<String> some : chunks(keys)) {
      deleted += calls.write(session -> deleteSome(session, some));
    }
    return deleted;
  }

  private long deleteSome(Session session, List<String> keys) throws SQLException {
    PreparedStatement statement = session.statement(place.sql().deleteMany);
    place.dialect().bindKeys(session, statement, 1, keys);
    statement.setLong(2, nowMillis());
    return statement.executeUpdate();
  }

  // ---- several as one

  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    if (checks.isEmpty() && mutations.isEmpty()) {
      calls.read(session -> true); // whether it is open
      return new CommitResult.Committed(List.of());
    }
    Map<String, Row> puts = new TreeMap<>();
    TreeSet<String> keys = new TreeSet<>();
    checks.forEach(check -> keys.add(check.key()));
    boolean expiring = false;
    for (Mutation mutation : mutations) {
      keys.add(mutation.key());
      if (mutation instanceof Mutation.Put put) {
        Row row = row(put.key(), put.entry());
        puts.put(put.key(), row);
        expiring |= row.expiresMillis != null;
      }
    }
    CommitResult result =
        calls.atomically(
            session -> commit(session, List.copyOf(keys), checks, mutations, puts),
            done -> done instanceof CommitResult.Committed);
    if (expiring) {
      place.expiring().run();
    }
    return result;
  }

  private CommitResult commit(
      Session session,
      List<String> keys,
      List<Check> checks,
      List<Mutation> mutations,
      Map<String, Row> puts)
      throws SQLException {
    long now = nowMillis();
    Map<String, Head> there = lock(session, keys);
    for (Check check : checks) {
      Optional<String> found = Head.version(there.get(check.key()), now);
      if (!holds(check.precondition(), found)) {
        return new CommitResult.Conflict(check.key(), found);
      }
    }
    List<String> held = hold(session, checks, there, puts);
    List<String> removed = new ArrayList<>();
    for (Mutation mutation : mutations) {
      if (!puts.containsKey(mutation.key()) && there.containsKey(mutation.key())) {
        removed.add(mutation.key());
      }
    }
    remove(session, removed);
    Map<String, Row> written = new HashMap<>();
    write(session, List.copyOf(puts.values()), there, now)
        .forEach(row -> written.put(row.key, row));
    List<CommitResult.Applied> results = new ArrayList<>();
    for (Mutation mutation : mutations) {
      Row row = written.get(mutation.key());
      Head head = there.get(mutation.key());
      results.add(
          new CommitResult.Applied(
              row == null ? Optional.empty() : Optional.of(row.meta()),
              Head.version(head, now).isPresent()));
    }
    remove(session, held);
    return new CommitResult.Committed(results);
  }

  /**
   * Keeps others from writing, until the commit, under keys that must be absent and are not written
   * by this one. Returns those keys: what is there is to be removed.
   */
  private List<String> hold(
      Session session, List<Check> checks, Map<String, Head> there, Map<String, Row> puts)
      throws SQLException {
    if (place.dialect().writerHasWholeDatabase()) {
      return List.of();
    }
    TreeMap<String, Row> placeholders = new TreeMap<>();
    for (Check check : checks) {
      String key = check.key();
      if (!there.containsKey(key)
          && !puts.containsKey(key)
          && check.precondition() instanceof Precondition.Absent) {
        placeholders.put(key, Row.placeholder(key, place.versions().next()));
      }
    }
    if (!placeholders.isEmpty()) {
      place.dialect().insert(session, place.sql(), List.copyOf(placeholders.values()));
    }
    return List.copyOf(placeholders.keySet());
  }

  private void remove(Session session, List<String> keys) throws SQLException {
    if (!keys.isEmpty()) {
      PreparedStatement statement = session.statement(place.sql().deleteRows);
      place.dialect().bindKeys(session, statement, 1, keys);
      statement.executeUpdate();
    }
  }
}
