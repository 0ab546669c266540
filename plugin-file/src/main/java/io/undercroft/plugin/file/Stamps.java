package io.undercroft.plugin.file;

import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The times of writes: by the clock, in whole microseconds, and each later than every one before it
 * in the life of the storage, whatever the clock does and wherever the process dies.
 *
 * <p>For the last, a small file holds a moment that no stamp has passed yet. It is written ahead by
 * {@link #AHEAD}, so that only one write in many waits for it, and exactly at the end.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Stamps {
  /** After a crash, the first stamps may be in the future by this much. */
  static final Duration AHEAD = Duration.ofSeconds(5);

  private static final long MICRO = 1_000;

  private final Path file;
  private final DurableFiles files;
  private final Clock clock;
  private long last;
  private long reserved;

  private Stamps(Path file, DurableFiles files, Clock clock, long last) {
    this.file = file;
    this.files = files;
    this.clock = clock;
    this.last = last;
    this.reserved = last;
  }

  /** Goes on after what the file says; without a file, or with one that is damaged, from now on. */
  static Stamps open(Path file, DurableFiles files, Clock clock) throws IOException {
    return new Stamps(file, files, clock, read(file).orElse(Long.MIN_VALUE));
  }

  private static OptionalLong read(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return OptionalLong.empty();
    }
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
      return OptionalLong.of(nanos(Instant.parse(text)));
    } catch (java.time.DateTimeException | ArithmeticException e) {
      return OptionalLong.empty(); // damaged by hand: files that are there keep their own versions
    }
  }

  /** Returns the stamp of a write, in nanoseconds since 1970. */
  synchronized long next() {
    long now = nanos(clock.instant());
    long up = Math.floorMod(now, MICRO) == 0 ? now : now - Math.floorMod(now, MICRO) + MICRO;
    long stamp = Math.max(up, last == Long.MIN_VALUE ? up : last + MICRO);
    if (stamp > reserved) {
      reserve(stamp + AHEAD.toNanos());
    }
    last = stamp;
    return stamp;
  }

  private void reserve(long until) {
    try {
      files.replace(file, text(until), until);
    } catch (IOException e) {
      throw IoFailures.writing(file, e);
    }
    reserved = until;
  }

  /** Writes down exactly how far the stamps came. */
  synchronized void close() {
    if (reserved > last) {
      try {
        reserve(last);
      } catch (StorageException e) {
        // The file still says more than was used, which is safe: the next stamps come a little
        // late.
        reserved = last;
      }
    }
  }

  private static byte[] text(long stamp) {
    return (instant(stamp) + "\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns nanoseconds since 1970; the years 1678 to 2261 are told apart. */
  static long nanos(Instant moment) {
    try {
      return Math.addExact(
          Math.multiplyExact(moment.getEpochSecond(), 1_000_000_000L), moment.getNano());
    } catch (ArithmeticException e) {
      return moment.getEpochSecond() < 0 ? -(Long.MAX_VALUE / 2) : Long.MAX_VALUE / 2;
    }
  }

  /** Returns the moment of a stamp. */
  static Instant instant(long stamp) {
    return Instant.ofEpochSecond(
        Math.floorDiv(stamp, 1_000_000_000L), Math.floorMod(stamp, 1_000_000_000L));
  }

  /** Returns the moment of a stamp to the millisecond, as an entry's meta tells it. */
  static Instant millis(long stamp) {
    return Instant.ofEpochMilli(Math.floorDiv(stamp, 1_000_000L));
  }

  /** Returns a file's time of modification as a stamp. */
  static long modified(BasicFileAttributes attributes) {
    return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
  }
}
