package io.undercroft.plugin.redis;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import redis.clients.jedis.Protocol.Command;

/**
 * What is known of the indexes of a part. Whoever writes says by which it goes, and a script that
 * finds others does nothing, so that it is asked again by those.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Shelf {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Link server;
  private final Names names;
  private volatile KnownIndexes known = KnownIndexes.NONE;
  private volatile long read = System.nanoTime() - FRESH_NANOS;

  Shelf(Link server, Names names) {
    this.server = server;
    this.names = names;
  }

  /** Returns them as they were known last. */
  KnownIndexes known() {
    return known;
  }

  /** Returns them as they were two seconds ago, or later. */
  KnownIndexes current() {
    return System.nanoTime() - read > FRESH_NANOS ? refresh() : known;
  }

  /** Reads them. */
  KnownIndexes refresh() {
    long now = System.nanoTime();
    String text =
        server.read(
            connection -> {
              connection.sendCommand(Command.GET, names.indexes());
              byte[] stored = connection.getBinaryBulkReply();
              return stored == null ? "" : Names.text(stored);
            });
    KnownIndexes there = KnownIndexes.of(text);
    known = there;
    read = now;
    return there;
  }

  /** Does a write by what is known, and again by what is there if that is something else. */
  Writing.Answer telling(Function<KnownIndexes, Writing.Answer> write) {
    KnownIndexes by = known;
    while (true) {
      Writing.Answer answer = write.apply(by);
      if (!answer.isOutdated()) {
        answer.demandUnique(by);
        return answer;
      }
      by = refresh();
    }
  }
}
