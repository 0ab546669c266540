package io.undercroft.plugin.jdbc;

import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.event.ChangeType;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table of the latest changes. It is there while anybody watches, and some minutes longer: a
 * storage that nobody watches pays nothing. What lies between its beginning and its end is a
 * <em>life</em>.
 *
 * <p><b>Threads:</b> as safe as its calls.
 */
final class ChangeTable {
  private static final String REGISTRY = "undercroft_feeds";
  private static final int RADIX = 36;

  /** How long a life goes on after it was last renewed. */
  static final Duration LASTS = Duration.ofMinutes(5);

  private final Calls calls;
  private final Dialect dialect;
  private final FeedWords words;
  private final String table;
  private final Table entries;
  private final int kept;
  private final SecureRandom random = new SecureRandom();
  private final String make;
  private final String find;
  private final String add;
  private final String renew;
  private final String remove;
  private final String last;
  private final String after;
  private final String forgotten;
  private final String forget;
  private final String drop;
  private final Optional<EarlyChanges> early;

  /** A life, and the last change in it. */
  record Life(String name, long last) {}

  /**
   * One change.
   *
   * @param kind SET, DELETE or EXPIRE
   * @param version that of what was set
   * @param set what was set, unless it is so large that it is not held
   * @param updated when it was set, by the clock of who did it
   * @param noted when it was noted, by the engine's
   */
  record Noted(
      long id,
      ChangeType kind,
      String key,
      Optional<String> version,
      Optional<StoredEntry> set,
      Instant updated,
      Instant noted) {
    boolean isTooLarge() {
      return version.isPresent() && set.isEmpty();
    }
  }

  /**
   * What came after a change.
   *
   * @param isWhole whether nothing of it is missing
   * @param last how far it goes
   */
  record Range(List<Noted> changes, boolean isWhole, long last) {}

  /**
   * Takes the parts.
   *
   * @param entries the entries of the table
   * @param kept how many changes are kept
   */
  ChangeTable(
      Calls calls, Dialect dialect, FeedWords words, String table, Table entries, int kept) {
    this.calls = calls;
    this.dialect = dialect;
    this.words = words;
    this.table = table;
    this.entries = entries;
    this.kept = kept;
    String registry = dialect.quoted(REGISTRY);
    String changes = dialect.quoted(FeedWords.changes(table));
    this.make =
        "CREATE TABLE IF NOT EXISTS "
            + registry
            + " (table_name VARCHAR(64) NOT NULL PRIMARY KEY, life VARCHAR(32) NOT NULL,"
            + " until_millis BIGINT NOT NULL, forgotten BIGINT NOT NULL)";
    this.find =
        "SELECT life, until_millis < "
            + words.now()
            + " FROM "
            + registry
            + " WHERE table_name = ?";
    this.add =
        "INSERT INTO "
            + registry
            + " (table_name, life, until_millis, forgotten) VALUES (?, ?, "
            + words.now()
            + " + ?, 0)";
    this.renew =
        "UPDATE "
            + registry
            + " SET until_millis = "
            + words.now()
            + " + ? WHERE table_name = ? AND life = ?";
    this.remove = "DELETE FROM " + registry + " WHERE table_name = ?";
    this.last = "SELECT max(id) FROM " + changes;
    this.after =
        "SELECT "
            + Sql.ENTRY
            + ", id, kind, at_millis FROM "
            + changes
            + " WHERE id > ? ORDER BY id LIMIT ?"
            + (words.early() ? EarlyChanges.WAITING : "");
    this.early =
        words.early() ? Optional.of(new EarlyChanges(changes, words.now())) : Optional.empty();
    this.forgotten = "SELECT forgotten FROM " + registry + " WHERE table_name = ? AND life = ?";
    this.forget =
        "UPDATE "
            + registry
            + " SET forgotten = ? WHERE table_name = ? AND life = ? AND forgotten < ?";
    this.drop = "DELETE FROM " + changes + " WHERE id <= ?";
  }

  /** What stands in the registry. */
  private record State(String life, boolean isOver) {}

