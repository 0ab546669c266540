package io.undercroft.plugin.redis;

import java.net.Socket;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Sockets to the server that is the primary when they are made. */
final class PrimarySockets implements JedisSocketFactory {
  private final Sentinels sentinels;
  private final JedisClientConfig config;

  PrimarySockets(Sentinels sentinels, JedisClientConfig config) {
    this.sentinels = sentinels;
    this.config = config;
  }

  @Override
  public Socket createSocket() {
    HostAndPort primary = sentinels.primary();
    try {
      return new DefaultJedisSocketFactory(primary, config).createSocket();
    } catch (JedisConnectionException e) {
      sentinels.doubt(primary);
      throw e;
    }
  }

  @Override
  public String toString() {
    return "the primary";
  }
}
