package io.undercroft.runtime.layers;

import io.undercroft.runtime.memory.Given;
import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.runtime.memory.Schedules;
import io.undercroft.runtime.memory.Schedules.Call;
import io.undercroft.runtime.memory.Schedules.Spot;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.event.Subscription;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a subscriber was told of a key so far is at every moment what some order of writes and
 * subscriptions would have told it: nothing of a write before its subscription, every write after
 * it, each beginning where the one before ended. Writers with a planted bug show that these tests
 * can fail.
 */
@Tag("lincheck")
class HubLincheckTest {
  private static final Spot TWO_WRITES =
      new Spot(
          List.of(Call.of("subscribe")),
          List.of(Call.of("write", 1, 1)),
          List.of(Call.of("write", 1, 2)),
          List.of(Call.of("heard", 1)));
  private static final Spot A_SUBSCRIPTION_AMID_A_WRITE =
      new Spot(
          List.of(),
          List.of(Call.of("write", 1, 1)),
          List.of(Call.of("subscribe"), Call.of("write", 1, 2)),
          List.of(Call.of("remove", 1), Call.of("heard", 1)));

  private static final Spot THE_LAST_GOES_AND_ANOTHER_COMES =
      new Spot(
          List.of(),
          List.of(Call.of("leave")),
          List.of(Call.of("come"), Call.of("writeWithDeadline")),
          List.of(Call.of("writeAfterTheDeadline")));

  private final Schedules schedules = new Schedules(Oracle.class);

  @Test
  void theModelCheckerFindsNoNewsOutOfOrder() {
    schedules.modelCheck(Watch.class, TWO_WRITES, A_SUBSCRIPTION_AMID_A_WRITE);
  }

  @Test
  void underStressNoNewsAreOutOfOrder() {
    schedules.stress(Watch.class, TWO_WRITES, A_SUBSCRIPTION_AMID_A_WRITE);
  }

  @Test
  void theModelCheckerFindsAWriterThatTellsOutsideOfTheLock() {
    schedules.modelCheckFinds(TellsOutsideOfTheLock.class, TWO_WRITES);
  }

  @Test
  void stressFindsAWriterThatTellsOutsideOfTheLock() {
    schedules.stressFinds(TellsOutsideOfTheLock.class, TWO_WRITES);
  }

  @Test
  void theModelCheckerFindsAQuietWriterThatIsNotCounted() {
    schedules.modelCheckFinds(QuietButNotCounted.class, A_SUBSCRIPTION_AMID_A_WRITE);
  }

  @Test
  void stressFindsAQuietWriterThatIsNotCounted() {
    schedules.stressFinds(QuietButNotCounted.class, A_SUBSCRIPTION_AMID_A_WRITE);
  }

  @Test
  void theModelCheckerFindsNoDeadlineForgottenWhenWatchersChange() {
    new Schedules(OracleOfDeadlines.class)
        .modelCheckSpot(ChangingWatchers.class, THE_LAST_GOES_AND_ANOTHER_COMES);
  }

  /** A watched storage, with numbers for keys and values, and one place for a subscriber. */
  @Param(name = "key", gen = IntGen.class, conf = "1:2")
  @Param(name = "value", gen = IntGen.class, conf = "1:3")
  public static class Watch {
    private static final Clock STILL = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    final KeyValue raw;
    final Hub hub;
    private final KeyValue watched;
    private final String[] heard = new String[3];
    private @Nullable Subscription subscription;

    /** Opens a storage. */
    public Watch() {
      TestContext context = new TestContext(STILL);
      Facets facets = new MemoryPlugin().open(Given.NOTHING, context).facets();
      raw = facets.require(KeyValue.class);
      hub = new Hub(context, raw, false, new QuietWriters(1), new KeyLocks(2, Duration.ofHours(1)));
      watched = writer(new Watched(hub).over(facets).require(KeyValue.class));
    }

    KeyValue writer(KeyValue right) {
      return right;
    }

    private static String name(int key) {
      return key == 1 ? "a" : "b"; // each has a lock of its own
    }

    private static String value(Optional<StoredEntry> entry) {
      return entry.map(Memory::text).orElse("-");
    }

    private void hear(StoredChange change) {
      int key = change.key().equals("a") ? 1 : 2;
      synchronized (heard) {
        heard[key] += value(change.before()) + ">" + value(change.after()) + " ";
      }
    }

    /** Writes; returns whether the entry is new. */
    @Operation
    public boolean write(@Param(name = "key") int key, @Param(name = "value") int value) {
      return watched.put(name(key), Memory.text(Integer.toString(value)), Precondition.NONE)
              instanceof PutResult.Written written
          && written.created();
    }

    /** Removes; returns whether there was an entry. */
    @Operation
    public boolean remove(@Param(name = "key") int key) {
      return watched.delete(name(key), Precondition.NONE) == DeleteResult.DELETED;
    }

    /** Begins to listen unless it does already. */
    @Operation(nonParallelGroup = "subscriber")
    public void subscribe() {
      if (subscription == null) {
        synchronized (heard) {
          heard[1] = "";
          heard[2] = "";
        }
        subscription = hub.subscribe(Optional.empty(), this::hear);
      }
    }

