package io.undercroft.plugin.redis;

import io.undercroft.spi.PluginContext;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Node;
import io.undercroft.storage.Node.Health;
import io.undercroft.storage.Node.Role;
import io.undercroft.storage.ReplicationStatus;
import io.undercroft.storage.StorageException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The servers that hold a part of the storage: the primary, and its replicas. The primary tells of
 * those that are connected to it; of others the Sentinels know, or the other nodes of a cluster.
 * Without Sentinels a server that has gone is known for as long as the storage is open.
 *
 * <p>How many replicas there should be is the option {@code replicas}, or as many as were known at
 * one time; never fewer than are connected.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Topology {
  private static final Logger LOG = System.getLogger(Topology.class.getPackageName());
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A replica says something every second; one that is silent for longer is impaired. */
  private static final long SILENT_SECONDS = 3;

  /** What is said of a primary that cannot be asked. */
  private static final Set<ErrorCode> AWAY =
      EnumSet.of(ErrorCode.CONNECTION_FAILED, ErrorCode.CONNECTION_LOST, ErrorCode.TIMEOUT);

  private final Link server;
  private final PluginContext context;
  private final Map<String, Instant> seen = new ConcurrentHashMap<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile List<HostAndPort> following = List.of();
  private volatile int expected;
  private volatile long looked;

  Topology(Link server, PluginContext context) {
    this.server = server;
    this.context = context;
    this.expected = server.settings().replicas().orElse(0);
    this.looked = System.nanoTime() - FRESH_NANOS;
  }

  /**
   * Returns the nodes as they are known now.
   *
   * @throws StorageException if neither the primary nor a Sentinel tells
   */
  List<Node> nodes() {
    Instant now = context.clock().instant();
    List<Told> told = told();
    Map<String, Node> nodes = new LinkedHashMap<>();
    try {
      Replication replication = look(told);
      Node primary = node(server.primary(), Role.PRIMARY, Health.HEALTHY, now);
      nodes.put(primary.id(), primary);
      for (Replication.Replica replica : replication.replicas()) {
        Instant heard = now.minusSeconds(replica.silentSeconds());
        boolean well = isWell(replica);
        nodes.put(
            replica.address(),
            node(replica.address(), Role.REPLICA, well ? Health.HEALTHY : Health.DEGRADED, heard));
      }
    } catch (StorageException e) {
      if (told.isEmpty() || !AWAY.contains(e.code())) {
        throw e;
      }
      // The Sentinels know whom the primary does not tell of now.
    }
    for (Told one : told) {
      Health health = one.down() ? Health.OFFLINE : Health.DEGRADED; // answers, not to the primary
      Role role = one.primary() && nodes.isEmpty() ? Role.PRIMARY : Role.REPLICA;
      nodes.putIfAbsent(
          one.address(), node(one.address(), role, health, now.minusMillis(one.silentMillis())));
    }
    if (!server.remembers()) {
      gone(nodes);
    }
    return List.copyOf(nodes.values());
  }

  private static boolean isWell(Replication.Replica replica) {
    return replica.online() && replica.silentSeconds() <= SILENT_SECONDS;
  }

  private static Node node(String address, Role role, Health health, Instant seen) {
    return new Node(address, address, role, health, seen);
  }

  /** Adds those that were there before, the last seen first, up to the number that should be. */
  private void gone(Map<String, Node> nodes) {
    seen.entrySet().stream()
        .filter(one -> !nodes.containsKey(one.getKey()))
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(Math.max(0, expected + 1 - nodes.size()))
        .toList()
        .forEach(
            one ->
                nodes.put(
                    one.getKey(),
                    node(one.getKey(), Role.REPLICA, Health.OFFLINE, one.getValue())));
  }

  /** Returns how far the replicas are, in bytes of what the primary writes for them. */
  ReplicationStatus status() {
    Replication replication = look(told());
    Map<String, Long> lagging = new HashMap<>();
    for (Replication.Replica replica : replication.replicas()) {
      long behind = replication.offset() - replica.offset();
      if (!replica.online() || behind > 0) {
        lagging.put(replica.address(), Math.max(0, behind));
      }
    }
    int connected = replication.replicas().size();
    return new ReplicationStatus(
        1 + expected, connected - lagging.size(), lagging, Math.max(0, expected - connected));
  }

  static String text(ReplicationStatus status) {
    return "copies: "
        + status.factor()
        + "; replicas: "
        + status.synced()
        + " up to date, "
        + status.lagging().size()
        + " behind, "
        + status.offline()
        + " away";
  }

  /** Returns how many replicas there should be, by what is known now. */
  int replicas() {
    look(told());
    return expected;
  }

  /** Returns how many replicas there should be, by what was known a second or so ago. */
  int replicasOfLate() {
    lookInTime();
    return expected;
  }

  /** Returns the replicas that followed well, by what was known a second or so ago. */
  List<HostAndPort> followingOfLate() {
    lookInTime();
    return following;
  }

  private void lookInTime() {
    if (System.nanoTime() - looked > FRESH_NANOS && looking.compareAndSet(false, true)) {
      try {
        context.executor().execute(this::lookAgain);
      } catch (RejectedExecutionException e) {
        looking.set(false);
        LOG.log(Level.DEBUG, "the runtime is ending; the replicas are not counted again", e);
      }
    }
  }

  private void lookAgain() {
    try {
      look(told());
    } catch (StorageException e) {
      // Nobody waits for this; the writers are told why they cannot write.
      LOG.log(Level.DEBUG, "the replicas could not be counted", e);
    } finally {
      looked = System.nanoTime();
      looking.set(false);
    }
  }

  private List<Told> told() {
    if (server.isClosed()) {
      throw Failures.closed();
    }
    try {
      return server.told();
    } catch (JedisException | StorageException e) {
      LOG.log(Level.DEBUG, "nobody else tells of the servers; the primary may", e);
      return List.of();
    }
  }

  /** Asks the primary, and counts. */
  private Replication look(List<Told> told) {
    Replication replication = server.read(Topology::ask);
    Instant now = context.clock().instant();
    replication.replicas().forEach(replica -> seen.put(replica.address(), now));
    following =
        replication.replicas().stream()
            .filter(Topology::isWell)
            .map(replica -> HostAndPort.from(replica.address()))
            .toList();
    if (!server.remembers()) {
      seen.put(server.primary(), now); // it may be another one later
    }
    int connected = replication.replicas().size();
    int listed = Math.max(0, told.size() - 1);
    synchronized (seen) {
      expected =
          server
              .settings()
              .replicas()
              .map(wanted -> Math.max(wanted, connected))
              .orElseGet(
                  () -> Math.max(asMany(told) ? listed : Math.max(expected, listed), connected));
    }
    looked = System.nanoTime();
    return replication;
  }

  /** Returns whether no more servers are to be expected than are told of. */
  private boolean asMany(List<Told> told) {
    return server.remembers() && !told.isEmpty();
  }

  private static Replication ask(Connection connection) {
    connection.sendCommand(Command.INFO, "replication");
    return Replication.of(ServerFacts.lines(connection.getBinaryBulkReply()));
  }
}
