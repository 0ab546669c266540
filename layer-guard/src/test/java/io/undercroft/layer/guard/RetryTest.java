package io.undercroft.layer.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.failsafe.RetryPolicy;
import io.undercroft.layer.guard.FaultyShelf.Fault;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A write is repeated only where it is certain that it has not happened. */
@Timeout(120)
class RetryTest {
  private static final List<Fault> FAULTS = List.of(Fault.values());

  private final FaultyShelf shelf = new FaultyShelf();
  private final KeyValue retried =
      new RetryLayer(
              new Repeating(
                  RetryPolicy.builder()
                      .handle(Repeating.Again.class)
                      .withMaxAttempts(3)
                      .withDelay(Duration.ofNanos(1_000))
                      .build()))
          .apply(Facets.of(shelf))
          .require(KeyValue.class);

  private static NewEntry entry(String value) {
    return NewEntry.of(value.getBytes(StandardCharsets.UTF_8), "text/plain");
  }

  private String put(String value, Precondition precondition) {
    try {
      return retried.put("a", entry(value), precondition) instanceof PutResult.Written written
          ? written.meta().version()
          : "conflict";
    } catch (StorageException e) {
      return e.code().name();
    }
  }

  @Test
  void readsAreRepeatedUntilTheAttemptsAreOver() {
    shelf.next(Fault.UNREACHABLE, Fault.ANSWER_LOST);
    assertThat(retried.get("a")).isEmpty();
    assertThat(shelf.calls()).isEqualTo(3);
    shelf.next(Fault.UNREACHABLE, Fault.UNREACHABLE, Fault.UNREACHABLE);
    StorageException failed = catchThrowableOfType(StorageException.class, () -> retried.get("a"));
    assertThat(failed.code()).isEqualTo(ErrorCode.CONNECTION_FAILED);
    assertThat(shelf.calls()).isEqualTo(6);
  }

  @Test
  void aWriteThatDidNotLeaveIsRepeated() {
    shelf.next(Fault.UNREACHABLE, Fault.UNREACHABLE);
    assertThat(put("1", Precondition.NONE)).isEqualTo("v1");
    assertThat(shelf.applied()).containsExactly("1");
  }

  @Test
  void anUnconditionalWriteWithoutAnAnswerIsUnknownAtOnce() {
    shelf.next(Fault.ANSWER_LOST);
    assertThat(put("1", Precondition.NONE)).isEqualTo("UNKNOWN_OUTCOME");
    shelf.next(Fault.LATE);
    assertThat(put("2", Precondition.ABSENT)).isEqualTo("UNKNOWN_OUTCOME");
    assertThat(shelf.calls()).isEqualTo(2);
  }

  @Test
  void aWriteOfAVersionThatIsStillThereIsRepeated() {
    String first = put("1", Precondition.NONE);
    shelf.next(Fault.LATE);
    assertThat(put("2", Precondition.version(first))).isEqualTo("v2");
    shelf.arrive();
    assertThat(shelf.applied()).containsExactly("1", "2");
  }

  @Test
  void aWriteOfAVersionThatIsGoneStaysUnknown() {
    String first = put("1", Precondition.NONE);
    shelf.next(Fault.ANSWER_LOST);
    assertThat(put("2", Precondition.version(first))).isEqualTo("UNKNOWN_OUTCOME");
    assertThat(shelf.applied()).containsExactly("1", "2");
  }

  @Test
  void tenThousandWritesOverABadLineAreNeverDoneTwiceAndNeverConflictWithThemselves()
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<String> written = Collections.synchronizedList(new ArrayList<>());
    List<String> refused = Collections.synchronizedList(new ArrayList<>());
    List<String> unknown = Collections.synchronizedList(new ArrayList<>());
    long seed = System.nanoTime();
    SplittableRandom seeds = new SplittableRandom(seed);
    put("begin", Precondition.NONE);
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        String name = "t" + thread + "-";
        SplittableRandom dice = seeds.split();
        ends.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 1_250; i++) {
                    shelf.next(fault(dice), fault(dice));
                    if (dice.nextInt(4) == 0) {
                      shelf.arrive();
                    }
                    one(name + i, written, refused, unknown);
                  }
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
    }
    shelf.arrive();
    List<String> applied = shelf.applied();
    assertThat(applied).as("seed %d: done once at most", seed).doesNotHaveDuplicates();
    assertThat(applied).as("seed %d", seed).containsAll(written);
    assertThat(applied).as("seed %d: no false conflict", seed).doesNotContainAnyElementsOf(refused);
    assertThat(written.size() + refused.size() + unknown.size()).isEqualTo(10_000);
    assertThat(applied.size() - 1).isBetween(written.size(), written.size() + unknown.size());
    assertThat(written.size()).as("seed %d", seed).isGreaterThan(1_000);
    System.out.printf(
        "retry: %d written, %d refused, %d unknown of which %d happened, seed %d%n",
        written.size(), refused.size(), unknown.size(), applied.size() - 1 - written.size(), seed);
  }

  private static Fault fault(SplittableRandom dice) {
    return dice.nextInt(10) < 6 ? Fault.NONE : FAULTS.get(dice.nextInt(FAULTS.size()));
  }

  private void one(String value, List<String> written, List<String> refused, List<String> unknown) {
    String version;
    try {
      version = retried.get("a").orElseThrow().meta().version();
    } catch (StorageException e) {
      refused.add(value);
      return;
    }
    switch (put(value, Precondition.version(version))) {
      case "conflict", "CONNECTION_FAILED" -> refused.add(value);
      case "UNKNOWN_OUTCOME" -> unknown.add(value);
      default -> written.add(value);
    }
  }
}
