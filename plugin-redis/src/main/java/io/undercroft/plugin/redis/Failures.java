package io.undercroft.plugin.redis;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.net.SocketTimeoutException;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What the driver and the server say, in words and codes of ours. Texts of the server are handed on
 * as causes, but for those about a login, which may name the user.
 *
 * <p><b>Threads:</b> immutable.
 */
final class Failures {
  private final String server;
  private final RedisSettings settings;

  Failures(RedisSettings settings) {
    this.server = "'" + settings.address() + "'";
    this.settings = settings;
  }

  static StorageException closed() {
    return StorageException.of(ErrorCode.CLOSED, "the storage is closed");
  }

  /** Returns why there was no connection to use: in any case nothing was sent. */
  StorageException connecting(RuntimeException failure) {
    if (has(failure, InterruptedException.class) != null) {
      Thread.currentThread().interrupt();
      return StorageException.of(
          ErrorCode.INTERRUPTED,
          "the thread was interrupted while it waited for a connection; nothing was sent",
          failure);
    }
    if (has(failure, NoSuchElementException.class) != null) {
      return StorageException.of(
          ErrorCode.TIMEOUT,
          "all "
              + settings.pool().max()
              + " connections to "
              + server
              + " were in use for "
              + settings.pool().maxWait().toMillis()
              + " ms; raise pool.max or pool.max-wait",
          failure);
    }
    JedisDataException said = has(failure, JedisDataException.class);
    if (said != null) {
      return said(said);
    }
    return StorageException.of(
        ErrorCode.CONNECTION_FAILED,
        "no connection to the Redis server "
            + server
            + "; see that it runs, and that "
            + (settings.tls() ? "address, port and certificate" : "address and port")
            + " are right",
        failure);
  }

  /** Returns why no answer came to something that was sent. */
  StorageException lost(boolean write, JedisConnectionException failure) {
    boolean late = isLate(failure);
    String what =
        late
            ? "no answer from " + server + " within " + settings.timeout().toMillis() + " ms"
            : "the connection to " + server + " broke";
    return write
        ? StorageException.of(
            ErrorCode.UNKNOWN_OUTCOME,
            what + ", and it is not known whether it has written; read the entry again",
            failure)
        : StorageException.of(
            late ? ErrorCode.TIMEOUT : ErrorCode.CONNECTION_LOST,
            what + " while it was read from; try again",
            failure);
  }

  static boolean isLate(JedisConnectionException failure) {
    return has(failure, SocketTimeoutException.class) != null;
  }

  /** Returns what an error that the server answered with means: nothing was written. */
  StorageException said(JedisDataException failure) {
    String text = failure.getMessage() == null ? "" : failure.getMessage();
    if (failure instanceof JedisAccessControlException
        || text.startsWith("NOAUTH")
        || text.startsWith("ERR invalid password")
        || text.startsWith("ERR AUTH")) {
      return StorageException.of(
          ErrorCode.INVALID_CONFIG,
          text.startsWith("NOPERM") || text.contains("NOPERM")
              ? "the user of "
                  + server
                  + " may not do what the plugin needs; let it use all commands on the keys '"
                  + settings.namespace()
                  + ":*'"
              : "the server " + server + " does not accept the login; check user and password");
    }
    Meaning meaning = Meaning.of(text);
    return meaning == null
        ? StorageException.of(
            ErrorCode.UNSUPPORTED, "the server " + server + " refused a command", failure)
        : StorageException.of(meaning.code, "the server " + server + " " + meaning.words, failure);
  }

  /** Whether a later attempt of the same call, on another connection, may find another server. */
  static boolean isElsewhere(JedisDataException failure) {
    return Meaning.of(String.valueOf(failure.getMessage())) == Meaning.READONLY;
  }

  private static <T extends Throwable> @Nullable T has(Throwable failure, Class<T> type) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
    }
    return null;
  }

  /** What the server says by the first word of an error; older ones put it inside, after a dash. */
  private enum Meaning {
    OOM(
        ErrorCode.STORAGE_FULL,
        "has reached its maxmemory; remove entries, or give it more: nothing was changed"),
    MISCONF(
        ErrorCode.STORAGE_FULL,
        "takes no writes because it cannot save to its disk; see its log: nothing was changed"),
    LOADING(
        ErrorCode.CONNECTION_FAILED, "is still loading its data; try again: nothing was changed"),
    READONLY(
        ErrorCode.CONNECTION_FAILED,
        "is a replica, which takes no writes; name the primary, or try again after a fail-over:"
            + " nothing was changed"),
    MASTERDOWN(ErrorCode.CONNECTION_FAILED, "has lost its primary; try again: nothing was changed"),
    CLUSTERDOWN(
        ErrorCode.CONNECTION_FAILED,
        "belongs to a cluster that is down; try again: nothing was changed"),
    NOREPLICAS(
        ErrorCode.CONSISTENCY_VIOLATION,
        "has fewer replicas than its min-replicas-to-write asks for: nothing was changed"),
    BUSY(ErrorCode.TIMEOUT, "is busy with somebody's long script; try again: nothing was changed"),
    MOVED(ErrorCode.INVALID_CONFIG, "belongs to a cluster; set cluster=true: nothing was changed"),
    WRONGTYPE(
        ErrorCode.SERIALIZATION_FAILED,
        "holds something else under a name of this storage; somebody else has written to its"
            + " namespace");

    private final ErrorCode code;
    private final String words;

    Meaning(ErrorCode code, String words) {
      this.code = code;
      this.words = words;
    }

    static @Nullable Meaning of(String text) {
      for (Meaning meaning : values()) {
        if (text.startsWith(meaning.name() + " ") || text.contains("-" + meaning.name() + " ")) {
          return meaning;
        }
      }
      return null;
    }
  }
}
