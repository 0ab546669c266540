package io.undercroft.plugin.redis;

import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one storage is: its names in a server, and what its writes have in common.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Space {
  private final Server server;
  private final Names names;
  private final Versions versions;
  private final Clock clock;
  private final byte[] changesKept;
  private final byte[] changeValueBytes;
  private final @Nullable Confirmation confirmation;

  Space(Server server, Names names, Clock clock) {
    this(server, names, clock, new Versions(), null);
  }

  private Space(
      Server server,
      Names names,
      Clock clock,
      Versions versions,
      @Nullable Confirmation confirmation) {
    this.server = server;
    this.names = names;
    this.clock = clock;
    this.versions = versions;
    this.confirmation = confirmation;
    this.changesKept = Writing.number(server.settings().changesKept());
    this.changeValueBytes = Writing.number(server.settings().changeValueBytes());
  }

  /** Returns the same with every write confirmed by replicas. */
  Space confirmed(Confirmation by) {
    return new Space(server, names, clock, versions, by);
  }

  /** Runs a script that writes; returns its answer. */
  Object write(byte[][] call, Script script) {
    return carryOut(connection -> List.of(Server.run(connection, call, script))).get(0);
  }

  /** Runs a script that writes many times, without waiting in between; returns the answers. */
  List<Object> writeAll(List<byte[][]> calls, Script script) {
    return carryOut(connection -> Server.runAll(connection, calls, script));
  }

  private List<Object> carryOut(Server.Words<List<Object>> words) {
    Confirmation demanded = confirmation;
    if (demanded == null) {
      return server.write(words);
    }
    Done done =
        server.write(
            connection -> {
              List<Object> answers = words.exchange(connection);
              return new Done(
                  answers,
                  answers.stream().anyMatch(Writing::hasWritten)
                      ? demanded.await(connection)
                      : Confirmation.Outcome.NOTHING);
            });
    demanded.demand(done.outcome());
    return done.answers();
  }

  /** What the scripts answered, and what the replicas did. */
  private record Done(List<Object> answers, Confirmation.Outcome outcome) {}

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
