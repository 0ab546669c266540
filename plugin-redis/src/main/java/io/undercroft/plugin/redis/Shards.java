package io.undercroft.plugin.redis;

import io.undercroft.spi.PluginContext;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The nodes of a cluster, and which of them has which slot: asked for when the storage is opened,
 * and again whenever a node says otherwise or does not answer.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Shards implements Servers {
  static final int SLOTS = 16_384;

  private static final Logger LOG = System.getLogger(Shards.class.getPackageName());

  /** What several callers find out at one time is asked for once. */
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final RedisSettings settings;
  private final PluginContext context;
  private final Map<HostAndPort, Server> nodes = new ConcurrentHashMap<>();
  private final Object lock = new Object();

  /** Held while nodes are asked, which may take long; the other one never is. */
  private final Object asking = new Object();

  private volatile Owners owners = new Owners(new HostAndPort[SLOTS], Set.of());
  private volatile boolean closed;
  private long asked = System.nanoTime() - FRESH_NANOS;
  private boolean answered;

  /** Who has what, when it was asked for last. */
  private static final class Owners {
    private final @Nullable HostAndPort[] bySlot; // nobody may have one
    private final Set<HostAndPort> all;

    Owners(@Nullable HostAndPort[] bySlot, Set<HostAndPort> all) {
      this.bySlot = bySlot;
      this.all = all;
    }
  }

  /**
   * Looks at the cluster.
   *
   * @throws StorageException CONNECTION_FAILED if no node answers, INVALID_CONFIG if it is none
   */
  Shards(RedisSettings settings, PluginContext context) {
    this.settings = settings;
    this.context = context;
    StorageException last = null;
    for (RedisSettings.Place place : settings.servers()) {
      try {
        take(ask(new HostAndPort(place.host(), place.port())));
        return;
      } catch (StorageException e) {
        last = e;
      }
    }
    close();
    throw last == null ? unreachable(0, null) : last;
  }

  RedisSettings settings() {
    return settings;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public Link holding(byte[] name) {
    return new Shard(this, JedisClusterCRC16.getSlot(name));
  }

  /** Returns the node at this address. */
  Server node(HostAndPort address) {
    Server known = nodes.get(address);
    if (known != null) {
      return known;
    }
    synchronized (lock) {
      if (closed) {
        throw Failures.closed();
      }
      return nodes.computeIfAbsent(
          address, at -> new Server(settings.at(at.getHost(), at.getPort()), context));
    }
  }

  /** Returns who had this slot when it was asked for last. */
  @Nullable HostAndPort known(int slot) {
    return owners.bySlot[slot];
  }

  /**
   * Returns who has this slot.
   *
   * @throws StorageException CONNECTION_FAILED if nobody has
   */
  HostAndPort owner(int slot) {
    HostAndPort owner = known(slot);
    if (owner == null) {
      lookAgain(null);
      owner = known(slot);
    }
    if (owner == null) {
      throw unreachable(slot, null);
    }
    return owner;
  }

  StorageException unreachable(int slot, @Nullable Exception cause) {
    String message =
        "no node of the Redis cluster '"
            + settings.address()
            + "' that answers has slot "
            + slot
            + "; see that its primaries run: nothing was changed";
    return cause == null
        ? StorageException.of(ErrorCode.CONNECTION_FAILED, message)
        : StorageException.of(ErrorCode.CONNECTION_FAILED, message, cause);
  }

  /** Takes in what a node said: that another has this slot. */
  void moved(int slot, HostAndPort to) {
    if (to.equals(known(slot))) {
      return;
    }
    synchronized (lock) {
      @Nullable HostAndPort[] bySlot = owners.bySlot.clone();
      bySlot[slot] = to;
      owners = new Owners(bySlot, owners.all);
    }
    lookAgain(null);
  }

  /**
   * Asks who has what, unless that was done just now.
   *
   * @param doubted who is asked last
   * @return whether some node has answered
   */
  boolean lookAgain(@Nullable HostAndPort doubted) {
    synchronized (asking) {
      if (System.nanoTime() - asked < FRESH_NANOS) {
        return answered;
      }
      answered = false;
      Set<HostAndPort> places = new LinkedHashSet<>(owners.all);
      settings.servers().forEach(at -> places.add(new HostAndPort(at.host(), at.port())));
      if (doubted != null && places.remove(doubted)) {
        places.add(doubted);
      }
      for (HostAndPort place : places) {
        try {
          take(ask(place));
          answered = true;
          break;
        } catch (StorageException e) {
          LOG.log(Level.DEBUG, "a node of the cluster does not tell who has what", e);
        }
      }
      asked = System.nanoTime();
      return answered;
    }
  }

  private void take(Owners heard) {
    synchronized (lock) {
      owners = heard;
      Set<HostAndPort> gone = new HashSet<>(nodes.keySet());
      gone.removeAll(heard.all);
      for (HostAndPort address : gone) {
        Server node = nodes.remove(address);
        if (node != null) {
          node.retire();
        }
      }
    }
  }

  private Owners ask(HostAndPort place) {
    try (Connection connection = dial(place)) {
      connection.sendCommand(Command.CLUSTER, "SLOTS");
      return owners(place, connection.getOne());
    } catch (JedisDataException e) {
      throw String.valueOf(e.getMessage()).contains("cluster support disabled")
          ? StorageException.of(
              ErrorCode.INVALID_CONFIG,
              "cluster: is true, but the server '"
                  + place
                  + "' is no node of a cluster; leave it out")
          : new Failures(settings).said(e);
    } catch (JedisException e) {
      throw new Failures(settings).connecting(e);
    }
  }

  private Connection dial(HostAndPort place) {
    return new Dialing(settings.at(place.getHost(), place.getPort())).dial();
  }

  /**
   * Takes an answer apart.
   *
   * @throws StorageException CONNECTION_FAILED if the node has not joined the others yet
   */
  private static Owners owners(HostAndPort asked, Object answer) {
    @Nullable HostAndPort[] bySlot = new HostAndPort[SLOTS];
    Set<HostAndPort> all = new LinkedHashSet<>();
    if (answer instanceof List<?> ranges) {
      for (Object range : ranges) {
        if (range instanceof List<?> parts
            && parts.size() > 2
            && parts.get(0) instanceof Long first
            && parts.get(1) instanceof Long last) {
          for (int i = 2; i < parts.size(); i++) {
            HostAndPort node = address(asked, parts.get(i));
            all.add(node);
            for (long slot = first; i == 2 && slot <= last; slot++) {
              bySlot[(int) slot] = node;
            }
          }
        }
      }
    }
    if (all.isEmpty()) {
      throw StorageException.of(
          ErrorCode.CONNECTION_FAILED,
          "the node '" + asked + "' knows of no slot that anybody has; see that it has joined");
    }
    return new Owners(bySlot, all);
  }

  /** A node that does not know its own host is where it was reached. */
  private static HostAndPort address(HostAndPort asked, Object node) {
    if (node instanceof List<?> parts && parts.size() > 1 && parts.get(1) instanceof Long port) {
      String host = parts.get(0) instanceof byte[] name ? Names.text(name) : "";
      return new HostAndPort(
          host.isEmpty() || host.equals("?") ? asked.getHost() : host, Math.toIntExact(port));
    }
    throw Server.strange(node);
  }

  /** Returns the primary and the replicas of a slot, as some node tells of them. */
  List<Told> told(int slot) {
    HostAndPort owner = owner(slot);
    Set<HostAndPort> places = new LinkedHashSet<>(owners.all);
    if (places.remove(owner)) {
      places.add(owner);
    }
    for (HostAndPort place : places) {
      try (Connection connection = dial(place)) {
        connection.sendCommand(Command.CLUSTER, "NODES");
        return ClusterNodes.of(connection.getBinaryBulkReply()).holding(slot, context.clock());
      } catch (JedisException e) {
        LOG.log(Level.DEBUG, "a node of the cluster does not tell of the others", e);
      }
    }
    return List.of();
  }

  @Override
  public String figures() {
    return nodes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey((a, b) -> a.toString().compareTo(b.toString())))
        .map(node -> node.getKey() + ": " + node.getValue().figures())
        .collect(Collectors.joining("; "));
  }

  @Override
  public void close() {
    List<Server> ending;
    synchronized (lock) {
      closed = true;
      ending = new ArrayList<>(nodes.values());
      nodes.clear();
    }
    ending.forEach(Server::close);
  }
}
