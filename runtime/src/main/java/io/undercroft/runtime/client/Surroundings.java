package io.undercroft.runtime.client;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What all storages of one runtime share.
 *
 * @param async runs the work of {@code async()} views
 * @param deliveries runs watch handlers and subscribers; a task that waits must not keep others
 *     from running
 * @param clock tells the time of events
 * @param random gives a generator to the calling thread, for the spread of repeated attempts
 * @param caller tells who calls on this thread, if that is known
 * @param context takes the context of the calling thread, and returns what runs a task in it, at
 *     once and on the thread that hands it in
 * @param drainLimit how long to wait for operations under way before a backend is closed
 */
public record Surroundings(
    Executor async,
    Executor deliveries,
    Clock clock,
    Supplier<RandomGenerator> random,
    Supplier<Optional<String>> caller,
    Supplier<Executor> context,
    Duration drainLimit) {
  /** Checks that nothing is {@code null}. */
  public Surroundings {
    Objects.requireNonNull(async, "async");
    Objects.requireNonNull(deliveries, "deliveries");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(caller, "caller");
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(drainLimit, "drainLimit");
  }
}
