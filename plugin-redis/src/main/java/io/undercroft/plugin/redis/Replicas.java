package io.undercroft.plugin.redis;

import io.undercroft.spi.PluginContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import redis.clients.jedis.HostAndPort;

/**
 * The replicas that are read, each over a pool of its own.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Replicas implements AutoCloseable {
  /** How long one that could not be reached is not tried again. */
  private static final long SHUNNED_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final RedisSettings settings;
  private final PluginContext context;
  private final Map<HostAndPort, Server> servers = new ConcurrentHashMap<>();

  /** Since when they could not be reached. */
  private final Map<HostAndPort, Long> shunned = new ConcurrentHashMap<>();

  private volatile boolean closed;

  Replicas(RedisSettings settings, PluginContext context) {
    this.settings = settings;
    this.context = context;
  }

  /** Returns those of them that were reached of late, or not tried. */
  List<HostAndPort> reachable(List<HostAndPort> places) {
    if (shunned.isEmpty()) {
      return places;
    }
    long now = System.nanoTime();
    shunned.values().removeIf(since -> now - since > SHUNNED_NANOS);
    return places.stream().filter(place -> !shunned.containsKey(place)).toList();
  }

  /** Takes in that one could not be reached. */
  void shun(HostAndPort place) {
    shunned.put(place, System.nanoTime());
  }

  /** Returns the replica at this address. */
  Server at(HostAndPort place) {
    Server known = servers.get(place);
    if (known != null) {
      return known;
    }
    synchronized (servers) {
      if (closed) {
        throw Failures.closed();
      }
      return servers.computeIfAbsent(
          place, at -> Server.ofReplica(settings.at(at.getHost(), at.getPort()), context));
    }
  }

  /** Returns the figures of the pools, as text; empty if none was read. */
  String figures() {
    return servers.entrySet().stream()
        .map(replica -> replica.getKey() + ": " + replica.getValue().figures())
        .sorted()
        .collect(Collectors.joining("; "));
  }

  @Override
  public void close() {
    synchronized (servers) {
      closed = true;
    }
    servers.values().forEach(Server::close);
  }
}
