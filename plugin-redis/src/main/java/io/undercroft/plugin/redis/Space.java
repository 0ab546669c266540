package io.undercroft.plugin.redis;

import java.time.Clock;

/**
 * Where one storage is: its names in a server, and what its writes have in common.
 *
 * @param server the server
 * @param names the names
 * @param versions makes versions
 * @param clock tells the time
 */
record Space(Server server, Names names, Versions versions, Clock clock) {
  long now() {
    return clock.millis();
  }
}
