package io.undercroft.plugin.redis;

import io.undercroft.spi.Backend;
import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.Limits;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Queries;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** One storage on a server, or on the nodes of a cluster. */
final class RedisBackend implements Backend {
  /** How entries lie in the server; another layout will have another mark. */
  static final String LAYOUT = "undercroft 1";

  private static final Pattern PARTED = Pattern.compile(LAYOUT + " in ([0-9]{1,3}) parts");

  private final Servers servers;
  private final Parts parts;
  private final Sweeper sweeper;
  private final List<ChangeLog> logs;
  private final Facets facets;
  private final ServerFacts facts;
  private final Replicas replicas;

  private RedisBackend(
      Servers servers,
      Replicas replicas,
      Parts parts,
      Sweeper sweeper,
      List<ChangeLog> logs,
      Facets facets,
      ServerFacts facts) {
    this.servers = servers;
    this.replicas = replicas;
    this.parts = parts;
    this.sweeper = sweeper;
    this.logs = logs;
    this.facets = facets;
    this.facts = facts;
  }

  static RedisBackend open(RedisSettings settings, PluginContext context) {
    if (context.storage().contains("{") || context.storage().contains("}")) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the name '" + context.storage() + "' has a brace in it, which means something to Redis");
    }
    Servers servers =
        settings.cluster() ? new Shards(settings, context) : new Server(settings, context);
    try {
      return open(servers, settings, context);
    } catch (RuntimeException | Error e) {
      servers.close();
      throw e;
    }
  }

  private static RedisBackend open(Servers servers, RedisSettings settings, PluginContext context) {
    Names head = new Names(settings.namespace(), context.storage());
    Link link = servers.holding(head.layout());
    ServerFacts facts = new ServerFacts(link, servers);
    facts.refuseWhatDoesNotFit();
    if (settings.confirm() == Confirm.DISK) {
      Confirmation.demandPossible(link);
    }
    int number = parts(link, head, settings);
    Versions versions = new Versions();
    Parts parts =
        new Parts(
            Parts.tags(context.storage(), number).stream()
                .map(tag -> new Names(settings.namespace(), tag))
                .map(
                    names ->
                        new Space(
                            servers.holding(names.layout()), names, versions, context.clock()))
                .toList());
    for (Space space : parts.all()) {
      space.server().write(connection -> prepare(connection, space.names().layout(), LAYOUT));
    }
    parts.all().forEach(space -> space.shelf().refresh());
    List<ChangeLog> logs = new ArrayList<>();
    if (settings.changesKept() > 0) {
      for (Space space : parts.all()) {
        ChangeLog log = new ChangeLog(space, context, new RedisBatch(parts));
        log.latest(); // begins it
        logs.add(log);
      }
    }
    Optional<Changes> changes =
        logs.isEmpty()
            ? Optional.empty()
            : Optional.of(parts.isSole() ? logs.get(0) : new PartedChanges(logs, context.clock()));
    Map<Space, Topology> topologies = new LinkedHashMap<>();
    for (Space space : parts.all()) {
      topologies.put(space, new Topology(space.server(), context));
    }
    Replicas replicas = new Replicas(settings, context);
    RedisCluster cluster =
        new RedisCluster(
            parts, topologies, replicas, (at, readers) -> facets(at, readers, changes));
    Facets facets = facets(parts, parts, changes).with(Cluster.class, cluster);
    return new RedisBackend(
        servers, replicas, parts, new Sweeper(parts, context), logs, facets, facts);
  }

  /**
   * Returns the number of parts, which is decided here if the storage is new.
   *
   * @throws StorageException INVALID_CONFIG if it was made with another number, or by a version
   *     that lays entries out in another way
   */
  private static int parts(Link link, Names head, RedisSettings settings) {
    int wanted = settings.parts().orElse(1);
    String mark = wanted == 1 ? LAYOUT : LAYOUT + " in " + wanted + " parts";
    String layout = link.write(connection -> prepare(connection, head.layout(), mark));
    Matcher parted = PARTED.matcher(layout);
    int number =
        layout.equals(LAYOUT) ? 1 : parted.matches() ? Integer.parseInt(parted.group(1)) : 0;
    if (number == 0 || (number > 1 && !settings.cluster())) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the entries under '"
              + head
              + "' are laid out as "
              + StorageException.quote(layout)
              + ", which this version does not know; use the version that wrote them, or another"
              + " namespace");
    }
    if (settings.parts().isPresent() && number != wanted) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "parts: is "
              + wanted
              + ", but the storage under '"
              + head
              + "' was made with "
              + number
              + "; leave the option out, or copy the entries into another storage");
    }
    return number;
  }

  /**
   * Returns what works on parts.
   *
   * @param readers the same parts, by the way that entries are read by their keys; queries, counts
   *     and lists of keys come from where is written, so that they fit together
   */
  private static Facets facets(Parts parts, Parts readers, Optional<Changes> changes) {
    RedisBatch batch = new RedisBatch(parts, readers);
    RedisKeyValue entries = new RedisKeyValue(parts, readers, batch);
    Facets facets = Facets.of(entries).with(Batch.class, batch).with(Expiry.class, new Expiry() {});
    if (parts.isSole() || parts.first().server().settings().partCommits()) {
      facets = facets.with(Commit.class, new RedisCommit(parts));
    }
    List<RedisIndexes> indexes = new ArrayList<>();
    List<RedisQueries> queries = new ArrayList<>();
    for (Space space : parts.all()) {
      Parts one = new Parts(List.of(space));
      RedisBatch some = new RedisBatch(one);
      RedisIndexes its = new RedisIndexes(space, some);
      indexes.add(its);
      queries.add(new RedisQueries(its, some, new RedisKeyValue(one, one, some)));
    }
    facets =
        facets
            .with(Indexes.class, parts.isSole() ? indexes.get(0) : new PartedIndexes(indexes))
            .with(Queries.class, parts.isSole() ? queries.get(0) : new PartedQueries(queries));
    return changes.isPresent() ? facets.with(Changes.class, changes.get()) : facets;
  }

  /** Makes the scripts known; returns what is marked there, which is this mark if nothing was. */
  private static String prepare(Connection connection, byte[] name, String mark) {
    for (Script script : Script.ALL) {
      Server.load(connection, script);
    }
    connection.sendCommand(Command.SET, name, Names.bytes(mark), Names.bytes("NX"));
    connection.getOne();
    connection.sendCommand(Command.GET, name);
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
    String figures = replicas.figures();
    if (!figures.isEmpty()) {
      details.put("replicaPools", figures);
    }
    try {
      details.put("replication", Topology.text(facets.require(Cluster.class).replicationStatus()));
    } catch (StorageException e) {
      details.put("replication", "unknown: " + e.code());
    }
    return details;
  }

  @Override
  public Optional<BareDriver> bareDriver() {
    return Optional.of(BareKeys.open(parts));
  }

  @Override
  public void ping() {
    for (Space space : parts.all()) {
      space
          .server()
          .read(
              connection -> {
                connection.sendCommand(Command.EXISTS, space.names().layout());
                return connection.getIntegerReply();
              });
    }
  }

  @Override
  public void close() {
    sweeper.close();
    logs.forEach(ChangeLog::close);
    replicas.close();
    servers.close();
  }
}
