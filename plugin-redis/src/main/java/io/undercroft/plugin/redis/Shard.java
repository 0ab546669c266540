package io.undercroft.plugin.redis;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * The way to the node of a cluster that has one slot. A node that does not have it says so before
 * it does anything, so that what it says so of is asked again, where it says.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Shard implements Link {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** What is said of a node that may have been replaced. */
  private static final Set<ErrorCode> DOUBTFUL =
      EnumSet.of(
          ErrorCode.CONNECTION_FAILED,
          ErrorCode.CONNECTION_LOST,
          ErrorCode.TIMEOUT,
          ErrorCode.UNKNOWN_OUTCOME,
          ErrorCode.CLOSED);

  private final Shards shards;
  private final int slot;

  Shard(Shards shards, int slot) {
    this.shards = shards;
    this.slot = slot;
  }

  /** Returns whether this means that another node is to be asked, or this one later. */
  static boolean isRedirection(JedisDataException failure) {
    return failure instanceof JedisRedirectionException
        || String.valueOf(failure.getMessage()).startsWith("TRYAGAIN");
  }

  @Override
  public <R> R read(Words<R> words) {
    return talk(false, words);
  }

  @Override
  public <R> R write(Words<R> words) {
    return talk(true, words);
  }

  private <R> R talk(boolean write, Words<R> words) {
    long begin = System.nanoTime();
    while (true) {
      HostAndPort owner = shards.owner(slot);
      try {
        return ask(owner, write, words);
      } catch (JedisMovedDataException e) {
        shards.moved(slot, e.getTargetNode());
        pause(begin, e);
      } catch (JedisDataException e) {
        pause(begin, e); // it is just being handed over
      } catch (StorageException e) {
        if (!DOUBTFUL.contains(e.code()) || shards.isClosed()) {
          throw e;
        }
        boolean other = shards.lookAgain(owner) && !shards.owner(slot).equals(owner);
        boolean retired = e.code() == ErrorCode.CLOSED; // just now, by somebody who looked again
        boolean harmless = !write || retired || e.code() == ErrorCode.CONNECTION_FAILED;
        if (!(other || retired) || !harmless || isOver(begin)) {
          throw retired ? shards.unreachable(slot, e) : e;
        }
      }
    }
  }

  private <R> R ask(HostAndPort owner, boolean write, Words<R> words) {
    try {
      return shards.node(owner).talk(write, words);
    } catch (JedisAskDataException e) {
      return shards.node(e.getTargetNode()).ask(write, words);
    }
  }

  private void pause(long begin, JedisDataException said) {
    if (isOver(begin)) {
      throw StorageException.of(
          ErrorCode.CONNECTION_FAILED,
          "slot "
              + slot
              + " of the cluster '"
              + shards.settings().address()
              + "' is being moved to another node; try again: nothing was changed",
          said);
    }
    LockSupport.parkNanos(PAUSE_NANOS);
    if (Thread.currentThread().isInterrupted()) {
      throw StorageException.of(
          ErrorCode.INTERRUPTED,
          "the thread was interrupted while a slot of the cluster was moving; nothing was changed");
    }
  }

  private boolean isOver(long begin) {
    return System.nanoTime() - begin > shards.settings().timeout().toNanos();
  }

  @Override
  public Connection dial() {
    return shards.node(shards.owner(slot)).dial();
  }

  @Override
  public void doubt() {
    @Nullable HostAndPort owner = shards.known(slot);
    if (owner != null) {
      shards.lookAgain(owner);
    }
  }

  @Override
  public String primary() {
    return shards.owner(slot).toString();
  }

  @Override
  public List<Told> told() {
    return shards.told(slot);
  }

  @Override
  public boolean remembers() {
    return false;
  }

  @Override
  public RedisSettings settings() {
    return shards.settings();
  }

  @Override
  public boolean isClosed() {
    return shards.isClosed();
  }
}
