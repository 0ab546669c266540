package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Layer;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import io.undercroft.testkit.Subject;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A storage that is not linearizable is found out through the runtime. */
class LinearizabilityLiesTest {
  private static final ThreadLocal<UnaryOperator<KeyValue>> PLANTED = new ThreadLocal<>();

  /** The class that an author would write; run by the launcher only. */
  static final class Suspect extends StoragePluginContract {
    @Override
    protected PluginUnderTest plugin(Path temp) {
      UnaryOperator<KeyValue> lie = PLANTED.get();
      Layer layer = below -> below.map(KeyValue.class, lie);
      return PluginUnderTest.of(new MemoryPlugin(), Map.of())
          .builtIn()
          .starting(builder -> builder.wrap(Subject.NAME, layer));
    }
  }

  private static Set<String> red(UnaryOperator<KeyValue> lie) {
    PLANTED.set(lie);
    try {
      return Suspects.red(
          selectMethod(Suspect.class, "callsOfManyThreadsOnFewKeysAreLinearizable"));
    } finally {
      PLANTED.remove();
    }
  }

  @Test
  void whoDoesNotLieIsNotRed() {
    assertThat(red(honest -> honest)).isEmpty();
  }

  @Test
  void aReadThatLagsBehindIsRed() {
    assertThat(
            red(
                honest ->
                    new Forwarding(honest) {
                      private final Map<String, Optional<StoredEntry>> former =
                          new ConcurrentHashMap<>();
                      private final AtomicInteger reads = new AtomicInteger();

                      @Override
                      public Optional<StoredEntry> get(String key) {
                        if (reads.incrementAndGet() % 10 == 0) {
                          return former.getOrDefault(key, Optional.empty());
                        }
                        Optional<StoredEntry> found = honest.get(key);
                        former.put(key, found);
                        return found;
                      }
                    }))
        .hasSize(1);
  }

  @Test
  void aWriteThatForgetsItsConditionIsRed() {
    assertThat(
            red(
                honest ->
                    new Forwarding(honest) {
                      @Override
                      public PutResult put(String key, NewEntry entry, Precondition condition) {
                        return honest.put(key, entry, Precondition.NONE);
                      }
                    }))
        .hasSize(1);
  }

  @Test
  void anAcknowledgedWriteThatIsLostIsRed() {
    assertThat(
            red(
                honest ->
                    new Forwarding(honest) {
                      private final AtomicInteger removals = new AtomicInteger();

                      @Override
                      public DeleteResult delete(String key, Precondition condition) {
                        return removals.incrementAndGet() % 5 == 0 && honest.has(key)
                            ? DeleteResult.DELETED
                            : honest.delete(key, condition);
                      }
                    }))
        .hasSize(1);
  }

  /** Does what another does. */
  private static class Forwarding implements KeyValue {
    private final KeyValue honest;

    Forwarding(KeyValue honest) {
      this.honest = honest;
    }

    @Override
    public Optional<StoredEntry> get(String key) {
      return honest.get(key);
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition condition) {
      return honest.put(key, entry, condition);
    }

    @Override
    public DeleteResult delete(String key, Precondition condition) {
      return honest.delete(key, condition);
    }

    @Override
    public void clear() {
      honest.clear();
    }

    @Override
    public long size() {
      return honest.size();
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      return honest.keys(prefix, pageSize);
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      return honest.scan(prefix, pageSize);
    }
  }
}
