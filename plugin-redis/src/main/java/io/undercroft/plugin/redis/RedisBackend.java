package io.undercroft.plugin.redis;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Limits;
import io.undercroft.spi.PluginContext;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** One storage on a server. */
final class RedisBackend implements Backend {
  /** How entries lie in the server; another layout will have another mark. */
  static final String LAYOUT = "undercroft 1";

  private final Server server;
  private final Sweeper sweeper;
  private final Optional<ChangeLog> changes;
  private final Facets facets;
  private final ServerFacts facts;
  private final Topology topology;

  private RedisBackend(
      Server server,
      Sweeper sweeper,
      Optional<ChangeLog> changes,
      Facets facets,
      ServerFacts facts,
      Topology topology) {
    this.server = server;
    this.sweeper = sweeper;
    this.changes = changes;
    this.facets = facets;
    this.facts = facts;
    this.topology = topology;
  }

  static RedisBackend open(RedisSettings settings, PluginContext context) {
    if (context.storage().contains("{") || context.storage().contains("}")) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the name '" + context.storage() + "' has a brace in it, which means something to Redis");
    }
    Server server = new Server(settings, context);
    try {
      return open(server, settings, context);
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  private static RedisBackend open(Server server, RedisSettings settings, PluginContext context) {
    Names names = new Names(settings.namespace(), context.storage());
    Space space = new Space(server, names, context.clock());
    ServerFacts facts = new ServerFacts(server);
    facts.refuseWhatDoesNotFit();
    String layout = server.write(connection -> prepare(connection, names));
    if (!layout.equals(LAYOUT)) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the entries under '"
              + names
              + "' are laid out as "
              + StorageException.quote(layout)
              + ", which this version does not know; use the version that wrote them, or another"
              + " namespace");
    }
    Optional<ChangeLog> changes = Optional.empty();
    if (settings.changesKept() > 0) {
      ChangeLog log = new ChangeLog(space, context, new RedisBatch(space));
      log.latest(); // begins it
      changes = Optional.of(log);
    }
    Optional<ChangeLog> log = changes;
    Topology topology = new Topology(server, context);
    Facets facets =
        facets(space, log)
            .with(Cluster.class, new RedisCluster(space, topology, at -> facets(at, log)));
    return new RedisBackend(server, new Sweeper(space, context), changes, facets, facts, topology);
  }

  private static Facets facets(Space space, Optional<ChangeLog> changes) {
    RedisBatch batch = new RedisBatch(space);
    Facets facets =
        Facets.of(new RedisKeyValue(space, batch))
            .with(Batch.class, batch)
            .with(Commit.class, new RedisCommit(space))
            .with(Expiry.class, new Expiry() {});
    return changes.map(log -> facets.with(Changes.class, log)).orElse(facets);
  }

  /** Makes the scripts known; returns how the storage is laid out, which is decided here if new. */
  private static String prepare(Connection connection, Names names) {
    for (Script script : Script.ALL) {
      Server.load(connection, script);
    }
    connection.sendCommand(Command.SET, names.layout(), Names.bytes(LAYOUT), Names.bytes("NX"));
    connection.getOne();
    connection.sendCommand(Command.GET, names.layout());
    return Names.text(connection.getBinaryBulkReply());
  }

  @Override
  public Facets facets() {
    return facets;
  }

  @Override
  public Limits limits() {
    return Limits.DEFAULT;
  }

  @Override
  public Map<String, String> details() {
    Map<String, String> details = facts.details();
    try {
      details.put("replication", Topology.text(topology.status()));
    } catch (StorageException e) {
      details.put("replication", "unknown: " + e.code());
    }
    return details;
  }

  @Override
  public void ping() {
    server.read(Connection::ping);
  }

  @Override
  public void close() {
    sweeper.close();
    changes.ifPresent(ChangeLog::close);
    server.close();
  }
}
