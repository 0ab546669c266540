package io.undercroft.plugin.redis;

import io.undercroft.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** A primary with two replicas, watched by three Sentinels, as real processes. */
final class SentinelSet implements AutoCloseable {
  static final String NAME = "films";

  /** Five servers and their clients on few processors: what takes two seconds may take many. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<RedisProcess> servers = new ArrayList<>();
  private final List<RedisProcess> sentinels = new ArrayList<>();

  /** Starts all of them; returns when every Sentinel knows everybody. */
  static SentinelSet start() {
    SentinelSet set = new SentinelSet();
    try {
      RedisProcess primary = RedisProcess.start();
      set.servers.add(primary);
      for (int i = 0; i < 2; i++) {
        set.servers.add(RedisProcess.start("--replicaof", "127.0.0.1 " + primary.port()));
      }
      for (int i = 0; i < 3; i++) {
        set.sentinels.add(RedisProcess.sentinel(NAME, primary));
      }
      set.awaitComplete();
      return set;
    } catch (RuntimeException | Error e) {
      set.close();
      throw e;
    }
  }

  /** Returns when every Sentinel sees two replicas that work and two other Sentinels. */
  void awaitComplete() {
    for (RedisProcess sentinel : sentinels) {
      Eventually.passes(
          () -> {
            List<String> facts = ask(sentinel, "MASTER", NAME);
            expect(facts, "num-other-sentinels", "2");
            expect(facts, "num-slaves", "2");
            expect(facts, "flags", "master");
          });
    }
    Eventually.passes(
        () -> {
          try (Connection connection = primary().connect()) {
            connection.sendCommand(Command.INFO, "replication");
            String info = Names.text(connection.getBinaryBulkReply());
            if (info.split("state=online", -1).length != 3) {
              throw new AssertionError("not two replicas that are up to date: " + info);
            }
          }
        });
  }

  private static void expect(List<String> facts, String name, String value) {
    int at = facts.indexOf(name);
    if (at < 0 || !facts.get(at + 1).equals(value)) {
      throw new AssertionError("not " + name + " " + value + ": " + facts);
    }
  }

  private static List<String> ask(RedisProcess sentinel, String... words) {
    try (Connection connection = sentinel.connect()) {
      connection.sendCommand(Command.SENTINEL, words);
      return connection.getMultiBulkReply();
    } catch (JedisException e) {
      throw new AssertionError("a Sentinel does not answer", e);
    }
  }

  /** Returns the server that the Sentinels call the primary. */
  RedisProcess primary() {
    int port = Integer.parseInt(ask(sentinels.get(0), "GET-MASTER-ADDR-BY-NAME", NAME).get(1));
    return servers.stream().filter(server -> server.port() == port).findFirst().orElseThrow();
  }

  /** Returns the number of the last fail-over that a Sentinel knows of. */
  long epoch() {
    long last = 0;
    for (RedisProcess sentinel : sentinels) {
      List<String> facts = ask(sentinel, "MASTER", NAME);
      last = Math.max(last, Long.parseLong(facts.get(facts.indexOf("config-epoch") + 1)));
    }
    return last;
  }

  /** Returns when every Sentinel says that the primary is another server. */
  void awaitOtherThan(RedisProcess before) {
    for (RedisProcess sentinel : sentinels) {
      Eventually.holds(
          PATIENCE,
          "another server is the primary",
          () ->
              !ask(sentinel, "GET-MASTER-ADDR-BY-NAME", NAME)
                  .get(1)
                  .equals(String.valueOf(before.port())));
    }
  }

  /**
   * Has a fail-over done, as an operator does before maintenance; a Sentinel gives up one that
   * takes too long, so it is asked for until it is done.
   */
  void handOver(RedisProcess before) {
    Eventually.passes(
        PATIENCE,
        () -> {
          if (primary().port() == before.port()) {
            try (Connection connection = sentinels.get(0).connect()) {
              connection.sendCommand(Command.SENTINEL, "FAILOVER", NAME);
              connection.getStatusCodeReply();
            } catch (JedisDataException e) {
              throw new AssertionError("not yet: " + e.getMessage(), e);
            }
            throw new AssertionError("not yet");
          }
        });
  }

  String hosts() {
    return sentinels.stream()
        .map(sentinel -> "127.0.0.1:" + sentinel.port())
        .collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    sentinels.forEach(RedisProcess::close);
    servers.forEach(RedisProcess::close);
  }
}
