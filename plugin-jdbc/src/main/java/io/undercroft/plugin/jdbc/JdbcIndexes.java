package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Indexes;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Order;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Indexes of the engine's own, over expressions. Their definitions stand in the table {@code
 * undercroft_indexes}, where other processes see them; each has a number, which is its name in the
 * database.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class JdbcIndexes implements Indexes {
  private static final int MOST_INDEXES = 64;
  private static final long FRESH = TimeUnit.SECONDS.toNanos(2);

  private final Calls calls;
  private final Dialect dialect;
  private final Clock clock;
  private final String table;
  private final String registry;
  private final IndexNames names;
  private final IndexWords words;
  private final Optional<SideIndexes> side;
  private final Map<Integer, Counts> counts = new ConcurrentHashMap<>();
  private volatile List<Kept> kept = List.of();
  private volatile long readAt = System.nanoTime();

  /** How often an index was of use. */
  private static final class Counts {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
  }

  /**
   * One index.
   *
   * @param name what it is called in the database
   */
  record Kept(IndexDefinition definition, int number, String name) {}

  /**
   * Knows of no index yet.
   *
   * @param side keeps those of words and places; empty where nobody says what these are
   */
  JdbcIndexes(
      Calls calls,
      Dialect dialect,
      Clock clock,
      String table,
      IndexNames names,
      Optional<SideIndexes> side) {
    this.calls = calls;
    this.dialect = dialect;
    this.clock = clock;
    this.table = table;
    this.registry = dialect.quoted("undercroft_indexes");
    this.names = names;
    this.words = dialect.indexWords();
    this.side = side;
  }

  /** Reads what indexes there are, on the connection that opens the storage. */
  void open(Session session) throws SQLException {
    take(read(session));
  }

  IndexWords words() {
    return words;
  }

  Optional<SideIndexes> side() {
    return side;
  }

  String quotedTable() {
    return dialect.quoted(table);
  }

  // ---- what there is

  /** Returns the indexes as they were known last. */
  List<Kept> known() {
    return kept;
  }

  /** Returns the indexes as they were two seconds ago, or later. */
  List<Kept> current() {
    if (System.nanoTime() - readAt > FRESH) {
      refresh();
    }
    return kept;
  }

  /** Reads what indexes there are. */
  List<Kept> refresh() {
    long now = System.nanoTime();
    List<Kept> there = calls.read(this::read);
    take(there);
    readAt = now;
    return there;
  }

  /** Is not used any more, until it is read again what indexes there are. */
  void forget(Kept index) {
    kept = kept.stream().filter(one -> !one.equals(index)).toList();
    readAt = System.nanoTime() - FRESH;
  }

  private void take(List<Kept> there) {
    kept = List.copyOf(there);
    names.take(there);
  }

  private List<Kept> read(Session session) throws SQLException {
    if (!dialect.hasTable(session, "undercroft_indexes")) {
      return List.of();
    }
    List<Kept> there = new ArrayList<>();
    PreparedStatement statement =
        session.statement(
            "SELECT number, definition FROM " + registry + " WHERE table_name = ? ORDER BY number");
    statement.setString(1, table);
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        int number = rows.getInt(1);
        there.add(new Kept(definition(rows.getString(2)), number, name(number)));
      }
    }
    return there;
  }

  private String name(int number) {
    return IndexNames.of(table, number);
  }

  void hit(Kept index) {
    counts(index).hits.increment();
  }

  void missed(Kept index) {
    counts(index).misses.increment();
  }

  private Counts counts(Kept index) {
    return counts.computeIfAbsent(index.number(), number -> new Counts());
  }

  // ---- the facet

  @Override
  public void create(IndexDefinition index) {
    check(index);
    if (index.unique()) {
      calls.write(this::sweep);
    }
    calls.atomically(session -> create(session, index), done -> true);
    List<Kept> there = refresh();
    there.stream()
        .filter(one -> one.definition().equals(index))
        .forEach(one -> takeIn(one, known -> known.catchUp(calls, one)));
  }

  /**
   * Takes in what is marked; a value that cannot be read fails those who search, and nobody else.
   */
  private void takeIn(Kept index, Consumer<SideIndexes> taking) {
    if (!SideWords.isBeside(index.definition())) {
      return;
    }
    try {
      side.ifPresent(taking);
    } catch (StorageException e) {
      if (e.code() != ErrorCode.SERIALIZATION_FAILED && e.code() != ErrorCode.UNSUPPORTED) {
        throw e;
      }
    }
  }

  /** Returns whether it was not there before. */
  private boolean create(Session session, IndexDefinition index) throws SQLException {
    return alone(session, undoing -> create(session, index, undoing));
  }

  /** A change of what indexes there are. */
  @FunctionalInterface
  private interface Change {
    /**
     * Does it.
     *
     * @param undoing takes the statements that undo it
     */
    boolean make(List<String> undoing) throws SQLException;
  }

  /** Makes a change while nobody else makes one; over a large table it takes minutes. */
  private boolean alone(Session session, Change change) throws SQLException {
    List<String> undoing = new ArrayList<>();
    boolean done = false;
    int wait = session.waitFor(0);
    try {
      dialect.lockIndexes(session);
      try {
        boolean changed = change.make(undoing);
        done = true;
        return changed;
      } finally {
        dialect.unlockIndexes(session, done, undoing);
      }
    } finally {
      session.waitFor(wait);
    }
  }

  private boolean create(Session session, IndexDefinition index, List<String> undoing)
      throws SQLException {
    session.runOnce(
        "CREATE TABLE IF NOT EXISTS "
            + registry
            + " (table_name VARCHAR(64) NOT NULL, number INTEGER NOT NULL, index_name VARCHAR(64)"
            + " NOT NULL, definition TEXT NOT NULL, PRIMARY KEY (table_name, number))"
            + dialect.tableOptions());
    List<Kept> there = read(session);
    int number = 1;
    for (Kept one : there) {
      if (one.definition().name().equals(index.name())) {
        requireEqual(one.definition(), index);
        return false;
      }
      number = Math.max(number, one.number() + 1);
    }
    if (there.size() >= MOST_INDEXES) {
      throw StorageException.of(
          ErrorCode.QUOTA_EXCEEDED,
          "there are "
              + MOST_INDEXES
              + " indexes already, and more are not possible; drop one of them");
    }
    names.add(number, index.name());
    undoing.addAll(dropping(new Kept(index, number, name(number))));
    make(session, number, index);
    PreparedStatement add =
        session.statement(
            "INSERT INTO "
                + registry
                + " (table_name, number, index_name, definition) VALUES (?, ?, ?, ?)");
    add.setString(1, table);
    add.setInt(2, number);
    add.setString(3, index.name());
    add.setString(4, text(index));
    add.executeUpdate();
    return true;
  }

  private void make(Session session, int number, IndexDefinition index) throws SQLException {
    try {
      for (String statement : creating(number, index)) {
        session.runOnce(statement);
      }
    } catch (SQLException e) {
      if (!dialect.hasTooMany(e)) {
        throw e;
      }
      throw StorageException.of(
          ErrorCode.QUOTA_EXCEEDED,
          "the table has as many indexes, or fields in them, as "
              + dialect.engine()
              + " can hold; drop one of them",
          e);
    }
  }

  private List<String> creating(int number, IndexDefinition index) {
    return SideWords.isBeside(index)
        ? dialect.sideWords().create(quotedTable(), name(number), index)
        : words.create(quotedTable(), new Kept(index, number, name(number)));
  }

  private List<String> dropping(Kept index) {
    return SideWords.isBeside(index.definition())
        ? dialect.sideWords().drop(quotedTable(), index.name())
        : words.drop(quotedTable(), index);
  }

  /**
   * What is past its deadline is not there any more, and breaks no rule. It goes in a transaction
   * of its own: where somebody watches, PostgreSQL changes no table that has triggers to run yet.
   */
  private int sweep(Session session) throws SQLException {
    PreparedStatement statement =
        session.statement("DELETE FROM " + quotedTable() + " WHERE expires_millis <= ?");
    statement.setLong(1, clock.millis());
    return statement.executeUpdate();
  }

  private void check(IndexDefinition index) {
    boolean beside = SideWords.isBeside(index);
    if (beside && !dialect.findsBeside()) {
      throw IndexWords.refused(
          index, "is not kept in " + dialect.engine() + "; ORDERED and HASH are");
    }
    if (beside && side.isEmpty()) {
      throw IndexWords.refused(index, "is kept only where the runtime says what its words are");
    }
    if (index.fields().size() > 1
        && (index.type() == IndexDefinition.Type.HASH
            || index.type() == IndexDefinition.Type.SPATIAL)) {
      throw invalid(index, "names " + index.fields().size() + " fields; name one");
    }
    if (beside && index.unique()) {
      throw invalid(index, "cannot be unique; only ORDERED and HASH can");
    }
    if (beside && index.fields().stream().anyMatch(Order::descending)) {
      throw invalid(index, "has no order, so that no field of it can be descending");
    }
    long different = IndexWords.fields(index).stream().distinct().count();
    if (different < index.fields().size()) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "index '%s' names a field twice; name each once".formatted(index.name()));
    }
    if (!IndexWords.fields(index).stream().allMatch(Notation::isPlain)) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "index '%s' names a field with half of a pair of characters".formatted(index.name()));
    }
    for (String field : IndexWords.fields(index)) {
      if (!words.finds(field)) {
        throw IndexWords.refused(
            index,
            "names the field "
                + StorageException.quote(field)
                + ", which "
                + dialect.engine()
                + " does not find, because a name in it begins with '-'");
      }
    }
  }

  private static StorageException invalid(IndexDefinition index, String why) {
    return StorageException.of(
        ErrorCode.INVALID_QUERY,
        "index '%s' is of the kind %s and %s".formatted(index.name(), index.type(), why));
  }

  private static void requireEqual(IndexDefinition there, IndexDefinition wanted) {
    if (!there.equals(wanted)) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "there is an index '%s' with another definition: %s; drop it first, or take another name"
              .formatted(there.name(), there));
    }
  }

  @Override
  public boolean drop(String name) {
    boolean dropped = calls.atomically(session -> drop(session, name), done -> done);
    refresh();
    return dropped;
  }

  private boolean drop(Session session, String name) throws SQLException {
    return alone(session, undoing -> dropAlone(session, name));
  }

  private boolean dropAlone(Session session, String name) throws SQLException {
    for (Kept one : read(session)) {
      if (one.definition().name().equals(name)) {
        for (String statement : dropping(one)) {
          session.runOnce(statement);
        }
        PreparedStatement remove =
            session.statement("DELETE FROM " + registry + " WHERE table_name = ? AND number = ?");
        remove.setString(1, table);
        remove.setInt(2, one.number());
        remove.executeUpdate();
        return true;
      }
    }
    return false;
  }

  @Override
  public List<IndexInfo> list() {
    return refresh().stream().map(this::info).toList();
  }

  private IndexInfo info(Kept index) {
    Counts used = counts(index);
    boolean beside = SideWords.isBeside(index.definition());
    takeIn(index, known -> known.catchUpIfPossible(calls, index));
    return calls.read(
        session ->
            new IndexInfo(
                index.definition(),
                false,
                entries(session, index),
                dialect.indexBytes(session, beside ? SideWords.held(index.name()) : index.name()),
                used.hits.sum(),
                used.misses.sum()));
  }

  private String counting(Kept index) {
    if (SideWords.isBeside(index.definition())) {
      return dialect.sideWords().count(index.name(), index.definition());
    }
    String where =
        index.definition().sparse()
            ? " WHERE " + words.present(IndexWords.fields(index.definition()))
            : "";
    return "SELECT count(*) FROM " + quotedTable() + where;
  }

  private long entries(Session session, Kept index) throws SQLException {
    try (PreparedStatement statement = session.connection().prepareStatement(counting(index));
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  // ---- definitions

  private static String text(IndexDefinition index) {
    JsonArrayBuilder fields = JsonTexts.JSON.createArrayBuilder();
    for (Order field : index.fields()) {
      fields.add(
          JsonTexts.JSON
              .createObjectBuilder()
              .add("field", field.field())
              .add("descending", field.descending()));
    }
    return JsonTexts.JSON
        .createObjectBuilder()
        .add("name", index.name())
        .add("type", index.type().name())
        .add("fields", fields)
        .add("unique", index.unique())
        .add("sparse", index.sparse())
        .build()
        .toString();
  }

  private static IndexDefinition definition(String text) {
    try (JsonReader reader = JsonTexts.JSON.createReader(new StringReader(text))) {
      JsonObject from = reader.readObject();
      List<Order> fields =
          from.getJsonArray("fields").getValuesAs(JsonObject.class).stream()
              .map(field -> new Order(field.getString("field"), field.getBoolean("descending")))
              .toList();
      return new IndexDefinition(
          from.getString("name"),
          IndexDefinition.Type.valueOf(from.getString("type")),
          fields,
          from.getBoolean("unique"),
          from.getBoolean("sparse"));
    }
  }
}
