package io.undercroft.plugin.redis;

import io.undercroft.spi.PluginContext;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * A server, reached over a pool of connections: the only one, the primary that Sentinels know, or a
 * node of a cluster.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Server implements Link, Servers {
  /** How many commands {@link #ask} has sent at most before it reads an answer. */
  private static final int ON_THEIR_WAY = 3;

  private static final Logger LOG = System.getLogger(Server.class.getPackageName());

  private final AtomicLong renewed = new AtomicLong();
  private final Failures failures;
  private final RedisSettings settings;
  private final Dialing dialing;
  private final ScheduledFuture<?> upkeep;
  private volatile ConnectionPool pool;
  private volatile boolean closed;

  Server(RedisSettings settings, PluginContext context) {
    this(settings, context, new Dialing(settings));
  }

  private Server(RedisSettings settings, PluginContext context, Dialing dialing) {
    this.settings = settings;
    this.failures = new Failures(settings);
    this.dialing = dialing;
    this.pool = newPool(settings, dialing);
    dialing.sentinels().ifPresent(all -> all.listen(context.executor(), this::renew));
    long interval = settings.pool().evictionInterval().toMillis();
    this.upkeep =
        context
            .scheduler()
            .scheduleWithFixedDelay(
                () -> upkeep(context), interval, interval, TimeUnit.MILLISECONDS);
  }

  /** Returns a replica, to be read only. */
  static Server ofReplica(RedisSettings settings, PluginContext context) {
    return new Server(settings, context, Dialing.ofReplica(settings));
  }

  private static ConnectionPool newPool(RedisSettings settings, Dialing dialing) {
    return new ConnectionPool(dialing.factory(), config(settings.pool()));
  }

  /**
   * Begins with new connections, because the old ones lead to a server that is not the primary any
   * more; those in use are closed when their call is over.
   */
  private void renew() {
    synchronized (dialing) {
      ConnectionPool old = pool;
      pool = newPool(settings, dialing);
      old.close();
      if (closed) {
        pool.close();
      }
    }
    renewed.incrementAndGet();
  }

  /** The pool's own thread for looking after the unused is left out: threads are the runtime's. */
  private static GenericObjectPoolConfig<Connection> config(RedisSettings.Pool pool) {
    GenericObjectPoolConfig<Connection> config = new GenericObjectPoolConfig<>();
    config.setJmxEnabled(false);
    config.setMaxTotal(pool.max());
    config.setMinIdle(pool.minIdle());
    config.setMaxIdle(pool.maxIdle());
    config.setMaxWait(pool.maxWait());
    config.setTestWhileIdle(pool.testWhileIdle());
    config.setMinEvictableIdleDuration(Duration.ofMillis(-1)); // only what is beyond minIdle
    config.setSoftMinEvictableIdleDuration(pool.idleTime());
    config.setNumTestsPerEvictionRun(-1); // all of them
    return config;
  }

  private void upkeep(PluginContext context) {
    try {
      context.executor().execute(this::lookAfterUnused);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "the runtime is ending; unused connections are closed with the pool", e);
    }
  }

  private void lookAfterUnused() {
    try {
      pool.evict();
      pool.preparePool();
    } catch (Exception e) {
      // Nobody waits for this work; who needs a connection is told why there is none.
      LOG.log(Level.DEBUG, "unused connections could not be looked after", e);
    }
  }

  @Override
  public <R> R read(Words<R> words) {
    return talk(false, words);
  }

  @Override
  public <R> R write(Words<R> words) {
    return talk(true, words);
  }

  /**
   * Does either.
   *
   * @throws JedisDataException from a node of a cluster that does not hold what is asked for: it
   *     has done nothing
   */
  <R> R talk(boolean write, Words<R> words) {
    for (boolean again = true; ; again = false) {
      Connection connection = connection();
      try {
        return words.exchange(connection);
      } catch (JedisConnectionException e) {
        connection.setBroken();
        pool.clear(); // what broke this one has broken the others
        if (write || !again || Failures.isLate(e)) {
          throw failures.lost(write, e);
        }
      } catch (JedisDataException e) {
        if (settings.cluster() && Shard.isRedirection(e)) {
          throw e;
        }
        if (Failures.isElsewhere(e)) {
          connection.setBroken();
          pool.clear();
        }
        throw failures.said(e);
      } catch (RuntimeException | Error e) {
        connection.setBroken(); // there may be answers that nobody has read
        throw e;
      } finally {
        giveBack(connection);
      }
    }
  }

  private static void giveBack(Connection connection) {
    try {
      connection.close();
    } catch (JedisException e) {
      LOG.log(Level.DEBUG, "a broken connection could not be closed properly", e);
    }
  }

  private Connection connection() {
    if (closed) {
      throw Failures.closed();
    }
    while (true) {
      ConnectionPool present = pool;
      try {
        return present.getResource();
      } catch (JedisException | IllegalStateException e) {
        if (closed) {
          throw Failures.closed();
        }
        if (!present.isClosed()) {
          throw failures.connecting(e);
        }
        // It was renewed just now: there is another.
      }
    }
  }

  @Override
  public Link holding(byte[] name) {
    return this;
  }

  @Override
  public String primary() {
    try {
      return dialing.address();
    } catch (JedisException e) {
      throw failures.connecting(e);
    }
  }

  @Override
  public List<Told> told() {
    return dialing.sentinels().map(Sentinels::told).orElse(List.of());
  }

  @Override
  public boolean remembers() {
    return dialing.sentinels().isPresent();
  }

  @Override
  public void doubt() {
    // Who dials asks the Sentinels anyway.
  }

  @Override
  public Connection dial() {
    try {
      return dialing.dial();
    } catch (JedisException e) {
      throw failures.connecting(e);
    }
  }

  /**
   * Asks what is just being handed over to this node of a cluster.
   *
   * @throws JedisDataException if it does not have it either
   */
  <R> R ask(boolean write, Words<R> words) {
    try (AskingConnection connection = asking()) {
      return words.exchange(connection);
    } catch (JedisConnectionException e) {
      throw failures.lost(write, e);
    } catch (JedisDataException e) {
      if (Shard.isRedirection(e)) {
        throw e;
      }
      throw failures.said(e);
    }
  }

  private AskingConnection asking() {
    try {
      return dialing.asking();
    } catch (JedisException e) {
      throw failures.connecting(e);
    }
  }

  /** Runs a script over a connection; a server that does not know it is told it first. */
  static Object run(Connection connection, byte[][] call, Script script) {
    try {
      connection.sendCommand(Command.EVALSHA, call);
      return connection.getOne();
    } catch (JedisNoScriptException e) {
      load(connection, script);
      connection.sendCommand(Command.EVALSHA, call);
      return connection.getOne();
    }
  }

  /**
   * Runs a script many times over a connection, without waiting in between; returns the answers in
   * their order. An error of one call does not keep the others from being made; the first is thrown
   * when all answers are there. Where a node of a cluster has done some, and says of others that
   * they belong elsewhere, these errors stand in place of their answers.
   */
  static List<Object> runAll(Connection connection, List<byte[][]> calls, Script script) {
    List<Object> answers = sendAll(connection, calls);
    List<Integer> unknown = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i) instanceof JedisNoScriptException) {
        unknown.add(i);
      }
    }
    if (!unknown.isEmpty()) {
      load(connection, script);
      List<Object> later = sendAll(connection, unknown.stream().map(calls::get).toList());
      for (int i = 0; i < unknown.size(); i++) {
        answers.set(unknown.get(i), later.get(i));
      }
    }
    JedisDataException elsewhere = null;
    boolean done = false;
    for (Object answer : answers) {
      if (!(answer instanceof JedisDataException e)) {
        done = true;
      } else if (Shard.isRedirection(e)) {
        elsewhere = e;
      } else {
        throw e;
      }
    }
    if (elsewhere != null && !done) {
      throw elsewhere;
    }
    return answers;
  }

  /** Takes the answer to one of several commands. */
  @FunctionalInterface
  interface Answered {
    /** Takes it; the number of the command is counted from 0. */
    void take(int command, List<byte[]> answer);
  }

  /**
   * Sends commands and takes their answers while the server is at the next ones. A few commands are
   * on their way at a time and no more: a server that has them all carries out all of them before
   * it sends much. All answers are read, whatever becomes of them: a connection must not keep any.
   *
   * @param arguments of each command, by its number from 0
   * @throws JedisDataException the first that the server refused
   */
  @SuppressWarnings("unchecked") // what answers with lists of bytes
  static void ask(
      Connection connection,
      Command command,
      int commands,
      IntFunction<byte[][]> arguments,
      Answered answered) {
    JedisDataException refused = null;
    List<byte[]> before = null;
    int sent = 0;
    for (int read = 0; read < commands; read++) {
      while (sent < Math.min(commands, read + ON_THEIR_WAY)) {
        connection.sendCommand(command, arguments.apply(sent++));
      }
      List<byte[]> answer = null;
      try {
        answer = (List<byte[]>) connection.getOne();
      } catch (JedisDataException e) {
        refused = refused == null ? e : refused;
      }
      if (before != null) {
        answered.take(read - 1, before);
      }
      before = answer;
    }
    if (before != null) {
      answered.take(commands - 1, before);
    }
    if (refused != null) {
      throw refused;
    }
  }

  private static List<Object> sendAll(Connection connection, List<byte[][]> calls) {
    for (byte[][] call : calls) {
      connection.sendCommand(Command.EVALSHA, call);
    }
    return connection.getMany(calls.size());
  }

  static void load(Connection connection, Script script) {
    connection.sendCommand(Command.SCRIPT, Names.bytes("LOAD"), script.text());
    connection.getOne();
  }

  @Override
  public String figures() {
    return pool.getNumActive()
        + " in use, "
        + pool.getNumIdle()
        + " unused, "
        + pool.getNumWaiters()
        + " waiting, "
        + settings.pool().max()
        + " at most; "
        + pool.getCreatedCount()
        + " opened, "
        + pool.getDestroyedCount()
        + " closed so far"
        + (settings.primary().isEmpty() ? "" : "; " + renewed.get() + " other primaries");
  }

  @Override
  public RedisSettings settings() {
    return settings;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  /** Ends without waiting for what is under way. */
  void retire() {
    closed = true;
    upkeep.cancel(false);
    dialing.sentinels().ifPresent(Sentinels::close);
    pool.close();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    retire();
    long end = System.nanoTime() + settings.timeout().toNanos();
    while (pool.getNumActive() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      if (Thread.currentThread().isInterrupted()) {
        return; // who closes does not want to wait
      }
    }
  }

  /** Returns the failure of an answer that is not what the script answers. */
  static StorageException strange(@Nullable Object answer) {
    return StorageException.of(
        ErrorCode.UNSUPPORTED,
        "the server answered a script with "
            + (answer == null ? "nothing" : answer.getClass().getSimpleName())
            + "; it is not a Redis or Valkey server of a version that this plugin knows");
  }
}
