package io.undercroft.storage.event;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which changes to deliver, from where on, and how many may wait.
 *
 * @param glob the glob that a key must match, if one is given
 * @param pattern the pattern that must be found in a key, if one is given; at most one of the two
 * @param from the position after which to resume; empty for "from now on"
 * @param queueCapacity how many changes may wait for a slow consumer, 1 to 1,048,576; what happened
 *     since the position comes on top of it
 */
public record WatchOptions(
    Optional<String> glob, Optional<Pattern> pattern, Optional<String> from, int queueCapacity) {
  /** The capacity unless another is asked for. */
  public static final int DEFAULT_QUEUE_CAPACITY = 1_024;

  private static final WatchOptions ALL =
      new WatchOptions(
          Optional.empty(), Optional.empty(), Optional.empty(), DEFAULT_QUEUE_CAPACITY);

  /** Checks the ranges. */
  public WatchOptions {
    Objects.requireNonNull(glob, "glob");
    Objects.requireNonNull(pattern, "pattern");
    Objects.requireNonNull(from, "from");
    if (glob.isPresent() && pattern.isPresent()) {
      throw new IllegalArgumentException("give a glob or a pattern, not both");
    }
    if (queueCapacity < 1 || queueCapacity > 1 << 20) {
      throw new IllegalArgumentException(
          "queueCapacity must be 1 to 1,048,576, got " + queueCapacity);
    }
  }

  /** Every change from now on. */
  public static WatchOptions all() {
    return ALL;
  }

  /** Changes of keys that match this glob. */
  public static WatchOptions glob(String glob) {
    return new WatchOptions(
        Optional.of(glob), Optional.empty(), Optional.empty(), DEFAULT_QUEUE_CAPACITY);
  }

  /** Changes of keys in which this pattern is found. */
  public static WatchOptions pattern(Pattern pattern) {
    return new WatchOptions(
        Optional.empty(), Optional.of(pattern), Optional.empty(), DEFAULT_QUEUE_CAPACITY);
  }

  /** Returns these options, resuming after this position. */
  public WatchOptions resumeAfter(String position) {
    return new WatchOptions(glob, pattern, Optional.of(position), queueCapacity);
  }

  /** Returns these options with another capacity. */
  public WatchOptions withQueueCapacity(int capacity) {
    return new WatchOptions(glob, pattern, from, capacity);
  }
}
