package io.undercroft.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * A clock that stands still until a test moves it.
 *
 * <p><b>Threads:</b> safe for concurrent use; views made by {@link #withZone} move with it.
 */
public final class MutableClock extends Clock {
  private static final class Hand {
    private Instant now;

    Hand(Instant now) {
      this.now = Objects.requireNonNull(now, "now");
    }

    synchronized Instant now() {
      return now;
    }

    synchronized Instant move(Duration step) {
      now = now.plus(step);
      return now;
    }

    synchronized void set(Instant moment) {
      now = Objects.requireNonNull(moment, "moment");
    }
  }

  private final Hand hand;
  private final ZoneId zone;

  private MutableClock(Hand hand, ZoneId zone) {
    this.hand = hand;
    this.zone = zone;
  }

  /** Returns a clock that stands at this moment. */
  public static MutableClock at(Instant start) {
    return new MutableClock(new Hand(start), ZoneOffset.UTC);
  }

  /** Returns a clock that stands at the present moment, to the millisecond. */
  public static MutableClock atNow() {
    return at(Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS));
  }

  /** Moves the clock, backwards if the step is negative; returns the new moment. */
  public Instant advance(Duration step) {
    return hand.move(step);
  }

  /** Puts the clock to this moment. */
  public void set(Instant moment) {
    hand.set(moment);
  }

  @Override
  public Instant instant() {
    return hand.now();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public MutableClock withZone(ZoneId other) {
    return new MutableClock(hand, other);
  }

  @Override
  public String toString() {
    return "MutableClock[" + hand.now() + ", " + zone + "]";
  }
}
