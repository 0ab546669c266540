package io.undercroft.plugin.redis;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Where one part of a storage is: its names in a server, and what its writes have in common.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Space {
  private final Link server;
  private final Names names;
  private final Versions versions;
  private final Clock clock;
  private final byte[] changesKept;
  private final byte[] changeValueBytes;
  private final Shelf shelf;
  private final @Nullable Confirmation confirmation;

  Space(Link server, Names names, Versions versions, Clock clock) {
    this(server, names, clock, versions, new Shelf(server, names), null);
  }

  private Space(
      Link server,
      Names names,
      Clock clock,
      Versions versions,
      Shelf shelf,
      @Nullable Confirmation confirmation) {
    this.server = server;
    this.names = names;
    this.clock = clock;
    this.versions = versions;
    this.shelf = shelf;
    this.confirmation = confirmation;
    this.changesKept = Writing.number(server.settings().changesKept());
    this.changeValueBytes = Writing.number(server.settings().changeValueBytes());
  }

  /** Returns the same with every write confirmed by replicas. */
  Space confirmed(Confirmation by) {
    return new Space(server, names, clock, versions, shelf, by);
  }

  /** Returns the same, reached by another way. */
  Space reached(Link by) {
    return new Space(by, names, clock, versions, shelf, confirmation);
  }

  /** Runs a script that writes; returns its answer. */
  Object write(byte[][] call, Script script) {
    return carryOut(connection -> List.of(Server.run(connection, call, script))).get(0);
  }

  /** Runs a script that writes many times, without waiting in between; returns the answers. */
  List<Object> writeAll(List<byte[][]> calls, Script script) {
    List<Object> answers =
        new ArrayList<>(carryOut(connection -> Server.runAll(connection, calls, script)));
    List<Integer> elsewhere = elsewhere(answers);
    while (!elsewhere.isEmpty()) { // the rest belongs to another node since a moment ago
      List<byte[][]> rest = elsewhere.stream().map(calls::get).toList();
      List<Object> later = carryOut(connection -> Server.runAll(connection, rest, script));
      for (int i = 0; i < later.size(); i++) {
        answers.set(elsewhere.get(i), later.get(i));
      }
      elsewhere = elsewhere(answers);
    }
    return answers;
  }

  private static List<Integer> elsewhere(List<Object> answers) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i) instanceof JedisDataException) {
        numbers.add(i);
      }
    }
    return numbers;
  }

  private List<Object> carryOut(Link.Words<List<Object>> words) {
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

  /** Returns the way to who holds it. */
  Link server() {
    return server;
  }

  Names names() {
    return names;
  }

  /** Returns what is known of its indexes. */
  Shelf shelf() {
    return shelf;
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
