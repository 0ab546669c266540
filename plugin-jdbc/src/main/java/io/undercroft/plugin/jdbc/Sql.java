package io.undercroft.plugin.jdbc;

import io.undercroft.storage.query.Order;
import java.util.List;
import java.util.Optional;

/**
 * The statements of one table. All of them are made here, once, when the storage opens: of the
 * table's checked name, of fixed words and of parameters, and of nothing else.
 *
 * <p>A row is bound in the order key, content (document, bytes, content type, version, deadline,
 * metadata), counts (revision, created, updated).
 */
final class Sql {
  static final String CONTENT = "document, bytes, content_type, version, expires_millis, metadata";
  static final String COUNTS = "revision, created_micros, updated_micros";
  private static final String HEAD = "entry_key, version, revision, created_micros, expires_millis";
  static final String ENTRY = "entry_key, " + CONTENT + ", created_micros, updated_micros";
  static final String LIVE = "(expires_millis IS NULL OR expires_millis > ?)";

  /** The column that says whether it is unsure that what was found matches. */
  static final int UNSURE = 10;

  /** The checked name of the table. */
  final String name;

  private final String table;
  private final String seeing;
  private final Sight sight;
  final String get;
  final String getMany;
  final String head;
  final String touch;
  final String lock;
  final String size;
  final String insert;
  final String replace;
  final String delete;
  final String deleteVersion;
  final String deleteMany;
  final String deleteRows;
  final String clear;
  final String sweep;
  final String nextDeadline;
  final String keys;
  final String keysWithin;
  final String scan;
  final String scanWithin;
  final String upsert;
  final String upsertIfAbsent;
  final String updateVersion;
  final String insertMany;
  final String upsertMany;
  final String replaceMany;

  Sql(Dialect dialect, String table) {
    String t = dialect.quoted(table);
    this.name = table;
    this.table = t;
    this.seeing = dialect.seeing(t);
    this.sight = dialect.sight();
    String values = "?, " + content(dialect);
    String counts = "?, ?, ?";
    get = "SELECT " + ENTRY + " FROM " + t + " WHERE entry_key = ?";
    getMany = "SELECT " + ENTRY + " FROM " + t + " WHERE entry_key " + dialect.amongKeys();
    head = "SELECT " + HEAD + " FROM " + t + " WHERE entry_key = ?";
    touch = "UPDATE " + t + " SET revision = revision WHERE entry_key " + dialect.amongKeys();
    lock =
        "SELECT "
            + HEAD
            + " FROM "
            + t
            + " WHERE entry_key "
            + dialect.amongKeys()
            + " ORDER BY entry_key"
            + dialect.forUpdate();
    size =
        "SELECT (SELECT count(*) FROM "
            + t
            + ") - (SELECT count(*) FROM "
            + t
            + " WHERE expires_millis <= ?)";
    String into = "INSERT INTO " + t + dialect.alias() + " (entry_key, " + CONTENT + ", " + COUNTS;
    insert = into + ") VALUES (" + values + ", " + counts + ")" + dialect.unlessThere();
    replace =
        "UPDATE "
            + t
            + " SET document = "
            + dialect.document()
            + ", bytes = ?, content_type = ?, version = ?, expires_millis = ?, metadata = "
            + dialect.metadata()
            + ", revision = ?, created_micros = ?, updated_micros = ? WHERE entry_key = ?";
    delete = "DELETE FROM " + t + " WHERE entry_key = ? AND " + LIVE;
    deleteVersion = "DELETE FROM " + t + " WHERE entry_key = ? AND version = ? AND " + LIVE;
    deleteMany = dialect.deleteMany(t, LIVE);
    deleteRows = "DELETE FROM " + t + " WHERE entry_key " + dialect.amongKeys();
    clear = "DELETE FROM " + t;
    sweep = dialect.sweep(t);
    nextDeadline = "SELECT min(expires_millis) FROM " + t;
    String from = " FROM " + t + " WHERE entry_key >= ?";
    String within = " AND entry_key < ?";
    String page = " AND " + LIVE + " ORDER BY entry_key LIMIT ?";
    keys = "SELECT entry_key" + from + page;
    keysWithin = "SELECT entry_key" + from + within + page;
    scan = "SELECT " + ENTRY + from + page;
    scanWithin = "SELECT " + ENTRY + from + within + page;

    String over = " ON CONFLICT (entry_key) DO UPDATE SET " + dialect.takeOver();
    String expired = " WHERE e.expires_millis <= ?";
    String returning = " RETURNING created_micros, updated_micros, revision";
    upsert = into + ") VALUES (" + values + ", " + counts + ")" + over + returning;
    upsertIfAbsent =
        into + ") VALUES (" + values + ", " + counts + ")" + over + expired + returning;
    insertMany = dialect.insertMany(into);
    upsertMany = dialect.upsertMany(into, over);
    replaceMany = dialect.replaceMany(t);
    updateVersion =
        "UPDATE "
            + t
            + " SET document = "
            + dialect.document()
            + ", bytes = ?, content_type = ?, version = ?, expires_millis = ?, metadata = "
            + dialect.metadata()
            + ", revision = revision + 1, updated_micros = CASE WHEN created_micros > ? THEN"
            + " created_micros ELSE ? END WHERE entry_key = ? AND version = ? AND "
            + LIVE
            + returning;
  }

  /**
   * Returns the page of what is found behind a key, with everything that the engine cannot see
   * into: bound are key, clause, now, limit.
   */
  String found(String clause) {
    return "SELECT "
        + ENTRY
        + ", "
        + sight.unseen()
        + " FROM "
        + seeing
        + " WHERE entry_key > ? AND ("
        + sight.unseen()
        + " OR ("
        + clause
        + ")) AND "
        + LIVE
        + " ORDER BY entry_key LIMIT ?";
  }

  /**
   * As {@link #found}, of rows that are found by something else than their document, which is the
   * first to be looked at.
   */
  String foundAmong(String clause) {
    return "SELECT "
        + ENTRY
        + ", 1 = 0 FROM (SELECT * FROM "
        + table
        + " WHERE entry_key > ? AND "
        + clause
        + " AND "
        + LIVE
        + ") AS f ORDER BY entry_key LIMIT ?";
  }

  /**
   * Returns the first of what is found in an order, behind everything that is odd to it: bound are
   * clause, now, limit.
   */
  String sorted(String clause, IndexWords words, List<Order> order) {
    String odd = words.odd(order.stream().map(Order::field).toList());
    return "SELECT "
        + ENTRY
        + ", "
        + odd
        + " IS TRUE AS odd FROM "
        + seeing
        + " WHERE ("
        + sight.unseen()
        + " OR ("
        + clause
        + ")) AND "
        + LIVE
        + " ORDER BY odd DESC, "
        + words.ordered(order)
        + ", entry_key LIMIT ?";
  }

  /** Returns what is found, to be counted or grouped. */
  Rows rows(Clause said) {
    String from = seeing + " WHERE " + sight.seen() + " AND (" + said.sql() + ") AND " + LIVE;
    return new Rows(from, unseen(), said, Optional.empty());
  }

  private String unseen() {
    return table + " WHERE " + sight.unseen() + " AND " + LIVE;
  }

  /** Returns the number of what the engine cannot see into: bound is now. */
  String countUnseen() {
    return "SELECT count(*) FROM " + unseen();
  }

  private static String content(Dialect dialect) {
    return dialect.document() + ", ?, ?, ?, ?, " + dialect.metadata();
  }
}