  private @Nullable State state(Session session) throws SQLException {
    try (PreparedStatement statement = session.connection().prepareStatement(find)) {
      statement.setString(1, table);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? new State(row.getString(1), row.getBoolean(2)) : null;
      }
    }
  }

  /** Begins a life, or joins the one that there is; it goes on for a while. */
  Life join() {
    return calls.atomically(this::join, joined -> true);
  }

  private Life join(Session session) throws SQLException {
    return alone(session, this::joinAlone);
  }

  /** Begins or ends a life while nobody else does. */
  private <R> R alone(Session session, Calls.Call<R> call) throws SQLException {
    boolean done = false;
    dialect.lockFeeds(session);
    try {
      R result = call.run(session);
      done = true;
      return result;
    } finally {
      dialect.unlockFeeds(session, done);
    }
  }

  private Life joinAlone(Session session) throws SQLException {
    session.runOnce(make);
    State there = state(session);
    if (there != null) {
      renew(session, there.life());
      return new Life(there.life(), settled(session, there.life()));
    }
    for (String statement : words.create()) {
      session.runOnce(statement);
    }
    String life = Long.toUnsignedString(random.nextLong(), RADIX);
    try (PreparedStatement statement = session.connection().prepareStatement(add)) {
      statement.setString(1, table);
      statement.setString(2, life);
      statement.setLong(3, LASTS.toMillis());
      statement.executeUpdate();
    }
    return new Life(life, settled(session, life));
  }

  /** Returns the last change that there is; all before it are there as well. */
  private long settled(Session session, String life) throws SQLException {
    long last = last(session);
    if (early.isPresent()) {
      early.get().await(session, forgotten(session, life), last);
    }
    return last;
  }

  private long last(Session session) throws SQLException {
    try (ResultSet row = session.statement(last).executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /** Returns the last change that there is. */
  long last() {
    return calls.read(this::last);
  }

  /** Lets a life go on for a while; returns whether it is still there. */
  boolean renew(String life) {
    return calls.write(session -> renew(session, life));
  }

  private boolean renew(Session session, String life) throws SQLException {
    PreparedStatement statement = session.statement(renew);
    statement.setLong(1, LASTS.toMillis());
    statement.setString(2, table);
    statement.setString(3, life);
    return statement.executeUpdate() > 0;
  }

  /** Ends the life that nobody has renewed for too long, if there is one. */
  void endIfOver() {
    if (calls.read(this::isOver)) {
      calls.atomically(this::endIfOver, ended -> ended);
    }
  }

  private boolean isOver(Session session) throws SQLException {
    if (!dialect.hasTable(session, REGISTRY)) {
      return false;
    }
    State there = state(session);
    return there != null && there.isOver();
  }

  private boolean endIfOver(Session session) throws SQLException {
    return alone(session, this::endAlone);
  }

  private boolean endAlone(Session session) throws SQLException {
    if (!isOver(session)) {
      return false;
    }
    for (String statement : words.end()) {
      session.runOnce(statement);
    }
    try (PreparedStatement statement = session.connection().prepareStatement(remove)) {
      statement.setString(1, table);
      statement.executeUpdate();
    }
    return true;
  }

  /** Returns the first changes after one. */
  Range after(String life, long id, int most) {
    return calls.read(session -> after(session, life, id, most));
  }

  /** What is missing is asked for last, so that nothing can go missing in between. */
  private Range after(Session session, String life, long id, int most) throws SQLException {
    List<Noted> changes = new ArrayList<>();
    long last = id;
    long beyond = 0;
    PreparedStatement statement = session.statement(after);
    statement.setLong(1, id);
    statement.setInt(2, most);
    try (ResultSet row = statement.executeQuery()) {
      while (row.next() && beyond == 0) {
        long next = row.getLong(10);
        if (early.isPresent() && next > last + 1) {
          beyond = next;
        } else {
          last = next;
          if (!row.getString(11).equals(EarlyChanges.NOTHING)) {
            changes.add(noted(row));
          }
        }
      }
    }
    if (forgotten(session, life) > id) {
      return new Range(changes, false, last);
    }
    if (early.isPresent()) {
      if (beyond > 0) {
        early.get().fill(session, last, beyond);
      }
      Set<Long> overwritten =
          changes.isEmpty() ? Set.of() : early.get().overwritten(session, id, last);
      changes.removeIf(change -> overwritten.contains(change.id()));
    }
    return new Range(changes, true, last);
  }

  /** Returns up to which change they are not kept any more; everything, in a life that is over. */
  private long forgotten(Session session, String life) throws SQLException {
    PreparedStatement check = session.statement(forgotten);
    check.setString(1, table);
    check.setString(2, life);
    try (ResultSet row = check.executeQuery()) {
      return row.next() ? row.getLong(1) : Long.MAX_VALUE;
    }
  }

  private Noted noted(ResultSet row) throws SQLException {
    Optional<String> version = Optional.ofNullable(row.getString(5));
    boolean held = row.getString(2) != null || row.getBytes(3) != null;
    return new Noted(
        row.getLong(10),
        ChangeType.valueOf(row.getString(11)),
        dialect.key(row, 1),
        version,
        held ? Optional.of(entries.entry(row)) : Optional.empty(),
        Moment.ofMicros(row.getLong(9)),
        Instant.ofEpochMilli(row.getLong(12)));
  }

  /** Removes what is more than is kept. */
  void trim(String life) {
    calls.atomically(session -> trim(session, life), trimmed -> trimmed);
  }

  private boolean trim(Session session, String life) throws SQLException {
    long upTo = last(session) - kept;
    PreparedStatement note = session.statement(forget);
    note.setLong(1, upTo);
    note.setString(2, table);
    note.setString(3, life);
    note.setLong(4, upTo);
    if (note.executeUpdate() == 0) {
      return false; // somebody else has done it
    }
    PreparedStatement statement = session.statement(drop);
    statement.setLong(1, upTo);
    statement.executeUpdate();
    return true;
  }
}
