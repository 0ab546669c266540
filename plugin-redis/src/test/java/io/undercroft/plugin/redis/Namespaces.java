package io.undercroft.plugin.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** Names in a shared server that one test has for itself. */
final class Namespaces {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Namespaces() {}

  static String next() {
    return "test-" + COUNT.incrementAndGet();
  }

  /** Removes everything that a test has left. */
  static void remove(RedisProcess server, String namespace) {
    try (Connection connection = server.connect()) {
      for (byte[] key : keys(connection, namespace)) {
        connection.sendCommand(Command.DEL, key);
        connection.getIntegerReply();
      }
    }
  }

  static List<byte[]> keys(Connection connection, String namespace) {
    connection.sendCommand(Command.KEYS, (namespace + ":*").getBytes(StandardCharsets.UTF_8));
    return connection.getBinaryMultiBulkReply();
  }
}
