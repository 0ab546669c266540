package io.undercroft.plugin.redis;

import java.net.Socket;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Sockets to the server that is the primary when they are made. */
final class PrimarySockets extends DefaultJedisSocketFactory {
  private final Sentinels sentinels;

  PrimarySockets(Sentinels sentinels, JedisClientConfig config) {
    super(config);
    this.sentinels = sentinels;
  }

  @Override
  public Socket createSocket() {
    try {
      return super.createSocket();
    } catch (JedisConnectionException e) {
      sentinels.forget();
      throw e;
    }
  }

  @Override
  protected HostAndPort getSocketHostAndPort() {
    return sentinels.primary();
  }

  @Override
  public String toString() {
    return "the primary";
  }
}
