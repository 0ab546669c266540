package io.undercroft.it.durability;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.Undercroft;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One open storage in a PostgreSQL server that is killed and started again under load, round after
 * round. Each client has keys of its own, so that it knows what may stand under them.
 */
final class RestartRounds implements AutoCloseable {
  private static final int CLIENTS = 8;

  /** One for each client: who waits for one that is in use waits for one that was lost. */
  private static final int POOL = CLIENTS;

  private static final int KEYS = 6;
  private static final int OPERATIONS_FIRST = 150;
  private static final long LONGEST_OUTAGE = TimeUnit.MILLISECONDS.toNanos(400);
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /**
   * How long after the server is there again everybody is served: the pool tries every 5 s, and a
   * busy machine may miss a try or two.
   */
  static final Duration RECOVERY = Duration.ofSeconds(30);

  private static final Set<ErrorCode> OF_READS =
      EnumSet.of(ErrorCode.CONNECTION_FAILED, ErrorCode.CONNECTION_LOST);
  private static final Set<ErrorCode> OF_WRITES =
      EnumSet.of(ErrorCode.CONNECTION_FAILED, ErrorCode.CONNECTION_LOST, ErrorCode.UNKNOWN_OUTCOME);

  private final MortalPostgres server;
  private final long seed;
  private final Undercroft undercroft;
  private final Storage<JsonObject> rooms;
  private final Ledger ledger;
  private final List<List<String>> pairs = new ArrayList<>();
  private final Map<ErrorCode, Long> failures = new EnumMap<>(ErrorCode.class);
  private final List<String> findings = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong reads = new AtomicLong();
  private volatile boolean paused;

  /**
   * What was seen.
   *
   * @param slowest how long it took at most until every client was served again
   * @param connections how many there were at most when nobody asked for anything
   * @param threads how many the storage had after the first restart, and after the last
   */
  record Report(
      long seed,
      int restarts,
      long writes,
      long reads,
      Map<ErrorCode, Long> failures,
      Duration slowest,
      int connections,
      List<Integer> threads,
      List<String> findings) {
    @Override
    public String toString() {
      return "%d restarts, %d acknowledged writes, %d reads, failed %s, served again after %d ms at most, %d of %d connections when idle, threads %s, %d findings, seed %d%s"
          .formatted(
              restarts,
              writes,
              reads,
              failures,
              slowest.toMillis(),
              connections,
              POOL,
              threads,
              findings.size(),
              seed,
              findings.isEmpty() ? "" : ":\n  " + String.join("\n  ", findings));
    }
  }

  /**
   * Opens the storage.
   *
   * @param durability what the configuration says about it
   */
  RestartRounds(MortalPostgres server, String durability, long seed) {
    this.server = server;
    this.seed = seed;
    this.ledger = new Ledger(seed);
    this.undercroft = opened(server, durability, POOL);
    this.rooms = undercroft.storage("rooms", JsonObject.class);
    for (int client = 0; client < CLIENTS; client++) {
      pairs.add(List.of("pair " + client + " a", "pair " + client + " b"));
    }
  }

  /** Returns a runtime with the storage {@code rooms} in a server. */
  static Undercroft opened(MortalPostgres server, String durability, int pool) {
    return Undercroft.builder()
        .withoutAmbientConfig()
        .storage(
            "rooms",
            Map.of(
                "type",
                "jdbc",
                "url",
                server.url(),
                "user",
                "postgres",
                "durability",
                durability,
                "pool.size",
                String.valueOf(pool),
                "pool.wait",
                "1s"))
        .open();
  }

