package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Queries;
import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Queries in the engine. What it cannot say, and what it cannot see into, is left over; what comes
 * in several pages is left over as well, because a value may be written meanwhile that it cannot
 * see into.
 *
 * <p><b>Threads:</b> as safe as its calls.
 */
final class JdbcQueries implements Queries {
  private final Calls calls;
  private final Table table;
  private final Table.Place place;

  JdbcQueries(Calls calls, Table table, Table.Place place) {
    this.calls = calls;
    this.table = table;
    this.place = place;
  }

  private Translation translation(Optional<Condition> where) {
    return Translation.of(where, place.dialect()::notation);
  }

  @Override
  public Answer query(Query query) {
    Translation translation = translation(query.where());
    boolean byKey = query.order().isEmpty();
    boolean pages = byKey && query.limit().isPresent() && translation.residual().isEmpty();
    FoundRows rows =
        new FoundRows(
            calls,
            place,
            translation.said().orElse(Clause.EVERYTHING),
            translation.said().isPresent(),
            pages ? most(query) : Long.MAX_VALUE,
            table::found);
    if (translation.said().isEmpty() || rows.isCertain()) {
      return new Answer(rows, translation.residual(), byKey, false);
    }
    rows.goOn();
    return new Answer(rows, query.where(), byKey, false);
  }

  /** Returns how many results the limit is about, with those that are left out. */
  private static long most(Query query) {
    long limit = query.limit().orElse(Long.MAX_VALUE);
    long most = limit + query.offset();
    return most < 0 ? Long.MAX_VALUE : most;
  }

  @Override
  public OptionalLong count(Optional<Condition> where) {
    Translation translation = translation(where);
    if (translation.said().isEmpty() || translation.residual().isPresent()) {
      return OptionalLong.empty();
    }
    Clause said = translation.said().get();
    return calls.read(session -> count(session, said));
  }

  private OptionalLong count(Session session, Clause said) throws SQLException {
    PreparedStatement statement = session.statement(place.sql().count(said.sql()));
    long now = place.clock().millis();
    int at = said.bind(statement, 1);
    statement.setLong(at++, now);
    statement.setLong(at, now);
    try (ResultSet row = statement.executeQuery()) {
      return row.next() && !row.getBoolean(2)
          ? OptionalLong.of(row.getLong(1))
          : OptionalLong.empty();
    }
  }

  /** Nothing yet: groups are made above, of what the leading conditions find. */
  @Override
  public Optional<List<Map<String, Object>>> aggregate(Pipeline pipeline) {
    return Optional.empty();
  }

  @Override
  public Explanation explain(Query query) {
    Translation translation = translation(query.where());
    Clause said = translation.said().orElse(Clause.EVERYTHING);
    List<String> plan = calls.read(session -> plan(session, said));
    return new Explanation(
        translation.pushedDown().isPresent() ? Support.NATIVE : Support.EMULATED,
        List.of(),
        translation.pushedDown(),
        translation.residual(),
        query.order().isEmpty(),
        OptionalLong.empty(),
        plan);
  }

  private List<String> plan(Session session, Clause said) throws SQLException {
    String sql = place.dialect().explaining() + place.sql().found(said.sql());
    List<String> lines = new ArrayList<>();
    try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
      place.dialect().bindKey(statement, 1, "");
      int at = said.bind(statement, 2);
      statement.setLong(at++, place.clock().millis());
      statement.setInt(at, 1);
      try (ResultSet rows = statement.executeQuery()) {
        int last = rows.getMetaData().getColumnCount();
        while (rows.next()) {
          lines.add(rows.getString(last));
        }
      }
    }
    return lines;
  }
}
