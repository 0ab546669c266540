package io.undercroft.plugin.redis;

import java.time.Clock;

/**
 * Where one storage is: its names in a server, and what its writes have in common.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Space {
  private final Server server;
  private final Names names;
  private final Versions versions = new Versions();
  private final Clock clock;
  private final byte[] changesKept;
  private final byte[] changeValueBytes;

  Space(Server server, Names names, Clock clock) {
    this.server = server;
    this.names = names;
    this.clock = clock;
    this.changesKept = Writing.number(server.settings().changesKept());
    this.changeValueBytes = Writing.number(server.settings().changeValueBytes());
  }

  Server server() {
    return server;
  }

  Names names() {
    return names;
  }

  Versions versions() {
    return versions;
  }

  /** Returns the present moment, in milliseconds since 1970. */
  long now() {
    return clock.millis();
  }

  byte[] changesKept() {
    return changesKept;
  }

  byte[] changeValueBytes() {
    return changeValueBytes;
  }
}
