package io.undercroft.it.durability;

import io.undercroft.it.Shell;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes through a shell, strikes, starts a new shell and compares, round after round.
 *
 * @param command how to start the shell
 * @param root the folder of the storage, in which no temporary file may be left after a start
 * @param log where the shells' words go
 * @param seed of everything that is random
 * @param commits whether the storage has atomic batches, to be driven too
 */
record CrashRounds(List<String> command, Path root, Path log, long seed, boolean commits) {
  private static final int KEYS = 24;
  private static final int IN_FLIGHT = 8;
  private static final int DEADLINE_SECONDS = 60;
  private static final List<List<String>> PAIRS =
      List.of(List.of("pair-1 a", "pair-1 b"), List.of("pair-2 a", "pair-2 b"));

  /** What ends the process, and perhaps more. */
  @FunctionalInterface
  interface Strike {
    /**
     * Strikes; afterwards the shell's process is gone and the storage's folder can be read again.
     *
     * @param shell what is struck
     * @param silence to be run when nothing that is answered from now on counts as acknowledged
     */
    void at(Shell shell, Runnable silence) throws Exception;
  }

  /**
   * What was seen.
   *
   * @param seed with which it can be seen again, as far as it is not a matter of time
   * @param rounds how often it struck
   * @param acknowledged how many writes were acknowledged in all
   * @param findings what must not be, one line each
   */
  record Report(long seed, int rounds, long acknowledged, List<String> findings) {
    @Override
    public String toString() {
      return rounds
          + " strikes, "
          + acknowledged
          + " acknowledged writes, "
          + findings.size()
          + " findings, seed "
          + seed
          + (findings.isEmpty() ? "" : ":\n  " + String.join("\n  ", findings));
    }
  }

  /** Strikes this often, or until the first finding if one is all that is wanted. */
  Report run(int rounds, boolean stopAtFirst, Strike strike) throws Exception {
    Random random = new Random(seed);
    Ledger ledger = new Ledger(seed);
    List<String> findings = new ArrayList<>();
    int round = 0;
    while (round < rounds && (findings.isEmpty() || !stopAtFirst)) {
      round++;
      Shell shell = Shell.start(command, log);
      boolean ended = false;
      try {
        findings.addAll(named(round - 1, look(shell, ledger)));
        AtomicBoolean silent = new AtomicBoolean();
        load(shell, ledger, random, round, silent);
        strike.at(shell, () -> silent.set(true));
        ended = true;
      } finally {
        if (!ended) {
          shell.kill();
        }
      }
    }
    try (Shell shell = Shell.start(command, log)) {
      findings.addAll(named(round, look(shell, ledger)));
    }
    return new Report(seed, round, ledger.acknowledged(), findings);
  }

  private static List<String> named(int round, List<String> findings) {
    return findings.stream().map(finding -> "after strike " + round + ", " + finding).toList();
  }

  private List<String> look(Shell shell, Ledger ledger) throws IOException {
    List<String> wrong = new ArrayList<>(Inspection.of(shell, ledger, PAIRS));
    wrong.addAll(Inspection.ofFiles(root));
    return wrong;
  }

  /**
   * Sends writes until a random number of them is acknowledged; leaves some in flight in every
   * other round.
   */
  private void load(Shell shell, Ledger ledger, Random random, int round, AtomicBoolean silent)
      throws Exception {
    boolean busy = round % 2 == 0;
    int target = 5 + random.nextInt(120);
    Semaphore places = new Semaphore(busy ? IN_FLIGHT : 1);
    Semaphore arrived = new Semaphore(0);
    Deque<Ledger.Write> waiting = new ArrayDeque<>();
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(
            () -> {
              for (Optional<JsonObject> answer = shell.answer();
                  answer.isPresent();
                  answer = shell.answer()) {
                Ledger.Write write;
                synchronized (waiting) {
                  write = waiting.removeFirst();
                }
                if (answer.get().getBoolean("ok") && !silent.get()) {
                  ledger.acknowledged(write);
                }
                places.release();
                arrived.release();
              }
            },
            task -> {
              Thread thread = new Thread(task, "answers");
              thread.setDaemon(true);
              thread.start();
            });
    int send = busy ? target + IN_FLIGHT : target;
    for (int i = 0; i < send; i++) {
      if (!places.tryAcquire(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "no answer for " + DEADLINE_SECONDS + " s; reader: " + reader);
      }
      JsonObject request;
      synchronized (waiting) {
        request = next(ledger, random, waiting);
      }
      shell.send(request);
      if (busy && i >= target) {
        LockSupport.parkNanos(
            random.nextInt(400_000)); // the moment of the strike is what is random
      }
    }
    if (!arrived.tryAcquire(target, DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("only " + arrived.availablePermits() + " answers came");
    }
  }

  private JsonObject next(Ledger ledger, Random random, Deque<Ledger.Write> waiting) {
    if (commits && random.nextInt(6) == 0) {
      List<String> pair = PAIRS.get(random.nextInt(PAIRS.size()));
      Ledger.Write write = ledger.sending(false, pair);
      waiting.add(write);
      return Line.batch(pair, ledger.value(write.number()));
    }
    String key = "Key " + random.nextInt(KEYS);
    boolean delete = random.nextInt(8) == 0;
    Ledger.Write write = ledger.sending(delete, List.of(key));
    waiting.add(write);
    return delete ? Line.delete(key) : Line.set(key, ledger.value(write.number()));
  }
}
