package io.undercroft.plugin.redis;

import io.undercroft.testkit.Eventually;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A cluster of three primaries with a replica each, as real processes. */
final class ClusterSet implements AutoCloseable {
  /** Six servers and their clients on few processors: what takes two seconds may take many. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int PRIMARIES = 3;

  private final List<RedisProcess> nodes = new ArrayList<>();

  /** Starts all of them; returns when every node knows that all slots are served. */
  static ClusterSet start() {
    ClusterSet set = new ClusterSet();
    try {
      for (int i = 0; i < 2 * PRIMARIES; i++) {
        set.nodes.add(RedisProcess.node());
      }
      set.join();
      set.awaitComplete();
      return set;
    } catch (RuntimeException | Error e) {
      set.close();
      throw e;
    }
  }

  private void join() {
    RedisProcess first = nodes.get(0);
    for (int i = 0; i < nodes.size(); i++) {
      RedisProcess node = nodes.get(i);
      say(node, "SET-CONFIG-EPOCH", String.valueOf(i + 1));
      if (i < PRIMARIES) {
        int from = i * Shards.SLOTS / PRIMARIES;
        int to = (i + 1) * Shards.SLOTS / PRIMARIES - 1;
        say(node, "ADDSLOTSRANGE", String.valueOf(from), String.valueOf(to));
      }
      if (i > 0) {
        say(node, "MEET", "127.0.0.1", String.valueOf(first.port()), first.busPort());
      }
    }
    for (int i = PRIMARIES; i < nodes.size(); i++) {
      RedisProcess replica = nodes.get(i);
      String primary = id(nodes.get(i - PRIMARIES));
      Eventually.passes(PATIENCE, () -> say(replica, "REPLICATE", primary));
    }
  }

  /** Returns when every node sees six that are well, and every primary a replica. */
  void awaitComplete() {
    Eventually.passes(
        PATIENCE,
        () -> {
          for (RedisProcess node : nodes) {
            expect(say(node, "INFO"), "cluster_state:ok");
            ClusterNodes known = known(node);
            long well =
                known.lines().stream()
                    .filter(line -> line.flags().stream().noneMatch(flag -> flag.contains("fail")))
                    .count();
            long replicas =
                known.lines().stream().filter(line -> !line.primary().equals("-")).count();
            if (well != nodes.size() || replicas != PRIMARIES) {
              throw new AssertionError("not all of them are well: " + known);
            }
            try (Connection connection = node.connect()) {
              connection.sendCommand(Command.INFO, "replication");
              String info = Names.text(connection.getBinaryBulkReply());
              expect(info, info.contains("role:slave") ? "link_status:up" : "state=online");
            }
          }
        });
  }

  private static void expect(String text, String part) {
    if (!text.contains(part)) {
      throw new AssertionError("not " + part + ": " + text);
    }
  }

  /** Says something about the cluster to a node; returns what it answers. */
  static String say(RedisProcess node, String... words) {
    try (Connection connection = node.connect()) {
      connection.sendCommand(Command.CLUSTER, words);
      return connection.getOne() instanceof byte[] text ? Names.text(text) : "";
    } catch (JedisException e) {
      throw new AssertionError("a node refuses: " + e.getMessage(), e);
    }
  }

  static String id(RedisProcess node) {
    return say(node, "MYID");
  }

  private static ClusterNodes known(RedisProcess node) {
    return ClusterNodes.of(Names.bytes(say(node, "NODES")));
  }

  /** Returns the node that a node which runs calls the primary of a name. */
  RedisProcess holding(byte[] name) {
    int slot = JedisClusterCRC16.getSlot(name);
    RedisProcess one = nodes.stream().filter(RedisProcess::isAlive).findFirst().orElseThrow();
    List<Told> told = known(one).holding(slot, Clock.systemUTC());
    return nodes.stream()
        .filter(node -> told.get(0).address().endsWith(":" + node.port()))
        .findFirst()
        .orElseThrow();
  }

  /** Returns when every node that runs says that the primary of a name is another one. */
  void awaitOtherThan(RedisProcess before, byte[] name) {
    int slot = JedisClusterCRC16.getSlot(name);
    Eventually.passes(
        PATIENCE,
        () -> {
          for (RedisProcess node : nodes) {
            if (node.isAlive()) {
              expect(say(node, "INFO"), "cluster_state:ok");
              List<Told> told = known(node).holding(slot, Clock.systemUTC());
              if (told.isEmpty() || told.get(0).address().endsWith(":" + before.port())) {
                throw new AssertionError("not yet: " + told);
              }
            }
          }
        });
  }

  /** Lets the replica of a primary take over, as an operator does before maintenance. */
  void handOver(RedisProcess primary) {
    String id = id(primary);
    String replica =
        known(primary).lines().stream()
            .filter(line -> line.primary().equals(id))
            .map(ClusterNodes.Line::address)
            .findFirst()
            .orElseThrow();
    RedisProcess next =
        nodes.stream()
            .filter(node -> replica.endsWith(":" + node.port()))
            .findFirst()
            .orElseThrow();
    Eventually.passes(PATIENCE, () -> say(next, "FAILOVER"));
  }

  List<RedisProcess> nodes() {
    return nodes;
  }

  /** Returns a primary that is not this one. */
  RedisProcess otherThan(RedisProcess primary) {
    return nodes.stream()
        .filter(node -> node != primary)
        .filter(ClusterSet::isPrimary)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isPrimary(RedisProcess node) {
    return known(node).lines().stream()
        .anyMatch(line -> line.flags().contains("myself") && !line.slots().isEmpty());
  }

  /** Returns the primaries, under {@code true}, and the replicas. */
  Map<Boolean, List<RedisProcess>> byRole() {
    return nodes.stream().collect(Collectors.partitioningBy(ClusterSet::isPrimary));
  }

  String hosts() {
    return nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    nodes.forEach(RedisProcess::close);
  }
}
