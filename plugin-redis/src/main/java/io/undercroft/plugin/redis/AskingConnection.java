package io.undercroft.plugin.redis;

import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol.Command;

/**
 * A connection to the node of a cluster that takes a slot over: it says {@code ASKING} before every
 * command, without which that node would send the command back.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
final class AskingConnection extends Connection {
  private boolean ready; // false while the constructor logs in

  AskingConnection(JedisSocketFactory sockets, JedisClientConfig config) {
    super(sockets, config);
    this.ready = true;
  }

  @Override
  public void sendCommand(CommandArguments arguments) {
    if (ready) {
      super.sendCommand(new CommandArguments(Command.ASKING));
    }
    super.sendCommand(arguments);
  }

  @Override
  protected Object readProtocolWithCheckingBroken() {
    if (ready) {
      super.readProtocolWithCheckingBroken(); // the answer to ASKING
    }
    return super.readProtocolWithCheckingBroken();
  }
}
