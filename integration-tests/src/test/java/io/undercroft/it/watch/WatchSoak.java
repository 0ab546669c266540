package io.undercroft.it.watch;

import static java.util.stream.Collectors.joining;

import io.undercroft.spi.Wrapper;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.event.WatchOptions;
import io.undercroft.testkit.history.NumberedWatch;
import io.undercroft.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Many changes by several writers through many watchers, one of which stands still for a while, and
 * one more that goes and comes back all the time. Every one of them has a judge.
 *
 * <p>The writers wait while half a queue is before a watcher that does not stand still, or most of
 * what is kept before one that is away: nobody promises that nothing is lost to one who is slower
 * than the writers for good, or away for too long.
 */
final class WatchSoak {
  private static final int BATCH = 8;
  private static final int REQUESTED = 100;
  private static final int HISTORY = 50_000;

  /** One value; its number is that of the change among those of its key. */
  public record Item(long number, String text) {}

  /**
   * What to do.
   *
   * @param settings of the storage
   * @param changes how many, about
   * @param perSecond how many of them in a second at most
   * @param watchers how many, of which the last stands still
   * @param queue how many changes may wait for each
   * @param still for how long it does; zero for as long as nine tenths of the changes take
   * @param returns how often one goes and comes back
   * @param patience how long after the last change everything may take to arrive
   */
  record Plan(
      Map<String, String> settings,
      long changes,
      long perSecond,
      int keys,
      int writers,
      int watchers,
      int queue,
      Duration still,
      int returns,
      Duration patience) {}

  /** What one watcher was told. */
  record Told(String name, long changes, long resyncs, Verdict verdict) {
    boolean isWhole() {
      return verdict.holds() && resyncs == 0;
    }

    @Override
    public String toString() {
      return "%-12s %,9d changes, %d RESYNC, %s"
          .formatted(name, changes, resyncs, verdict.holds() ? "order and number exact" : verdict);
    }
  }

  /** What came out. */
  record Report(
      long made,
      double seconds,
      long waits,
      long whileStill,
      int returns,
      List<Told> steady,
      Told still,
      Told traveller,
      long seed) {
    boolean isGood() {
      return steady.stream().allMatch(Told::isWhole)
          && still.verdict().holds()
          && still.resyncs() <= 1
          && traveller.isWhole();
    }

    @Override
    public String toString() {
      List<Told> all = new ArrayList<>(steady);
      all.add(still);
      all.add(traveller);
      return String.format(
              Locale.ROOT,
              "%,d changes in %.1f s (seed %d; the writers waited %d times), %,d of them while one watcher stood still; %d returns%n",
              made,
              seconds,
              seed,
              waits,
              whileStill,
              returns)
          + all.stream().map(Told::toString).collect(joining(System.lineSeparator()));
    }
  }

  private final Plan plan;
  private final long seed;
  private final Map<String, Long> made = new LinkedHashMap<>();
  private final AtomicLong total = new AtomicLong();
  private final AtomicLong waits = new AtomicLong();
  private final List<NumberedWatch<Item>> steady = new ArrayList<>();
  private final NumberedWatch<Item> still = judge();
  private final NumberedWatch<Item> traveller = judge();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch standing = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private volatile long begun;
  private volatile boolean written;
  private volatile boolean visiting;

  private WatchSoak(Plan plan, long seed) {
    this.plan = plan;
    this.seed = seed;
  }

  private static NumberedWatch<Item> judge() {
    return new NumberedWatch<>(Item::number);
  }

  /** Does it, with wrappers about the storage. */
  static Report run(Plan plan, long seed, Wrapper... wrappers) throws Exception {
    Undercroft.Builder builder =
        Undercroft.builder().withoutAmbientConfig().storage("rooms", plan.settings());
    builder.set("storages.rooms.history.changes", String.valueOf(HISTORY));
    builder.set("storages.rooms.history.bytes", "64MiB");
    for (Wrapper wrapper : wrappers) {
      builder.wrap("rooms", wrapper);
    }
    try (Undercroft undercroft = builder.open()) {
      Storage<Item> rooms = undercroft.storage("rooms", Item.class);
      return new WatchSoak(plan, seed).run(rooms.observable());
    }
  }

