package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Streams: lazy, constant memory, and closed by the caller. */
interface StreamContract extends Contract {
  /** The most that a page may hold. */
  int LARGEST_PAGE = 10_000;

  /** So many entries that the runtime, which asks for a thousand keys at once, needs two pages. */
  int MORE_THAN_A_PAGE = 1_100;

  /** The streams of a storage, each giving the number in the key or value. */
  List<Function<Storage<String>, Stream<String>>> STREAMS =
      List.of(
          Storage::keys,
          storage -> storage.keys("key-"),
          Storage::values,
          storage -> storage.entries().map(Entry::key));

  @Test
  default void aLongStreamGivesEverythingOnceInPages() {
    Probe probe = new Probe();
    int count = subject().scaled(100_000, MORE_THAN_A_PAGE);
    Storage<String> storage = filled(probe, count);
    for (Function<Storage<String>, Stream<String>> open : STREAMS) {
      int pages = probe.pages.get();
      BitSet seen = new BitSet(count);
      try (Stream<String> stream = open.apply(storage)) {
        stream.forEach(
            text -> {
              int number = Integer.parseInt(text.substring("key-".length()));
              assertThat(seen.get(number)).as("%s comes a second time", text).isFalse();
              seen.set(number);
            });
      }
      assertThat(seen.cardinality()).isEqualTo(count);
      assertThat(probe.pages.get() - pages).as("pages").isGreaterThan(1);
      assertThat(probe.cursorsClosed.get()).isEqualTo(probe.cursorsOpened.get());
    }
    assertThat(probe.largestPage.get()).as("the largest page").isBetween(1, LARGEST_PAGE);
  }

  @Test
  default void aStreamReadsNoMoreThanItIsAskedFor() {
    Probe probe = new Probe();
    int count = subject().scaled(20_000, MORE_THAN_A_PAGE);
    Storage<String> storage = filled(probe, count);
    for (Function<Storage<String>, Stream<String>> open : STREAMS) {
      int pages = probe.pages.get();
      try (Stream<String> stream = open.apply(storage)) {
        assertThat(probe.pages).as("pages before anything is asked for").hasValue(pages);
        assertThat(stream.limit(10)).hasSize(10);
        assertThat(probe.pages.get() - pages).as("pages for ten elements").isBetween(1, 2);
      }
      assertThat(probe.cursorsClosed.get()).isEqualTo(probe.cursorsOpened.get());
    }
    assertThat(probe.elements.get()).isLessThan(count * STREAMS.size());
  }

  @Test
  default void aStreamThatNobodyReadsCostsNothing() {
    Probe probe = new Probe();
    Storage<String> storage = filled(probe, 10);
    int calls = probe.pages.get();
    for (Function<Storage<String>, Stream<String>> open : STREAMS) {
      open.apply(storage).close();
    }
    assertThat(probe.pages).hasValue(calls);
    assertThat(probe.cursorsClosed.get()).isEqualTo(probe.cursorsOpened.get());
  }

  @Test
  default void aStreamMayBeClosedTwiceAndInTheMiddle() {
    Probe probe = new Probe();
    Storage<String> storage = filled(probe, MORE_THAN_A_PAGE);
    for (Function<Storage<String>, Stream<String>> open : STREAMS) {
      Stream<String> stream = open.apply(storage);
      var iterator = stream.iterator();
      assertThat(iterator.next()).startsWith("key-");
      stream.close();
      stream.close();
      assertThat(probe.cursorsClosed.get()).isEqualTo(probe.cursorsOpened.get());
    }
  }

  @Test
  default void aStreamThatFailsHalfwaySaysSoAndDoesNotEnd() {
    Probe probe = new Probe();
    Storage<String> storage = filled(probe, MORE_THAN_A_PAGE);
    for (Function<Storage<String>, Stream<String>> open : STREAMS) {
      try (Stream<String> stream = open.apply(storage)) {
        var iterator = stream.iterator();
        assertThat(iterator.next()).startsWith("key-");
        probe.fail(StorageException.of(ErrorCode.CONNECTION_LOST, "planted by the test"));
        Expect.failure(
            ErrorCode.CONNECTION_LOST,
            () -> {
              while (iterator.hasNext()) {
                iterator.next();
              }
            });
      } finally {
        probe.heal();
      }
      assertThat(probe.cursorsClosed.get()).isEqualTo(probe.cursorsOpened.get());
    }
  }

  @Test
  default void everythingMayBeDeletedWhileItIsStreamed() {
    Storage<String> storage = filled(new Probe(), subject().scaled(2_500, 300));
    try (Stream<String> keys = storage.keys()) {
      keys.forEach(key -> assertThat(storage.delete(key)).as(key).isTrue());
    }
    assertThat(storage.size()).isZero();
  }

  @Test
  default void severalStreamsMayBeReadInTurns() {
    Storage<String> storage = filled(new Probe(), 300);
    List<String> one = new ArrayList<>();
    List<String> two = new ArrayList<>();
    try (Stream<String> first = storage.keys();
        Stream<String> second = storage.values()) {
      var a = first.iterator();
      var b = second.iterator();
      while (a.hasNext() || b.hasNext()) {
        if (a.hasNext()) {
          one.add(a.next());
        }
        if (b.hasNext()) {
          two.add(b.next());
        }
      }
    }
    assertThat(one).hasSize(300).doesNotHaveDuplicates();
    assertThat(two).containsExactlyInAnyOrderElementsOf(one);
  }

  private Storage<String> filled(Probe probe, int count) {
    subject().undercroft(builder -> builder.wrap(Subject.NAME, probe));
    BatchStorage<String> storage = subject().storage(String.class).batched();
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < count; i++) {
      values.put("key-" + i, "key-" + i);
      if (values.size() == 1_000 || i == count - 1) {
        storage.setMany(values);
        values.clear();
      }
    }
    assertThat(storage.size()).isEqualTo(count);
    return storage;
  }
}
