package io.undercroft.plugin.redis;

import io.undercroft.spi.Changes;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The changes of several parts, each with a log and a reader of its own. Those of one key are in
 * one of them, so that they come in their order. A position is the place in each log, up to which
 * the subscriber has been told.
 *
 * <p><b>Threads:</b> safe for concurrent use; a listener is called by one reader at a time.
 */
final class PartedChanges implements Changes {
  private static final String BETWEEN = "_"; // in none of the positions of a log

  private final List<ChangeLog> logs;
  private final Clock clock;
  private final ThreadLocal<Boolean> telling = ThreadLocal.withInitial(() -> false);

  PartedChanges(List<ChangeLog> logs, Clock clock) {
    this.logs = List.copyOf(logs);
    this.clock = clock;
  }

  @Override
  public boolean resumable() {
    return true;
  }

  @Override
  public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
    List<String> places = after.map(text -> List.of(text.split(BETWEEN, -1))).orElseGet(List::of);
    boolean resumes =
        places.size() == logs.size()
            && places.stream().noneMatch(place -> Position.of(place).equals(Position.NEVER));
    if (!resumes) {
      places = logs.stream().map(log -> log.latest().toString()).toList();
    }
    Listening one = new Listening(listener, places);
    if (after.isPresent() && !resumes) {
      one.tell(
          -1,
          new StoredChange(
              ChangeType.RESYNC,
              "",
              Optional.empty(),
              Optional.empty(),
              clock.instant(),
              Optional.empty()));
    }
    try {
      for (int i = 0; i < logs.size(); i++) {
        int number = i;
        one.parts.add(
            logs.get(i).subscribe(Optional.of(places.get(i)), change -> one.tell(number, change)));
      }
    } catch (RuntimeException | Error e) {
      one.close();
      throw e;
    }
    return one;
  }

  @Override
  public void settle() {
    if (!telling.get()) {
      logs.forEach(ChangeLog::settle);
    }
  }

  /** One subscription. */
  private final class Listening implements Subscription {
    private final Consumer<StoredChange> listener;
    private final String[] places;
    private final ReentrantLock turn = new ReentrantLock();
    private final List<Subscription> parts = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean active = true;

    Listening(Consumer<StoredChange> listener, List<String> places) {
      this.listener = listener;
      this.places = places.toArray(String[]::new);
    }

    void tell(int part, StoredChange change) {
      turn.lock();
      try {
        if (part >= 0) {
          places[part] = change.position().orElse(places[part]);
        }
        if (active) {
          telling.set(true);
          listener.accept(
              new StoredChange(
                  change.type(),
                  change.key(),
                  change.before(),
                  change.after(),
                  change.timestamp(),
                  Optional.of(String.join(BETWEEN, Arrays.asList(places)))));
        }
      } finally {
        telling.remove();
        turn.unlock();
      }
    }

    @Override
    public boolean isActive() {
      synchronized (parts) {
        return active && parts.stream().allMatch(Subscription::isActive);
      }
    }

    @Override
    public void close() {
      active = false;
      synchronized (parts) {
        parts.forEach(Subscription::close);
      }
    }
  }
}
