package io.undercroft.runtime.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class DebugLogTest {
  private final Lines lines = new Lines();
  private long now;

  private Facets debugged(Facets facets) {
    return Chain.of("rooms", "debug", new DebugLog(lines, () -> now += 12_000)).over(facets);
  }

  @Test
  void everyCallIsALineWithItsKeysItsOutcomeAndItsTimeAndNeverAValue() {
    Facets facets = debugged(Memory.facets(new ManualClock()));
    KeyValue kv = facets.require(KeyValue.class);
    Memory.put(kv, "a", "SECRET");
    Memory.put(kv, "a", "SECRET");
    kv.put("a", Memory.text("SECRET"), Precondition.ABSENT);
    kv.get("a");
    kv.get("b\n");
    kv.has("a");
    kv.size();
    Memory.drain(kv.keys("", 10));
    facets.require(Batch.class).getMany(List.of("a", "b"));
    facets.require(Batch.class).putMany(Map.of("c", Memory.text("SECRET")));
    facets.require(Commit.class).commit(List.of(), List.of(new Mutation.Remove("c")));
    kv.delete("a", Precondition.NONE);
    kv.clear();
    assertThat(lines.all)
        .containsExactly(
            "PUT rooms 'a': created (12 µs)",
            "PUT rooms 'a': overwritten (12 µs)",
            "PUT rooms 'a': conflict (12 µs)",
            "GET rooms 'a': found (12 µs)",
            "GET rooms 'b\\u000a': absent (12 µs)",
            "HAS rooms 'a': true (12 µs)",
            "SIZE rooms: 1 (12 µs)",
            "KEYS rooms: done (12 µs)",
            "PAGE rooms: 1 in the list (12 µs)",
            "PAGE rooms: 0 in the list (12 µs)",
            "GET_MANY rooms 'a' 'b': 1 entries (12 µs)",
            "PUT_MANY rooms 'c': 1 entries (12 µs)",
            "COMMIT rooms 'c': committed (12 µs)",
            "DELETE rooms 'a': deleted (12 µs)",
            "CLEAR rooms: done (12 µs)");
  }

  @Test
  void aFailureIsLoggedByItsCode() {
    KeyValue failing =
        new Through(Memory.facets(new ManualClock()).require(KeyValue.class)) {
          @Override
          public long size() {
            throw StorageException.of(ErrorCode.CONNECTION_LOST, "SECRET");
          }

          @Override
          public void clear() {
            throw new IllegalStateException("SECRET");
          }
        };
    KeyValue kv = debugged(Facets.of(failing)).require(KeyValue.class);
    assertThatThrownBy(kv::size).isInstanceOf(StorageException.class);
    assertThatThrownBy(kv::clear).isInstanceOf(IllegalStateException.class);
    assertThat(lines.all)
        .containsExactly(
            "SIZE rooms: CONNECTION_LOST (12 µs)",
            "CLEAR rooms: java.lang.IllegalStateException (12 µs)");
  }

  /** A logger that keeps its lines. */
  private static final class Lines extends AbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient List<String> all = new ArrayList<>();

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String message,
        Object @Nullable [] arguments,
        @Nullable Throwable throwable) {
      all.add(MessageFormatter.basicArrayFormat(message, arguments));
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isTraceEnabled(Marker marker) {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled(Marker marker) {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return true;
    }

    @Override
    public boolean isInfoEnabled(Marker marker) {
      return true;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isWarnEnabled(Marker marker) {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled(Marker marker) {
      return true;
    }
  }
}