    /** Ends listening; what was heard is heard no more. */
    @Operation(nonParallelGroup = "subscriber")
    public void unsubscribe() {
      if (subscription != null) {
        subscription.close();
        subscription = null;
      }
    }

    /** Returns what the subscriber was told of a key so far. */
    @Operation(nonParallelGroup = "subscriber")
    public String heard(@Param(name = "key") int key) {
      synchronized (heard) {
        return subscription == null ? "" : heard[key];
      }
    }
  }

  /** A writer that holds the lock while it writes, but not while it tells. */
  public static final class TellsOutsideOfTheLock extends Watch {
    @Override
    KeyValue writer(KeyValue right) {
      return new Through(right) {
        @Override
        public PutResult put(String key, NewEntry entry, Precondition precondition) {
          int ticket = hub.enter();
          if (ticket != QuietWriters.WATCHED) {
            hub.leave(ticket);
            return right.put(key, entry, precondition);
          }
          long locked = hub.locks().of(key);
          Optional<StoredEntry> before;
          PutResult result;
          hub.locks().lock(locked);
          try {
            before = raw.get(key);
            result = raw.put(key, entry, precondition);
          } finally {
            hub.locks().unlock(locked);
          }
          if (result instanceof PutResult.Written written) {
            hub.written(key, before, new StoredEntry(entry.value(), written.meta()));
          }
          return result;
        }
      };
    }
  }

  /** A writer that looks whether somebody watches, and then writes without being counted. */
  public static final class QuietButNotCounted extends Watch {
    @Override
    KeyValue writer(KeyValue right) {
      return new Through(right) {
        @Override
        public PutResult put(String key, NewEntry entry, Precondition precondition) {
          return (hub.isWatched() ? right : raw).put(key, entry, precondition);
        }
      };
    }
  }

  /** A storage that one watches from the start, and another one from later on. */
  public static final class ChangingWatchers {
    private static final ScheduledExecutorService ENDED = Executors.newScheduledThreadPool(1);

    static {
      ENDED.shutdown();
    }

    private final ManualClock clock = new ManualClock();
    private final StringBuilder heard = new StringBuilder();
    private final Hub hub;
    private final KeyValue kv;
    private final Subscription first;

    /** Opens a storage, whose deadlines are looked at by writes only. */
    public ChangingWatchers() {
      TestContext context = new TestContext("rooms", clock, ENDED);
      Facets facets = new MemoryPlugin().open(Given.NOTHING, context).facets();
      KeyValue raw = facets.require(KeyValue.class);
      hub = new Hub(context, raw, false, new QuietWriters(1), new KeyLocks(1, Duration.ofHours(1)));
      kv = new Watched(hub).over(facets).require(KeyValue.class);
      first = hub.subscribe(Optional.empty(), change -> {});
    }

    /** The first one goes. */
    @Operation
    public void leave() {
      first.close();
    }

    /** Another one comes. */
    @Operation
    public void come() {
      hub.subscribe(Optional.empty(), change -> heard.append(change.type()).append(' '));
    }

    /** Writes what expires in an hour. */
    @Operation
    public void writeWithDeadline() {
      Memory.put(kv, "a", Memory.until(clock.instant().plus(Duration.ofHours(1))));
    }

    /** Writes an hour later; returns what the other one was told. */
    @Operation
    public String writeAfterTheDeadline() {
      clock.advance(Duration.ofHours(1));
      Memory.put(kv, "a", "1");
      return heard.toString();
    }
  }

  /** What the other one is told in the only order that there is for it. */
  public static final class OracleOfDeadlines {
    /** Is not told. */
    public void leave() {}

    /** Is not told. */
    public void come() {}

    /** Is told. */
    public void writeWithDeadline() {}

    /** Is told, and the expiry before it. */
    public String writeAfterTheDeadline() {
      return "SET EXPIRE SET ";
    }
  }

  /** The same, one operation after the other. */
  public static final class Oracle {
    private final String[] values = {"-", "-", "-"};
    private final String[] heard = {"", "", ""};
    private boolean subscribed;

    private boolean change(int key, String value) {
      String before = values[key];
      boolean told = subscribed && !(before.equals("-") && value.equals("-"));
      heard[key] += told ? before + ">" + value + " " : "";
      values[key] = value;
      return !before.equals("-");
    }

    /** Writes; returns whether the entry is new. */
    public boolean write(int key, int value) {
      return !change(key, Integer.toString(value));
    }

    /** Removes; returns whether there was an entry. */
    public boolean remove(int key) {
      return change(key, "-");
    }

    /** Begins to listen unless it does already. */
    public void subscribe() {
      if (!subscribed) {
        subscribed = true;
        heard[1] = "";
        heard[2] = "";
      }
    }

    /** Ends listening; what was heard is heard no more. */
    public void unsubscribe() {
      subscribed = false;
    }

    /** Returns what the subscriber was told of a key so far. */
    public String heard(int key) {
      return subscribed ? heard[key] : "";
    }
  }
}
