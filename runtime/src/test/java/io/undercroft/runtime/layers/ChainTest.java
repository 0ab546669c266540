package io.undercroft.runtime.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.spi.Around;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Call;
import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChainTest {
  private final KeyValue bare = Memory.facets(new ManualClock()).require(KeyValue.class);

  private KeyValue through(KeyValue below, Around... arounds) {
    Facets facets = Facets.of(below);
    for (int i = arounds.length - 1; i >= 0; i--) {
      facets = Chain.of("rooms", "around" + i, arounds[i]).over(facets);
    }
    return facets.require(KeyValue.class);
  }

  private static final Around PASSING = (call, next) -> next.proceed(call);

  // ---- what comes out

  static Stream<Arguments> wrongAnswers() {
    return Stream.of(
        Arguments.of("for a value", "no optional"),
        Arguments.of("an optional of something else", Optional.of("text")),
        Arguments.of("what an operation without result returns", Call.NOTHING));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongAnswers")
  void anAroundThatAnswersWithSomethingElseIsNamed(String what, Object wrong) {
    KeyValue kv = through(bare, PASSING, (call, next) -> wrong, PASSING);
    assertThatThrownBy(() -> kv.get("k"))
        .as(what)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("'around1'", "GET rooms 'k'", "java.util.Optional");
  }

  @Test
  @SuppressWarnings("NullAway") // an around of somebody without our checks
  void anAroundThatAnswersWithNullIsNamed() {
    KeyValue kv = through(bare, PASSING, (call, next) -> null);
    assertThatThrownBy(kv::size).hasMessageContainingAll("'around1'", "SIZE rooms", "with null");
    assertThatThrownBy(kv::clear)
        .hasMessageContainingAll("'around1'", "CLEAR rooms", "Call.NOTHING");
  }

  @Test
  void anAroundMayAnswerInstead() {
    KeyValue kv =
        through(
            bare,
            (call, next) -> call.kind() == Kind.DELETE ? DeleteResult.ABSENT : next.proceed(call));
    Memory.put(kv, "k", "1");
    assertThat(kv.delete("k", Precondition.NONE)).isEqualTo(DeleteResult.ABSENT);
    assertThat(kv.has("k")).isTrue();
  }

  // ---- one by one

  private static final LetsPass LETTING_PASS = (call, next) -> next.proceed(call);

  /** Hands on two entries, one by one; otherwise reads nothing. */
  private record TwoByTwo(AtomicInteger oneByOne) implements Batch {
    private static final StoredEntry ENTRY =
        new StoredEntry(
            new byte[0],
            new EntryMeta("v", Instant.EPOCH, Instant.EPOCH, Optional.empty(), "a/b", Map.of()));

    @Override
    public Map<String, StoredEntry> getMany(Collection<String> keys) {
      return Map.of("a", ENTRY, "b", ENTRY);
    }

    @Override
    public void getEach(Collection<String> keys, BiConsumer<String, StoredEntry> found) {
      for (String key : keys) {
        found.accept(key, ENTRY);
        oneByOne.incrementAndGet();
      }
    }

    @Override
    public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
      return Map.of();
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      return 0;
    }
  }

  /** An around that may look at what is read gets all of it, and before anybody else does. */
  @Test
  void entriesAreHandedOnOneByOneOnlyPastWhatDoesNotLookAtThem() {
    for (Around around : List.of(LETTING_PASS, PASSING)) {
      AtomicInteger oneByOne = new AtomicInteger();
      Batch batch =
          Chain.of("rooms", "around", around)
              .over(Facets.of(bare).with(Batch.class, new TwoByTwo(oneByOne)))
              .require(Batch.class);
      Set<String> found = new TreeSet<>();
      batch.getEach(List.of("a", "b"), (key, entry) -> found.add(key));
      assertThat(found).containsExactly("a", "b");
      assertThat(oneByOne).hasValue(around == LETTING_PASS ? 2 : 0);
    }
  }

  /** It is not taken for a failure of the backend, whatever the arounds make of one. */
  @Test
  void whatTheTakerThrowsComesThroughUnchanged() {
    LetsPass explaining =
        (call, next) -> {
          try {
            return next.proceed(call);
          } catch (RuntimeException e) {
            throw StorageException.of(ErrorCode.CONNECTION_LOST, "the plugin failed", e);
          }
        };
    Batch batch =
        Chain.of("rooms", "around", explaining)
            .over(Facets.of(bare).with(Batch.class, new TwoByTwo(new AtomicInteger())))
            .require(Batch.class);
    IllegalStateException own = new IllegalStateException("enough");
    assertThatThrownBy(
            () ->
                batch.getEach(
                    List.of("a"),
                    (key, entry) -> {
                      throw own;
                    }))
        .isSameAs(own);
  }

  // ---- how often and where

  @Test
  void anAroundMayRepeat() {
    AtomicInteger tries = new AtomicInteger();
    KeyValue flaky =
        new Through(bare) {
          @Override
          public Optional<StoredEntry> get(String key) {
            if (tries.incrementAndGet() < 3) {
              throw StorageException.of(ErrorCode.CONNECTION_FAILED, "not yet");
            }
            return super.get(key);
          }
        };
    Heard inner = new Heard();
    KeyValue kv =
        through(
            flaky,
            (call, next) -> {
              while (true) {
                try {
                  return next.proceed(call);
                } catch (StorageException e) {
                  assertThat(e.isRetryable()).isTrue();
                }
              }
            },
            inner);
    assertThat(kv.get("k")).isEmpty();
    assertThat(tries).hasValue(3);
    assertThat(inner.calls()).hasSize(3);
  }

  @Test
  void anAroundMayGoOnInAnotherThread() {
    KeyValue kv =
        through(
            bare,
            PASSING,
            (call, next) ->
                CompletableFuture.supplyAsync(
                        () -> {
                          try {
                            return next.proceed(call);
                          } catch (Exception e) {
                            throw new IllegalStateException(e);
                          }
                        })
                    .get(),
            PASSING);
    Memory.put(kv, "k", "1");
    assertThat(kv.get("k").map(Memory::text)).contains("1");
  }

  @Test
  void anAroundPassesOnTheCallThatItWasGiven() {
    KeyValue kv =
        through(bare, PASSING, (call, next) -> next.proceed(Call.of(Kind.GET, "rooms", "other")));
    assertThatThrownBy(() -> kv.get("k"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'around1'", "'k'", "'other'");
  }

  // ---- what is thrown

  @Test
  void uncheckedExceptionsComeOutAsTheyAre() {
    RuntimeException veto = new SecurityException("no");
    KeyValue kv =
        through(
            bare,
            PASSING,
            (call, next) -> {
              throw veto;
            });
    assertThatThrownBy(() -> kv.get("k")).isSameAs(veto);
    AssertionError error = new AssertionError("bug");
    KeyValue broken =
        through(
            new Through(bare) {
              @Override
              public long size() {
                throw error;
              }
            },
            PASSING);
    assertThatThrownBy(broken::size).isSameAs(error);
  }

  /** Throws instead of the operation, or after it. */
  private static Around throwing(Exception e, boolean after) {
    return (call, next) -> {
      if (after) {
        next.proceed(call);
      }
      throw e;
    };
  }

  static Stream<Arguments> checkedExceptions() {
    Exception io = new IOException("disk");
    Exception late = new TimeoutException("late");
    return Stream.of(
        Arguments.of(io, false, Kind.GET, ErrorCode.CONNECTION_FAILED),
        Arguments.of(io, false, Kind.PUT, ErrorCode.CONNECTION_FAILED),
        Arguments.of(late, false, Kind.PUT, ErrorCode.CONNECTION_FAILED),
        Arguments.of(io, true, Kind.GET, ErrorCode.CONNECTION_LOST),
        Arguments.of(late, true, Kind.GET, ErrorCode.TIMEOUT),
        Arguments.of(io, true, Kind.PUT, ErrorCode.UNKNOWN_OUTCOME),
        Arguments.of(late, true, Kind.PUT, ErrorCode.UNKNOWN_OUTCOME),
        Arguments.of(new InterruptedException(), true, Kind.PUT, ErrorCode.INTERRUPTED));
  }

  @ParameterizedTest
  @MethodSource("checkedExceptions")
  void checkedExceptionsAreWrapped(Exception cause, boolean after, Kind kind, ErrorCode code) {
    KeyValue kv = through(bare, PASSING, throwing(cause, after), PASSING);
    assertThatThrownBy(
            () -> {
              if (kind == Kind.GET) {
                kv.get("k");
              } else {
                Memory.put(kv, "k", "value");
              }
            })
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasCause(cause)
        .hasMessageContaining(kind + " rooms 'k'")
        .hasMessageNotContaining("value");
    assertThat(Thread.interrupted()).isEqualTo(code == ErrorCode.INTERRUPTED);
    assertThat(bare.has("k")).isEqualTo(after && kind == Kind.PUT);
  }

  @Test
  void whatTheBackendThrowsPassesTheArounds() {
    StorageException full = StorageException.of(ErrorCode.STORAGE_FULL, "full");
    KeyValue kv =
        through(
            new Through(bare) {
              @Override
              public PutResult put(String key, NewEntry entry, Precondition precondition) {
                throw full;
              }
            },
            PASSING);
    assertThatThrownBy(() -> Memory.put(kv, "k", "1")).isSameAs(full);
    assertThat(List.of(full.getSuppressed())).isEmpty();
  }
}
