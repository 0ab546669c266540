package io.undercroft.plugin.redis;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The Sentinels, who know which server is the primary.
 *
 * <p>One is asked whenever a connection is made. Beside that all are listened to: after a fail-over
 * the former primary may go on taking writes for seconds, all of which are lost, so that what is
 * connected to it must go as soon as one of them says so. Of two that disagree the one that knows
 * the later epoch is right.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Sentinels implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Sentinels.class.getPackageName());

  /** How long to listen before the address is asked for once more. */
  private static final int LISTENING_MILLIS = 5_000;

  private static final long PAUSE_MILLIS = 500;

  /**
   * What a Sentinel tells once it takes another server for the primary; the one that leads a
   * fail-over says the first of them seconds before the second.
   */
  private static final String[] NEWS = {"+promoted-slave", "+switch-master"};

  private final List<HostAndPort> places;
  private final JedisClientConfig config;
  private final String primary;
  private final Object lock = new Object();
  private final Set<Connection> open = new HashSet<>();
  private volatile Runnable moved = () -> {};
  private @Nullable Known known;
  private boolean closed;

  /** Where the primary is, and since which fail-over; a negative one means that it is doubted. */
  private record Known(HostAndPort address, long epoch) {}

  Sentinels(List<HostAndPort> places, JedisClientConfig config, String primary) {
    this.places = places;
    this.config = config;
    this.primary = primary;
  }

  /**
   * Returns where the primary is now.
   *
   * @throws JedisException if no Sentinel says so
   */
  HostAndPort primary() {
    JedisException last = new JedisConnectionException("no Sentinel is configured");
    for (HostAndPort place : places) {
      try (Connection connection = new Connection(place, config)) {
        return latest(ask(connection)).address();
      } catch (JedisException e) {
        last = e; // the next one may answer
      }
    }
    throw last;
  }

  /**
   * Asks for the epoch first: what is read in the middle of a fail-over is then too old an epoch
   * with the new address, never the other way round. The facts of {@code MASTER} hold the former
   * address until all replicas have turned round, so the address is asked for by itself.
   */
  private Known ask(Connection connection) {
    try {
      connection.sendCommand(Command.SENTINEL, "MASTER", primary);
      long epoch = Long.parseLong(fact(facts(connection.getOne()), "config-epoch"));
      connection.sendCommand(Command.SENTINEL, "GET-MASTER-ADDR-BY-NAME", primary);
      List<String> address = connection.getMultiBulkReply();
      return new Known(new HostAndPort(address.get(0), Integer.parseInt(address.get(1))), epoch);
    } catch (JedisAccessControlException e) {
      throw e;
    } catch (JedisDataException e) {
      throw new JedisConnectionException("a Sentinel says: " + e.getMessage());
    }
  }

  private static String fact(Map<String, String> facts, String name) {
    String fact = facts.get(name);
    if (fact == null) {
      throw new JedisConnectionException("a Sentinel does not tell the " + name + " of a server");
    }
    return fact;
  }

  /** Takes names and values, one after the other. */
  private static Map<String, String> facts(Object answer) {
    Map<String, String> facts = new HashMap<>();
    if (answer instanceof List<?> parts) {
      for (int i = 0; i + 1 < parts.size(); i += 2) {
        if (parts.get(i) instanceof byte[] name && parts.get(i + 1) instanceof byte[] value) {
          facts.put(Names.text(name), Names.text(value));
        }
      }
    }
    return facts;
  }

  /**
   * Returns the servers that the first Sentinel that answers knows, the primary before its
   * replicas, also those that are down.
   *
   * @throws JedisException if no Sentinel answers
   */
  List<Told> told() {
    JedisException last = new JedisConnectionException("no Sentinel is configured");
    for (HostAndPort place : places) {
      try (Connection connection = new Connection(place, config)) {
        connection.sendCommand(Command.SENTINEL, "MASTER", primary);
        List<Told> told = new ArrayList<>();
        told.add(told(facts(connection.getOne()), true));
        connection.sendCommand(Command.SENTINEL, "REPLICAS", primary);
        if (connection.getOne() instanceof List<?> replicas) {
          replicas.forEach(replica -> told.add(told(facts(replica), false)));
        }
        return told;
      } catch (JedisException e) {
        last = e; // the next one may answer
      }
    }
    throw last;
  }

  private static Told told(Map<String, String> facts, boolean primary) {
    List<String> flags = List.of(fact(facts, "flags").split(",", -1));
    return new Told(
        fact(facts, "ip") + ":" + fact(facts, "port"),
        primary,
        flags.contains("s_down") || flags.contains("o_down") || flags.contains("disconnected"),
        Long.parseLong(fact(facts, "last-ok-ping-reply")));
  }

  /** Returns what is right of what was just heard and what is known, and tells if it is new. */
  private Known latest(Known heard) {
    Known before;
    synchronized (lock) {
      before = known;
      if (before != null && heard.epoch() <= before.epoch()) {
        return before;
      }
      known = heard;
    }
    if (before != null && !heard.address().equals(before.address())) {
      LOG.log(Level.INFO, "the primary ''{0}'' is now {1}", primary, heard.address());
      moved.run();
    }
    return heard;
  }

  /**
   * Takes in that nobody answers there: if it is what is known, whoever is asked next is believed.
   */
  void doubt(HostAndPort address) {
    synchronized (lock) {
      if (known != null && known.address().equals(address)) {
        known = new Known(address, -1);
      }
    }
  }

  /**
   * Listens to all of them.
   *
   * @param whenMoved called when the primary is another one
   */
  void listen(Executor executor, Runnable whenMoved) {
    moved = whenMoved;
    for (HostAndPort place : places) {
      try {
        executor.execute(() -> listen(place));
      } catch (RejectedExecutionException e) {
        LOG.log(Level.DEBUG, "the runtime is ending; nobody will need the primary", e);
      }
    }
  }

  private void listen(HostAndPort place) {
    while (!isClosed()) {
      try (Connection news = new Connection(place, config)) {
        if (!took(news)) {
          return;
        }
        news.sendCommand(Command.SUBSCRIBE, NEWS);
        for (int i = 0; i < NEWS.length; i++) {
          news.getOne();
        }
        news.setSoTimeout(LISTENING_MILLIS);
        look(place); // for what was said before it was listened to
        while (!isClosed()) {
          news.getOne();
          look(place);
        }
      } catch (JedisConnectionException e) {
        if (!Failures.isLate(e)) {
          LOG.log(Level.DEBUG, "the Sentinel {0} cannot be listened to; trying again", place);
          pause();
        }
      } catch (JedisException e) {
        LOG.log(Level.DEBUG, "the Sentinel cannot be understood; trying again", e);
        pause();
      } finally {
        gaveBack();
      }
    }
  }

  private void look(HostAndPort place) {
    try (Connection connection = new Connection(place, config)) {
      latest(ask(connection));
    }
  }

  private boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  private boolean took(Connection connection) {
    synchronized (lock) {
      open.add(connection);
      return !closed;
    }
  }

  private void gaveBack() {
    synchronized (lock) {
      open.removeIf(connection -> !connection.isConnected());
    }
  }

  private void pause() {
    synchronized (lock) {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
      try {
        for (long left = end - System.nanoTime();
            left > 0 && !closed;
            left = end - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(lock, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        closed = true; // the runtime is ending
      }
    }
  }

  @Override
  public void close() {
    List<Connection> ending;
    synchronized (lock) {
      closed = true;
      ending = new ArrayList<>(open);
      open.clear();
      lock.notifyAll();
    }
    for (Connection connection : ending) {
      try {
        connection.forceDisconnect(); // it is waiting for news
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "a connection to a Sentinel was broken already", e);
      }
    }
  }
}