  /** Kills and starts again this often, or until the first finding if one is all that is wanted. */
  Report run(int restarts, boolean stopAtFirst) throws Exception {
    Random random = new Random(seed);
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new Client(i, new Random(random.nextLong())));
    }
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    long slowest = 0;
    int connections = 0;
    List<Integer> counts = new ArrayList<>();
    int round = 0;
    try {
      while (round < restarts && (findings.isEmpty() || !stopAtFirst)) {
        round++;
        paused = false;
        List<Future<?>> running = new ArrayList<>();
        clients.forEach(client -> running.add(threads.submit(client::work)));
        long enough = done(clients) + OPERATIONS_FIRST + random.nextInt(OPERATIONS_FIRST);
        await("so many operations", DEADLINE, () -> done(clients) >= enough);
        server.kill();
        LockSupport.parkNanos(random.nextLong(LONGEST_OUTAGE));
        server.start();
        slowest = Math.max(slowest, untilServed(clients));
        paused = true;
        for (Future<?> one : running) {
          one.get();
        }
        connections = Math.max(connections, idle());
        counts.add(ownThreads());
        allAtOnce();
        compare(round);
      }
    } finally {
      paused = true;
      threads.shutdownNow();
    }
    return new Report(
        seed,
        round,
        ledger.acknowledged(),
        reads.get(),
        failures,
        Duration.ofNanos(slowest),
        connections,
        List.of(counts.get(0), counts.get(counts.size() - 1)),
        List.copyOf(findings));
  }

  private static long done(List<Client> clients) {
    return clients.stream().mapToLong(client -> client.done.get()).sum();
  }

  private static void await(String what, Duration limit, BooleanSupplier condition) {
    await(what, limit, condition, () -> "");
  }

  private static void await(
      String what, Duration limit, BooleanSupplier condition, Supplier<String> instead) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "after " + limit + " there is still not: " + what + instead.get());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** Returns how many nanoseconds it takes until every client has been served once. */
  private static long untilServed(List<Client> clients) {
    long start = System.nanoTime();
    List<Long> before = clients.stream().map(client -> client.done.get()).toList();
    await(
        "every client served",
        RECOVERY,
        () -> {
          for (int i = 0; i < clients.size(); i++) {
            if (clients.get(i).done.get() == before.get(i)) {
              return false;
            }
          }
          return true;
        },
        () -> whoWaits(clients, before));
    return System.nanoTime() - start;
  }

  private static String whoWaits(List<Client> clients, List<Long> before) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < clients.size(); i++) {
      Client client = clients.get(i);
      if (client.done.get() == before.get(i)) {
        text.append("\n  client ").append(i).append(", last failure ").append(client.lastFailure);
        Thread thread = client.thread;
        if (thread != null) {
          List.of(thread.getStackTrace()).forEach(frame -> text.append("\n    at ").append(frame));
        }
      }
    }
    return text.toString();
  }

  /**
   * Returns how many connections there are when none is in use, which is waited for, as the server
   * notices a little later that one was closed.
   */
  private int idle() {
    AtomicInteger all = new AtomicInteger();
    await(
        "no connection in use, and no more than the pool may have",
        RECOVERY,
        () -> {
          all.set(connections("true"));
          return connections("state <> 'idle'") == 0 && all.get() <= POOL;
        });
    return all.get();
  }

  private int connections(String which) {
    try {
      return Integer.parseInt(
          server.ask(
              "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid"
                  + " <> pg_backend_pid() AND "
                  + which));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int ownThreads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().matches("(?i).*(undercroft|postgres|hikari).*"))
            .count();
  }

  /** At this level nobody is turned away because of what others write. */
  private Transaction<JsonObject> begin() {
    return rooms
        .transactional()
        .beginTransaction(TransactionOptions.defaults().withIsolation(Isolation.READ_COMMITTED));
  }

  /**
   * A connection that somebody had and nobody gave back would be missing here, also when the pool
   * has had time to make as many as it may.
   */
  private void allAtOnce() {
    List<Transaction<JsonObject>> open = new ArrayList<>();
    long end = System.nanoTime() + RECOVERY.toNanos();
    try {
      while (open.size() < POOL) {
        try {
          open.add(begin());
        } catch (StorageException e) {
          if (System.nanoTime() - end > 0) {
            findings.add("only " + open.size() + " of " + POOL + " connections can be had: " + e);
            return;
          }
        }
      }
      open.forEach(one -> one.get("pair 0 a"));
    } finally {
      open.forEach(Transaction::close);
    }
  }

  private void compare(int round) {
    Map<String, JsonValue> found = new LinkedHashMap<>(rooms.batched().getMany(ledger.keys()));
    ledger
        .check(found, pairs)
        .forEach(finding -> findings.add("after restart " + round + ", " + finding));
  }

  /** What one thread does; its keys are nobody else's. */
  private final class Client {
    private final int number;
    private final Random random;
    private final AtomicLong done = new AtomicLong();
    private volatile @Nullable Thread thread;
    private volatile @Nullable StorageException lastFailure;

    Client(int number, Random random) {
      this.number = number;
      this.random = random;
    }

    void work() {
      thread = Thread.currentThread();
      while (!paused) {
        String key = "client " + number + " key " + random.nextInt(KEYS);
        boolean served =
            switch (random.nextInt(7)) {
              case 0, 1, 2 -> read(key);
              case 3 -> write(key, write -> rooms.set(key, ledger.value(write.number())));
              case 4 -> write(key, write -> update(key, write));
              case 5 -> delete(key);
              default -> commit();
            };
        done.addAndGet(served ? 1 : 0);
      }
    }

    private boolean read(String key) {
      try {
        findings.addAll(ledger.seen(key, rooms.get(key).orElse(null)));
        reads.incrementAndGet();
        return true;
      } catch (StorageException e) {
        lastFailure = e;
        failed("get", e, OF_READS);
        return false;
      }
    }

    private void update(String key, Ledger.Write write) {
      rooms.update(
          key,
          now -> {
            findings.addAll(ledger.seen(key, now.orElse(null)));
            return Optional.of(ledger.value(write.number()));
          });
    }

    private boolean write(String key, Consumer<Ledger.Write> how) {
      return noted(ledger.sending(false, List.of(key)), how);
    }

    private boolean delete(String key) {
      return noted(ledger.sending(true, List.of(key)), write -> rooms.delete(key));
    }

    private boolean commit() {
      List<String> pair = pairs.get(number);
      return noted(
          ledger.sending(false, pair),
          write -> {
            try (Transaction<JsonObject> transaction = begin()) {
              pair.forEach(key -> transaction.set(key, ledger.value(write.number())));
              transaction.commit();
            }
          });
    }

    private boolean noted(Ledger.Write write, Consumer<Ledger.Write> how) {
      try {
        how.accept(write);
        ledger.acknowledged(write);
        return true;
      } catch (StorageException e) {
        lastFailure = e;
        failed("write " + write.number(), e, OF_WRITES);
        if (e.code() != ErrorCode.UNKNOWN_OUTCOME) {
          ledger.refused(write);
        }
        return false;
      }
    }
  }

  private void failed(String what, StorageException e, Set<ErrorCode> allowed) {
    synchronized (failures) {
      failures.merge(e.code(), 1L, Long::sum);
    }
    if (!allowed.contains(e.code())) {
      findings.add(what + " failed with " + e.code() + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    undercroft.close();
  }
}
