package io.undercroft.layer.tier;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The right of one process at a time to move entries. It lies in the warmest of the colder tiers
 * and passes by itself if its holder dies.
 *
 * <p><b>Threads:</b> for one.
 */
final class Lease implements AutoCloseable {
  /** Where it lies; an entry of the user's under this key stays in the hot tier. */
  static final String KEY = ".undercroft-tier-lease";

  private static final String UNTIL = "until";

  private final KeyValue place;
  private final Clock clock;
  private final Duration time;
  private String version;
  private Instant until;

  private Lease(KeyValue place, Clock clock, Duration time, String version, Instant until) {
    this.place = place;
    this.clock = clock;
    this.time = time;
    this.version = version;
    this.until = until;
  }

  /**
   * Takes it.
   *
   * @throws StorageException TIMEOUT if another process has it
   */
  static Lease take(KeyValue place, Clock clock, Duration time) {
    Instant now = clock.instant();
    Optional<StoredEntry> there = place.get(KEY);
    Precondition precondition = Precondition.ABSENT;
    if (there.isPresent()) {
      EntryMeta meta = there.get().meta();
      Instant ends = Instant.parse(new String(there.get().value(), StandardCharsets.US_ASCII));
      if (now.isBefore(ends)) {
        throw taken(ends.toString());
      }
      precondition = Precondition.version(meta.version());
    }
    Instant until = now.plus(time);
    PutResult result = place.put(KEY, entry(until), precondition);
    if (result instanceof PutResult.Written written) {
      return new Lease(place, clock, time, written.meta().version(), until);
    }
    throw taken("it is done");
  }

  private static NewEntry entry(Instant until) {
    return new NewEntry(
        until.toString().getBytes(StandardCharsets.US_ASCII),
        "text/plain",
        Optional.empty(),
        java.util.Map.of(UNTIL, until.toString()));
  }

  private static StorageException taken(String until) {
    return StorageException.of(
        ErrorCode.TIMEOUT,
        "another process is moving entries between the tiers, at the longest until "
            + until
            + "; try again later");
  }

  /**
   * Keeps it if half of its time is over.
   *
   * @throws StorageException TIMEOUT if another process has taken it
   */
  void keep() {
    Instant now = clock.instant();
    if (now.isBefore(until.minus(time.dividedBy(2)))) {
      return;
    }
    Instant longer = now.plus(time);
    PutResult result = place.put(KEY, entry(longer), Precondition.version(version));
    if (result instanceof PutResult.Written written) {
      version = written.meta().version();
      until = longer;
      return;
    }
    throw taken("it is done");
  }

  /** Gives it back. */
  @Override
  public void close() {
    place.delete(KEY, Precondition.version(version));
  }
}
