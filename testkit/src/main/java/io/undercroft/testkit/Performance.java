package io.undercroft.testkit;

import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.history.Outcome;
import io.undercroft.testkit.history.RegisterHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Plays schedules: each transaction on a thread of its own, one step at a time in a given order. A
 * step that does not return in time waits for somebody, so the others go on; what it holds up is
 * made up for when it returns.
 *
 * <p><b>Threads:</b> for the thread of the test.
 */
final class Performance implements AutoCloseable {
  /** After so long a step counts as waiting for somebody, unless told otherwise. */
  static final Duration PATIENCE = Duration.ofMillis(20);

  /** After so long something is wrong. */
  static final Duration END = Duration.ofSeconds(60);

  private final Stage stage;
  private final Duration patience;
  private final List<ExecutorService> players = new ArrayList<>();

  /**
   * Takes the stage.
   *
   * @param patience how long to wait for a step before the others go on; a slow step that is passed
   *     over does no harm but to the order of steps
   */
  Performance(Stage stage, Duration patience) {
    this.stage = stage;
    this.patience = patience;
  }

  /**
   * What happened.
   *
   * @param history to be judged
   * @param text the steps in the order in which they ended, for a person to follow
   */
  record Result(RegisterHistory history, String text) {}

  /** Plays the steps in this order from the schedule's beginning. */
  Result play(Schedule schedule, Isolation level, List<Integer> order) {
    stage.reset(schedule.before());
    while (players.size() < schedule.scripts().size()) {
      String name = "undercroft-testkit-player-" + players.size();
      players.add(
          Executors.newSingleThreadExecutor(
              work -> {
                Thread thread = new Thread(work, name);
                thread.setDaemon(true);
                return thread;
              }));
    }
    List<String> log = new ArrayList<>();
    List<Role> roles = new ArrayList<>();
    for (Schedule.Script script : schedule.scripts()) {
      roles.add(new Role(script, level, players.get(roles.size()), log));
    }
    for (int next : order) {
      Role role = roles.get(next);
      role.due++;
      if (role.advance(Duration.ZERO)) {
        roles.forEach(each -> each.advance(patience)); // an end may have freed others
      }
    }
    long end = System.nanoTime() + END.toNanos();
    while (!roles.stream().allMatch(Role::isOver)) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("the transactions do not end within " + END + ":\n" + text(log));
      }
      roles.forEach(each -> each.advance(patience));
    }
    Map<String, String> left = stage.left();
    log.add("the end: " + left);
    return new Result(
        new RegisterHistory(
            schedule.before(), roles.stream().map(Role::transaction).toList(), left),
        text(log));
  }

  private static String text(List<String> log) {
    return "  " + String.join("\n  ", log);
  }

  /** Ends the players. */
  @Override
  public void close() {
    players.forEach(ExecutorService::shutdownNow);
  }

  /** One transaction of a schedule that is being played. */
  private final class Role {
    private final Schedule.Script script;
    private final Isolation level;
    private final ExecutorService player;
    private final List<String> log;
    private int due;
    private int taken;
    private boolean saidToWait;
    private @Nullable Future<String> running;

    // Written by the player's thread; read by the test's when the step has ended.
    private final List<RegisterHistory.Step> steps = new ArrayList<>();
    private Stage.@Nullable Actor actor;
    private @Nullable Outcome outcome;

    Role(Schedule.Script script, Isolation level, ExecutorService player, List<String> log) {
      this.script = script;
      this.level = level;
      this.player = player;
      this.log = log;
    }

    boolean isOver() {
      return running == null && outcome != null;
    }

    RegisterHistory.Transaction transaction() {
      return new RegisterHistory.Transaction(
          script.name(), outcome == null ? Outcome.ABORTED : outcome, steps);
    }

    /**
     * Takes the steps that are due, as far as they return; returns whether the end was reached.
     *
     * @param more how long to wait for a step that has kept others waiting already
     */
    boolean advance(Duration more) {
      boolean wasOver = isOver();
      while (running != null || (outcome == null && taken < due)) {
        Schedule.Act act = script.acts().get(running != null ? taken - 1 : taken);
        Future<String> step = running;
        if (step == null) {
          step = player.submit(() -> take(act));
          running = step;
          taken++;
        }
        if (!await(step, act, saidToWait ? more : patience)) {
          return false;
        }
      }
      return !wasOver && isOver();
    }

    private boolean await(Future<String> step, Schedule.Act act, Duration limit) {
      try {
        log.add(script.name() + " " + words(act) + step.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        running = null;
        saidToWait = false;
        return true;
      } catch (TimeoutException e) {
        if (!saidToWait) {
          log.add(script.name() + " " + words(act) + " ... waits");
          saidToWait = true;
        }
        return false;
      } catch (ExecutionException e) {
        throw new AssertionError(
            script.name() + " " + words(act) + " failed: " + e.getCause() + "\n" + text(log),
            e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while a schedule was played", e);
      }
    }

    private static String words(Schedule.Act act) {
      if (act instanceof Schedule.Get get) {
        return "get " + get.key();
      } else if (act instanceof Schedule.Set set) {
        return "set " + set.key() + " = " + set.value();
      } else if (act instanceof Schedule.Delete delete) {
        return "delete " + delete.key();
      } else if (act instanceof Schedule.Replace replace) {
        return "update " + replace.key() + " = " + replace.value();
      } else if (act instanceof Schedule.Keys keys) {
        return "keys " + keys.prefix();
      } else if (act instanceof Schedule.DeleteAll all) {
        return "delete all of keys " + all.prefix();
      }
      return act instanceof Schedule.Commit ? "commit" : "rollback";
    }

    /** On the player's thread. */
    private String take(Schedule.Act act) {
      try {
        Stage.Actor there = actor;
        if (there == null) {
          there = stage.begin(level);
          actor = there;
        }
        return perform(there, act);
      } catch (StorageException e) {
        if (isUnknown(e)) {
          outcome = Outcome.UNKNOWN;
        } else if (isAbort(e)) {
          outcome = Outcome.ABORTED;
        } else {
          throw e;
        }
        Stage.Actor there = actor;
        if (there != null) {
          there.close();
        }
        return " -> " + e.code();
      }
    }

    private String perform(Stage.Actor there, Schedule.Act act) {
      if (act instanceof Schedule.Get get) {
        Optional<String> found = there.get(get.key());
        steps.add(new RegisterHistory.Read(get.key(), found));
        return " -> " + found.orElse("nothing");
      } else if (act instanceof Schedule.Set set) {
        // Noted first: who aborts here may yet have shown it to others.
        steps.add(new RegisterHistory.Write(set.key(), Optional.of(set.value())));
        there.set(set.key(), set.value());
      } else if (act instanceof Schedule.Delete delete) {
        steps.add(new RegisterHistory.Write(delete.key(), Optional.empty()));
        there.delete(delete.key());
      } else if (act instanceof Schedule.Replace replace) {
        int read = steps.size();
        steps.add(new RegisterHistory.Write(replace.key(), Optional.of(replace.value())));
        Optional<String> saw = there.replace(replace.key(), replace.value());
        steps.add(read, new RegisterHistory.Read(replace.key(), saw));
        return " -> saw " + saw.orElse("nothing");
      } else if (act instanceof Schedule.Keys keys) {
        Set<String> found = there.keys(keys.prefix());
        steps.add(new RegisterHistory.Keys(keys.prefix(), found));
        return " -> " + found;
      } else if (act instanceof Schedule.DeleteAll all) {
        Set<String> found = there.keys(all.prefix());
        steps.add(new RegisterHistory.Keys(all.prefix(), found));
        for (String key : found) {
          steps.add(new RegisterHistory.Write(key, Optional.empty()));
          there.delete(key);
        }
        return " -> " + found;
      } else if (act instanceof Schedule.Commit) {
        there.commit();
        outcome = Outcome.COMMITTED;
        there.close();
      } else {
        there.rollback();
        outcome = Outcome.ABORTED;
        there.close();
      }
      return "";
    }
  }

  /** Returns whether an engine says so that it has given up a transaction for another's sake. */
  static boolean isAbort(StorageException e) {
    return switch (e.code()) {
      case TRANSACTION_ABORTED, DEADLOCK_DETECTED, VERSION_CONFLICT, TIMEOUT -> true;
      default -> false;
    };
  }

  /** Returns whether nobody knows what became of a commit. */
  static boolean isUnknown(StorageException e) {
    return switch (e.code()) {
      case UNKNOWN_OUTCOME -> true;
      default -> false;
    };
  }
}
