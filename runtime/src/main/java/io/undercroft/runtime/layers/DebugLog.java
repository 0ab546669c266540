package io.undercroft.runtime.layers;

import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.PutResult;
import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs every call of one storage: what, which keys, how it ended, how long it took. */
final class DebugLog implements Around {
  static final String NAME = "debug";

  private static final long NANOS_OF_MICRO = 1_000;

  private final Logger log;
  private final LongSupplier nanos;

  DebugLog(Logger log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
  }

  static DebugLog of(String storage) {
    return new DebugLog(
        LoggerFactory.getLogger("io.undercroft.debug." + storage), System::nanoTime);
  }

  @Override
  public Object around(Call call, Next next) throws Exception {
    long start = nanos.getAsLong();
    String outcome = "";
    try {
      Object answer = next.proceed(call);
      outcome = words(answer);
      return answer;
    } catch (StorageException e) {
      outcome = e.code().toString();
      throw e;
    } catch (Exception | Error e) {
      outcome = e.getClass().getName();
      throw e;
    } finally {
      long micros = (nanos.getAsLong() - start) / NANOS_OF_MICRO;
      log.info("{}: {} ({} µs)", call, outcome, micros);
    }
  }

  /** Says what came out, never what is in it. */
  private static String words(Object answer) {
    if (answer instanceof Optional<?> found) {
      return found.isPresent() ? "found" : "absent";
    }
    if (answer instanceof PutResult result) {
      return result instanceof PutResult.Written written
          ? written.created() ? "created" : "overwritten"
          : "conflict";
    }
    if (answer instanceof DeleteResult result) {
      return result.name().toLowerCase(Locale.ROOT);
    }
    if (answer instanceof CommitResult result) {
      return result instanceof CommitResult.Committed ? "committed" : "conflict";
    }
    if (answer instanceof Boolean || answer instanceof Long) {
      return answer.toString();
    }
    if (answer instanceof Map<?, ?> map) {
      return map.size() + " entries";
    }
    if (answer instanceof Collection<?> list) {
      return list.size() + " in the list";
    }
    return "done";
  }
}
