package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/**
 * Interruption: an operation of an interrupted thread either comes through or says INTERRUPTED;
 * either way the thread stays interrupted, and the backend is none the worse for it.
 */
interface BackendInterruptionContract extends Contract {
  @Test
  default void anInterruptedReadEndsOrSaysInterrupted() throws Exception {
    KeyValue store = subject().keyValue();
    put(store, "a", "one");
    interrupted(() -> store.get("a"));
    interrupted(() -> store.has("a"));
    interrupted(store::size);
    interrupted(() -> Entries.keys(store));
    interrupted(() -> Entries.scan(store, "", 10));
    if (subject().offers(Batch.class)) {
      interrupted(() -> subject().facet(Batch.class).getMany(List.of("a")));
    }
    assertStillWorks(store);
  }

  @Test
  default void anInterruptedWriteIsDoneOrChangesNothing() throws Exception {
    KeyValue store = subject().keyValue();
    put(store, "a", "before");
    for (int i = 0; i < 5; i++) {
      String value = "value " + i;
      String before = text(store, "a").orElseThrow();
      boolean done = interrupted(() -> store.put("a", text(value), Precondition.NONE));
      assertThat(text(store, "a")).contains(done ? value : before);
    }
    boolean deleted = interrupted(() -> store.delete("a", Precondition.NONE));
    assertThat(store.has("a")).isEqualTo(!deleted);
    put(store, "a", "one");
    boolean cleared =
        interrupted(
            () -> {
              store.clear();
              return true;
            });
    if (cleared) {
      assertThat(store.size()).isZero();
    }
    assertStillWorks(store);
  }

  @Test
  default void anInterruptedCommitIsDoneOrChangesNothing() throws Exception {
    Commit commit = subject().facet(Commit.class);
    KeyValue store = subject().keyValue();
    boolean done =
        interrupted(
            () ->
                commit.commit(
                    List.of(),
                    List.of(
                        new Mutation.Put("b", text("one")), new Mutation.Put("c", text("two")))));
    assertThat(store.has("b")).isEqualTo(done);
    assertThat(store.has("c")).isEqualTo(done);
    assertStillWorks(store);
  }

  @Test
  default void anInterruptedBatchLeavesWholeEntriesOnly() throws Exception {
    Batch batch = subject().facet(Batch.class);
    KeyValue store = subject().keyValue();
    boolean done = interrupted(() -> batch.putMany(Map.of("b", text("value"), "c", text("value"))));
    for (String key : List.of("b", "c")) {
      if (done || store.has(key)) {
        assertThat(text(store, key)).contains("value");
      }
    }
    interrupted(() -> batch.deleteMany(List.of("b", "c")));
    assertStillWorks(store);
  }

  @Test
  default void interruptionsFromOutsideNeverTearAWrite() {
    KeyValue store = subject().keyValue();
    put(store, "a", "x".repeat(1_000));
    Thread[] writer = new Thread[1];
    try (Race writing =
        Race.looping(
            1,
            runner -> {
              writer[0] = Thread.currentThread();
              char letter = (char) ('a' + Math.floorMod(System.nanoTime(), 26));
              try {
                put(store, "a", String.valueOf(letter).repeat(1_000));
              } catch (StorageException e) {
                assertThat(e.code())
                    .as("%s", e)
                    .isIn(ErrorCode.INTERRUPTED, ErrorCode.UNKNOWN_OUTCOME);
              }
              Thread.interrupted();
            })) {
      int rounds = subject().scaled(300);
      for (int i = 0; i < rounds && !writing.isOver(); i++) {
        Thread target = writer[0];
        if (target != null) {
          target.interrupt();
        }
        String text = text(store, "a").orElseThrow();
        assertThat(text.length()).isEqualTo(1_000);
        assertThat(text.chars().distinct().count()).as("letters in one value").isEqualTo(1);
      }
    }
    assertStillWorks(store);
  }

  /** Runs the call with the interrupt flag set; returns whether it came through. */
  private static boolean interrupted(Callable<?> call) throws Exception {
    boolean done = true;
    boolean flag;
    Thread.currentThread().interrupt();
    try {
      call.call();
    } catch (StorageException e) {
      assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.INTERRUPTED);
      done = false;
    } finally {
      flag = Thread.interrupted();
    }
    assertThat(flag).as("the interrupt flag afterwards").isTrue();
    return done;
  }

  private static void assertStillWorks(KeyValue store) {
    put(store, "afterwards", "works");
    assertThat(text(store, "afterwards")).contains("works");
    assertThat(Entries.keys(store)).contains("afterwards");
    assertThat(store.delete("afterwards", Precondition.NONE)).isNotNull();
  }
}
