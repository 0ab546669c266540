package io.undercroft.plugin.redis;

import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Sockets to the server that is the primary when they are made: each time one of the Sentinels is
 * asked, so that after a fail-over there is nothing that could be out of date.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class PrimarySockets extends DefaultJedisSocketFactory {
  private final List<HostAndPort> sentinels;
  private final JedisClientConfig sentinelConfig;
  private final String primary;

  PrimarySockets(
      List<HostAndPort> sentinels,
      JedisClientConfig sentinelConfig,
      String primary,
      JedisClientConfig config) {
    super(config);
    this.sentinels = sentinels;
    this.sentinelConfig = sentinelConfig;
    this.primary = primary;
  }

  @Override
  protected HostAndPort getSocketHostAndPort() {
    JedisException last = new JedisConnectionException("no Sentinel is configured");
    for (HostAndPort sentinel : sentinels) {
      try (Connection connection = new Connection(sentinel, sentinelConfig)) {
        connection.sendCommand(Command.SENTINEL, "GET-MASTER-ADDR-BY-NAME", primary);
        List<String> answer = connection.getMultiBulkReply();
        if (answer != null && answer.size() == 2) {
          return new HostAndPort(answer.get(0), Integer.parseInt(answer.get(1)));
        }
        last = new JedisConnectionException("the Sentinel " + sentinel + " does not know it");
      } catch (JedisException e) {
        last = e; // the next one may answer
      }
    }
    throw last;
  }

  @Override
  public String toString() {
    return primary;
  }
}