  private Report run(ObservableStorage<Item> rooms) throws Exception {
    WatchOptions options = WatchOptions.all().withQueueCapacity(plan.queue());
    for (int i = 0; i < plan.watchers() - 1; i++) {
      NumberedWatch<Item> judge = judge();
      steady.add(judge);
      if (i % 2 == 0) {
        rooms.watch(options, judge::accept);
      } else {
        rooms.changes(options).subscribe(new Reader(judge));
      }
    }
    rooms.watch(options, this::standStill);
    ExecutorService pool = Executors.newCachedThreadPool();
    long whileStill;
    int returns;
    try {
      Future<Integer> travels = pool.submit(() -> travel(rooms, options));
      await(arrived);
      begun = System.nanoTime();
      List<Future<Map<String, Long>>> writers = new ArrayList<>();
      for (int i = 0; i < plan.writers(); i++) {
        int writer = i;
        writers.add(pool.submit(() -> write(rooms, writer)));
      }
      whileStill = pool.submit(this::watchTheClock).get();
      for (Future<Map<String, Long>> writer : writers) {
        made.putAll(writer.get());
      }
      written = true;
      returns = travels.get();
    } finally {
      goOn.countDown();
      pool.shutdownNow();
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    long end = System.nanoTime() + plan.patience().toNanos();
    await(end, () -> still.verdict(made).holds() && steady.stream().allMatch(this::isDone));
    return new Report(
        total.get(),
        seconds,
        waits.get(),
        whileStill,
        returns,
        told(),
        told("stood still", still),
        told("came back", traveller),
        seed);
  }

  private boolean isDone(NumberedWatch<Item> judge) {
    return judge.changes() >= total.get() && judge.verdict(made).holds();
  }

  private List<Told> told() {
    List<Told> all = new ArrayList<>();
    for (NumberedWatch<Item> judge : steady) {
      all.add(told((all.size() % 2 == 0 ? "handler " : "reader ") + all.size(), judge));
    }
    return all;
  }

  private Told told(String name, NumberedWatch<Item> judge) {
    return new Told(name, judge.changes(), judge.resyncs(), judge.verdict(made));
  }

  private static boolean await(long end, BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return true;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- who stands still

  private void standStill(Change<Item> change) {
    still.accept(change);
    if (still.changes() == Math.min(1_000, plan.changes() / 20)) {
      standing.countDown();
      await(goOn);
    }
  }

  /** Lets it stand still for its time; returns how many changes there were meanwhile. */
  private long watchTheClock() {
    await(standing);
    long before = total.get();
    long since = System.nanoTime();
    BooleanSupplier over =
        plan.still().isZero()
            ? () -> total.get() >= plan.changes() * 9 / 10
            : () -> System.nanoTime() - since >= plan.still().toNanos();
    await(since + Duration.ofMinutes(10).toNanos(), over);
    long meanwhile = total.get() - before;
    goOn.countDown();
    return meanwhile;
  }

  // ---- who goes and comes back

  /** One visit of the traveller; after it has left, nothing that still comes is taken. */
  private final class Visit {
    private boolean left;
    private long taken;

    synchronized void accept(Change<Item> change) {
      if (!left) {
        traveller.accept(change);
        taken++;
      }
    }

    synchronized long taken() {
      return taken;
    }

    synchronized void leave() {
      left = true;
    }
  }

  private int travel(ObservableStorage<Item> rooms, WatchOptions options) {
    Random random = new Random(seed);
    long stage = Math.max(1, plan.changes() / (plan.returns() + 1));
    int visits = 0;
    while (visits <= plan.returns()) {
      boolean last = visits == plan.returns();
      Visit visit = new Visit();
      WatchOptions from = traveller.position().map(options::resumeAfter).orElse(options);
      long since = Math.max(total.get(), stage * visits);
      try (Subscription subscription = rooms.watch(from, visit::accept)) {
        visiting = true;
        arrived.countDown();
        long enough = enough(total.get() - traveller.changes(), stage, random);
        long end = System.nanoTime() + Duration.ofMinutes(10).toNanos();
        if (last) {
          await(end, () -> written);
          await(
              System.nanoTime() + plan.patience().toNanos(),
              () -> traveller.changes() >= total.get());
        } else {
          await(end, () -> visit.taken() >= enough || total.get() >= plan.changes());
        }
        visiting = false;
        visit.leave();
        if (!subscription.isActive()) {
          throw new IllegalStateException("the watch has ended by itself");
        }
      }
      visits++;
      long until = since + random.nextLong(stage / 2 + 1);
      await(
          System.nanoTime() + Duration.ofMinutes(10).toNanos(),
          () -> total.get() >= Math.min(until, plan.changes()));
    }
    return plan.returns();
  }

  /** Returns how much to take on a visit: mostly all that was missed and more, at times less. */
  private static long enough(long missed, long stage, Random random) {
    return missed < stage && random.nextInt(4) == 0
        ? 1 + random.nextLong(100)
        : Math.max(0, missed) + 1 + random.nextLong(stage / 2 + 1);
  }

  // ---- who writes

  /** Writes keys of its own; returns how many changes of each there were. */
  private Map<String, Long> write(ObservableStorage<Item> rooms, int writer) {
    Random random = new Random(seed * 31 + writer);
    List<String> keys = new ArrayList<>();
    for (int i = writer; i < plan.keys(); i += plan.writers()) {
      keys.add("room-" + i);
    }
    Map<String, Long> numbers = new LinkedHashMap<>();
    Map<String, Boolean> there = new LinkedHashMap<>();
    while (total.get() < plan.changes()) {
      keepPace();
      String key = keys.get(random.nextInt(keys.size()));
      switch (random.nextInt(10)) {
        case 0 -> {
          if (there.getOrDefault(key, false)) {
            rooms.delete(key);
            there.put(key, false);
            numbers.merge(key, 1L, Long::sum);
            total.incrementAndGet();
          }
        }
        case 1 -> {
          Map<String, Item> many = new LinkedHashMap<>();
          for (int i = 0; i < BATCH; i++) {
            many.put(keys.get(random.nextInt(keys.size())), new Item(0, ""));
          }
          many.replaceAll((one, nothing) -> next(one, numbers, there));
          rooms.batched().setMany(many);
          total.addAndGet(many.size());
        }
        case 2 -> {
          Item item = next(key, numbers, there);
          rooms.update(key, old -> Optional.of(item));
          total.incrementAndGet();
        }
        default -> {
          rooms.set(key, next(key, numbers, there));
          total.incrementAndGet();
        }
      }
    }
    return numbers;
  }

  private static Item next(String key, Map<String, Long> numbers, Map<String, Boolean> there) {
    there.put(key, true);
    return new Item(numbers.merge(key, 1L, Long::sum), "the value of " + key);
  }

  private void keepPace() {
    long due = begun + (long) (total.get() * 1e9 / plan.perSecond());
    while (System.nanoTime() - due < 0) {
      LockSupport.parkNanos(100_000);
    }
    if (isAhead()) {
      waits.incrementAndGet();
      await(System.nanoTime() + Duration.ofMinutes(1).toNanos(), () -> !isAhead());
    }
  }

  private boolean isAhead() {
    long now = total.get();
    return steady.stream().anyMatch(judge -> now - judge.changes() > plan.queue() / 2)
        || now - traveller.changes() > (visiting ? plan.queue() / 2 : HISTORY * 4 / 5);
  }

  /** Asks for some, and for more when it has had half of them. */
  private static final class Reader implements Flow.Subscriber<Change<Item>> {
    private final NumberedWatch<Item> judge;
    private Flow.@Nullable Subscription upstream;
    private int left;

    Reader(NumberedWatch<Item> judge) {
      this.judge = judge;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      upstream = subscription;
      left = REQUESTED;
      subscription.request(REQUESTED);
    }

    @Override
    public void onNext(Change<Item> change) {
      judge.accept(change);
      if (--left == REQUESTED / 2) {
        left = REQUESTED;
        Objects.requireNonNull(upstream).request(REQUESTED / 2);
      }
    }

    @Override
    public void onError(Throwable failure) {
      throw new IllegalStateException("the publisher failed", failure);
    }

    @Override
    public void onComplete() {}
  }

  /**
   * Does the long one: the number of changes, how many a second, seconds that one stands still, how
   * often one comes back; then the storage's settings.
   */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 4; i < arguments.length; i++) {
      String[] parts = arguments[i].split("=", 2);
      settings.put(parts[0], parts[1]);
    }
    Report report =
        run(
            new Plan(
                settings,
                Long.parseLong(arguments[0]),
                Long.parseLong(arguments[1]),
                1_000,
                4,
                10,
                65_536,
                Duration.ofSeconds(Long.parseLong(arguments[2])),
                Integer.parseInt(arguments[3]),
                Duration.ofMinutes(2)),
            Long.getLong("watch.seed", System.nanoTime()));
    System.out.printf(
        Locale.ROOT,
        "heap of at most %d MiB%n%s%n%s%n",
        Runtime.getRuntime().maxMemory() >> 20,
        report,
        report.isGood() ? "GOOD" : "BAD");
    System.exit(report.isGood() ? 0 : 1);
  }
}
