package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Node;
import io.undercroft.storage.ReplicationStatus;
import io.undercroft.storage.StorageException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What PostgreSQL tells of its streaming replicas, and its {@code synchronous_commit}. A replica is
 * called after its slot, or else after its {@code application_name} and where it is; one whose slot
 * nobody uses is away.
 */
final class PostgresReplication implements Replication {
  private static final Pattern COUNT =
      Pattern.compile(
          "\\s*(?:(?:any|first)\\s+)?([0-9]{1,4})\\s*\\(.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final String SELF =
      "SELECT coalesce(host(inet_server_addr()) || ':' || inet_server_port(), 'local'),"
          + " pg_is_in_recovery(), current_setting('synchronous_standby_names')";

  private static final String HERE =
      "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE"
          + " pg_current_wal_insert_lsn() END";

  private static final String REPLICAS =
      "SELECT coalesce(s.slot_name, concat_ws(' ', r.application_name, host(r.client_addr),"
          + " r.client_port, CASE WHEN r.client_addr IS NULL THEN r.pid END)),"
          + " coalesce(host(r.client_addr) || ':' || r.client_port, 'local'), r.state,"
          + " CAST(greatest(pg_wal_lsn_diff("
          + HERE
          + ", r.flush_lsn), 0) AS bigint), CAST(extract(epoch FROM clock_timestamp() -"
          + " r.reply_time) * 1000 AS bigint), r.pid IS NOT NULL FROM pg_stat_replication AS r FULL"
          + " JOIN (SELECT slot_name, active_pid FROM pg_replication_slots WHERE slot_type ="
          + " 'physical') AS s ON s.active_pid = r.pid WHERE r.state IS DISTINCT FROM 'backup'"
          + " ORDER BY 1";

  private static final String BEHIND =
      "SELECT count(*) FROM pg_stat_replication AS r FULL JOIN (SELECT slot_name, active_pid FROM"
          + " pg_replication_slots WHERE slot_type = 'physical') AS s ON s.active_pid = r.pid WHERE"
          + " r.state IS DISTINCT FROM 'backup' AND (r.flush_lsn IS NULL OR r.flush_lsn <"
          + " CAST(? AS pg_lsn))";

  @Override
  public State state(Session session, Instant now) throws SQLException {
    List<Node> nodes = new ArrayList<>();
    Map<String, Long> lagging = new HashMap<>();
    int offline = 0;
    int confirming;
    try (ResultSet row = session.statement(SELF).executeQuery()) {
      row.next();
      String address = row.getString(1);
      Node.Role role = row.getBoolean(2) ? Node.Role.REPLICA : Node.Role.PRIMARY;
      nodes.add(new Node(address, address, role, Node.Health.HEALTHY, now));
      confirming = confirming(row.getString(3));
    }
    try (ResultSet row = session.statement(REPLICAS).executeQuery()) {
      while (row.next()) {
        Node node = node(row, now);
        nodes.add(node);
        long behind = row.getLong(4);
        if (node.health() == Node.Health.OFFLINE) {
          offline++;
        } else if (row.wasNull() || behind > 0) {
          lagging.put(node.id(), row.wasNull() ? Long.MAX_VALUE : behind);
        }
      }
    }
    int replicas = nodes.size() - 1;
    return new State(
        nodes,
        new ReplicationStatus(nodes.size(), replicas - offline - lagging.size(), lagging, offline),
        levels(confirming, replicas));
  }

  private static Node node(ResultSet row, Instant now) throws SQLException {
    String id = row.getString(1);
    if (!row.getBoolean(6)) {
      return new Node(id, id, Node.Role.REPLICA, Node.Health.OFFLINE, Instant.EPOCH);
    }
    String state = row.getString(3);
    if (state == null) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "the user may not see how far the replicas are; grant it the role pg_monitor");
    }
    Instant heard = now.minusMillis(Math.max(0, row.getLong(5)));
    Node.Health health = state.equals("streaming") ? Node.Health.HEALTHY : Node.Health.DEGRADED;
    return new Node(id, row.getString(2), Node.Role.REPLICA, health, heard);
  }

  /** Returns how many replicas a commit waits for, by the server's own setting. */
  static int confirming(String names) {
    Matcher count = COUNT.matcher(names);
    return names.isBlank() ? 0 : count.matches() ? Integer.parseInt(count.group(1)) : 1;
  }

  /** The primary is one of the copies, of which a quorum is more than half. */
  static Set<ConsistencyLevel> levels(int confirming, int replicas) {
    Set<ConsistencyLevel> levels = EnumSet.of(ConsistencyLevel.ONE);
    if (confirming > 0 && 2 * (confirming + 1) > replicas + 1) {
      levels.add(ConsistencyLevel.QUORUM);
    }
    if (confirming > 0 && confirming >= replicas) {
      levels.add(ConsistencyLevel.ALL);
    }
    return levels;
  }

  @Override
  public String position(Session session) throws SQLException {
    try (ResultSet row = session.statement("SELECT CAST(" + HERE + " AS text)").executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  @Override
  public int behind(Session session, String position) throws SQLException {
    PreparedStatement statement = session.statement(BEHIND);
    statement.setString(1, position);
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  /** It waits for as many as the server says, until they have it on their disks; or for none. */
  @Override
  public void confirm(Session session, ConsistencyLevel level) throws SQLException {
    session.run(
        level == ConsistencyLevel.ONE
            ? "SET LOCAL synchronous_commit = local"
            : "SET LOCAL synchronous_commit = on");
  }
}
