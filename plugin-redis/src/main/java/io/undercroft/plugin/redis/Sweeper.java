package io.undercroft.plugin.redis;

import io.undercroft.spi.PluginContext;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import redis.clients.jedis.Protocol.Command;

/**
 * Removes what has expired: at the opening, whatever went past its deadline while nobody was there,
 * and regularly. Nobody sees it meanwhile; this gives the memory back, and tells watchers.
 *
 * <p>Several instances may sweep one storage: an entry is removed, and told, once.
 */
final class Sweeper implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Sweeper.class.getPackageName());
  private static final int AT_ONCE = 500;

  private final Parts parts;
  private final PluginContext context;
  private final AtomicBoolean running = new AtomicBoolean();
  private final ScheduledFuture<?> regularly;

  Sweeper(Parts parts, PluginContext context) {
    this.parts = parts;
    this.context = context;
    boolean more = false;
    for (Space space : parts.all()) {
      more |= sweep(space) == AT_ONCE;
    }
    if (more) {
      wake();
    }
    long interval = parts.first().server().settings().sweepInterval().toMillis();
    this.regularly =
        context
            .scheduler()
            .scheduleWithFixedDelay(this::wake, interval, interval, TimeUnit.MILLISECONDS);
  }

  private void wake() {
    if (running.compareAndSet(false, true)) {
      try {
        context.executor().execute(this::run);
      } catch (RejectedExecutionException e) {
        running.set(false);
        LOG.log(Level.DEBUG, "the runtime is ending; what has expired stays until an opening", e);
      }
    }
  }

  private void run() {
    try {
      parts.all().forEach(Sweeper::sweepAll);
    } finally {
      running.set(false);
    }
  }

  private static void sweepAll(Space space) {
    try {
      while (!space.server().isClosed() && sweep(space) == AT_ONCE) {
        Thread.onSpinWait(); // the next handful
      }
    } catch (StorageException e) {
      // Nobody waits for this work, and what has expired stays hidden; the next turn goes on.
      if (e.code() != ErrorCode.CLOSED) {
        LOG.log(Level.DEBUG, "what has expired could not be removed", e);
      }
    }
  }

  /** Removes a handful; returns how many there were. */
  private static int sweep(Space space) {
    long now = space.now();
    List<byte[]> passed =
        space
            .server()
            .read(
                connection -> {
                  connection.sendCommand(
                      Command.ZRANGEBYSCORE,
                      space.names().deadlines(),
                      Names.bytes("-inf"),
                      Writing.number(now),
                      Names.bytes("LIMIT"),
                      Names.bytes("0"),
                      Writing.number(AT_ONCE));
                  return connection.getBinaryMultiBulkReply();
                });
    if (!passed.isEmpty()) {
      Writing writing = new Writing(space, now);
      passed.forEach(writing::expire);
      writing.carryOut();
    }
    return passed.size();
  }

  @Override
  public void close() {
    regularly.cancel(false);
  }
}
