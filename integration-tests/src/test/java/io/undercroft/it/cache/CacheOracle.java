package io.undercroft.it.cache;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionalStorage;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.Field;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Random operations of every facet by several threads on views of one storage, cached ones and such
 * as are not; then every read is judged by the {@link History}.
 */
final class CacheOracle {
  private static final int THREADS = 8;
  private static final int KEYS = 48;

  /** So far apart are the numbers of the views of two processes. */
  private static final int VIEWS = 100;

  private static final String NAME = "rooms";

  /** Behind all other keys. */
  private static final String LAST = "last";

  private static final Duration SHORT_LIFE = Duration.ofMillis(40);

  /** A deadline is a whole millisecond of a clock that may run a little apart from this one. */
  private static final Duration FINEST = Duration.ofMillis(2);

  /** So far apart are the numbers of two processes. */
  private static final long NUMBERS = 1L << 40;

  private final Plan plan;
  private final int process;
  private final History history = new History();
  private final AtomicLong numbers;
  private final AtomicLong refused = new AtomicLong();
  private final List<Seen> views = new ArrayList<>();

  /**
   * What to do.
   *
   * @param settings of the storage, without layers
   * @param cache settings of the cache
   * @param layer which cache: the layer's id
   * @param runtimes how many have a cache; where there are several, one more has none
   * @param processes how many JVMs do all that, on one storage
   * @param behind how far a cache may be behind what others write
   * @param operations how many, in all processes together
   */
  record Plan(
      Map<String, String> settings,
      Map<String, String> cache,
      String layer,
      int runtimes,
      int processes,
      Duration behind,
      long operations,
      long seed) {
    boolean isAlone() {
      return runtimes == 1 && processes == 1;
    }
  }

  /** What came of it. */
  record Report(
      long operations,
      long reads,
      long refused,
      List<String> findings,
      Map<String, String> details) {
    boolean isGood() {
      return findings.isEmpty() && reads > operations / 2;
    }

    @Override
    public String toString() {
      return "%,d operations, %,d reads, %d refused, %d too old %s; %s"
          .formatted(
              operations,
              reads,
              refused,
              findings.size(),
              findings.stream().limit(5).toList(),
              details);
    }
  }

  private record Seen(History.View view, Storage<Mark> storage) {}

  /**
   * Makes the part of one process.
   *
   * @param process its number, from 0
   */
  CacheOracle(Plan plan, int process) {
    this.plan = plan;
    this.process = process;
    this.numbers = new AtomicLong(process * NUMBERS);
  }

  static Report run(Plan plan) throws Exception {
    return new CacheOracle(plan, 0).run();
  }

  @SuppressWarnings("try") // it is open, that is all
  private Report run() throws Exception {
    List<CacheProcess> others = new ArrayList<>();
    try (Opened opened = open()) {
      views.get(0).storage().clear();
      for (int number = 1; number < plan.processes(); number++) {
        others.add(CacheProcess.start(plan, number));
      }
      for (CacheProcess other : others) {
        other.begin();
      }
      operate();
      for (CacheProcess other : others) {
        refused.addAndGet(other.end(history));
      }
      Map<String, String> details = views.get(0).storage().info().details();
      return new Report(
          plan.operations(), history.reads(), refused.get(), history.findings(), details);
    } finally {
      others.forEach(CacheProcess::close);
    }
  }

  /** The runtimes of this process. */
  static final class Opened implements AutoCloseable {
    private final List<Undercroft> runtimes = new ArrayList<>();

    @Override
    public void close() {
      for (int i = runtimes.size() - 1; i >= 0; i--) {
        runtimes.get(i).close();
      }
    }
  }

  /** Opens what this process has. */
  Opened open() {
    Opened opened = new Opened();
    try {
      for (int i = 0; i < plan.runtimes(); i++) {
        Map<String, String> settings = new HashMap<>(plan.settings());
        settings.put("layers", plan.layer());
        plan.cache().forEach((name, text) -> settings.put(plan.layer() + "." + name, text));
        opened.runtimes.add(open(settings, plan.isAlone() ? Duration.ZERO : plan.behind()));
      }
      if (!plan.isAlone()) {
        opened.runtimes.add(open(plan.settings(), Duration.ZERO));
      }
      return opened;
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  History history() {
    return history;
  }

  /** Returns how many operations failed for a while. */
  long refused() {
    return refused.get();
  }

  private Undercroft open(Map<String, String> settings, Duration behind) {
    Undercroft fresh = Undercroft.builder().withoutAmbientConfig().storage(NAME, settings).open();
    views.add(
        new Seen(
            new History.View(process * VIEWS + views.size(), behind.toNanos()),
            fresh.storage(NAME, Mark.class)));
    return fresh;
  }

  /** Does this process's part. */
  void operate() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      SplittableRandom seeds = new SplittableRandom(plan.seed() + process);
      long each = plan.operations() / plan.processes() / THREADS;
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom dice = seeds.split();
        ends.add(
            threads.submit(
                () -> {
                  for (long n = 0; n < each; n++) {
                    step(dice);
                  }
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
      threads.awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  private void step(SplittableRandom dice) {
    Seen seen = views.get(dice.nextInt(views.size()));
    try {
      choose(new Turn(seen, dice), dice.nextInt(1_000));
    } catch (StorageException e) {
      if (!e.isRetryable()) {
        throw e;
      }
      refused.incrementAndGet();
    }
  }

  private static void choose(Turn turn, int chance) {
    if (chance < 560) {
      turn.get();
    } else if (chance < 610) {
      turn.getMany();
    } else if (chance < 660) {
      turn.has();
    } else if (chance < 780) {
      turn.set(SetOptions.none());
    } else if (chance < 800) {
      turn.set(SetOptions.ifAbsent());
    } else if (chance < 820) {
      turn.setWhatWasRead();
    } else if (chance < 830) {
      turn.setForAWhile();
    } else if (chance < 860) {
      turn.delete();
    } else if (chance < 890) {
      turn.update();
    } else if (chance < 920) {
      turn.setMany();
    } else if (chance < 945) {
      turn.deleteMany();
    } else if (chance < 960) {
      turn.batch();
    } else if (chance < 975) {
      turn.transaction();
    } else if (chance < 980) {
      turn.clear();
    } else if (chance < 990) {
      turn.scan();
    } else {
      turn.query();
    }
  }

  /** One operation. */
  private final class Turn {
    private final History.View view;
    private final Storage<Mark> storage;
    private final SplittableRandom dice;
    private final long begin;

    Turn(Seen seen, SplittableRandom dice) {
      this.view = seen.view();
      this.storage = seen.storage();
      this.dice = dice;
      this.begin = System.nanoTime();
    }

    private String key() {
      return "k" + dice.nextInt(KEYS);
    }

    /** In one order for all, lest writers of several keys wait for each other. */
    private Set<String> keys() {
      Set<String> some = new TreeSet<>();
      for (int i = 0; i < 4; i++) {
        some.add(key());
      }
      return some;
    }

    private Map<String, Mark> marks() {
      Map<String, Mark> some = new LinkedHashMap<>();
      keys().forEach(key -> some.put(key, mark()));
      return some;
    }

    private Mark mark() {
      return new Mark(numbers.incrementAndGet());
    }

    private void read(String key, Optional<Mark> found) {
      history.read(
          key, found.map(Mark::number).orElse(History.ABSENT), begin, System.nanoTime(), view);
    }

    /** What scans and queries say is never behind. */
    private void readPast(String key, Mark found, long end) {
      history.read(key, found.number(), begin, end, new History.View(view.number(), 0));
    }

    private void wrote(String key, Mark mark, long end) {
      history.wrote(key, mark.number(), begin, end, view);
    }

    private void removed(String key, long end) {
      history.wrote(key, History.ABSENT, begin, end, view);
    }

    /** Does a write; notes it as one that perhaps happened if it fails and may have. */
    private void write(Runnable write, LongConsumer note) {
      try {
        write.run();
      } catch (StorageException e) {
        if (e.code() == ErrorCode.UNKNOWN_OUTCOME) {
          note.accept(History.NEVER);
        }
        throw e;
      }
      note.accept(System.nanoTime());
    }

    void get() {
      String key = key();
      read(key, storage.get(key));
    }

    void getMany() {
      Set<String> some = keys();
      Map<String, Mark> found = storage.batched().getMany(some);
      some.forEach(key -> read(key, Optional.ofNullable(found.get(key))));
    }

    void has() {
      String key = key();
      boolean there = storage.has(key);
      history.read(key, there ? History.SOMETHING : History.ABSENT, begin, System.nanoTime(), view);
    }

    void set(SetOptions how) {
      String key = key();
      Mark mark = mark();
      write(() -> storage.set(key, mark, how), end -> wrote(key, mark, end));
    }

    void setWhatWasRead() {
      String key = key();
      Optional<Entry<Mark>> there = storage.entry(key);
      read(key, there.map(Entry::value));
      if (there.isPresent()) {
        Mark mark = mark();
        SetOptions how = SetOptions.ifVersion(there.get().version());
        write(() -> storage.set(key, mark, how), end -> wrote(key, mark, end));
      }
    }

    void setForAWhile() {
      String key = key();
      Mark mark = mark();
      write(
          () -> storage.set(key, mark, SetOptions.expiresIn(SHORT_LIFE)),
          end -> {
            wrote(key, mark, end);
            history.ends(key, mark.number(), begin + SHORT_LIFE.minus(FINEST).toNanos());
          });
    }

    void delete() {
      String key = key();
      write(() -> storage.delete(key), end -> removed(key, end));
    }

    void update() {
      String key = key();
      Mark mark = mark();
      write(() -> storage.update(key, old -> Optional.of(mark)), end -> wrote(key, mark, end));
    }

    void setMany() {
      Map<String, Mark> some = marks();
      write(
          () -> storage.batched().setMany(some),
          end -> some.forEach((key, mark) -> wrote(key, mark, end)));
    }

    void deleteMany() {
      Set<String> some = keys();
      write(
          () -> storage.batched().deleteMany(some), end -> some.forEach(key -> removed(key, end)));
    }

    void batch() {
      Map<String, Mark> some = marks();
      List<Operation<Mark>> operations = new ArrayList<>();
      some.forEach((key, mark) -> operations.add(Operation.set(key, mark)));
      operations.add(Operation.delete(LAST));
      BatchStorage<Mark> batched = storage.batched();
      write(
          () -> batched.batch(operations),
          end -> {
            some.forEach((key, mark) -> wrote(key, mark, end));
            removed(LAST, end);
          });
    }

    void transaction() {
      Map<String, Mark> some = marks();
      String gone = some.keySet().iterator().next();
      TransactionalStorage<Mark> transactional = storage.transactional();
      write(
          () ->
              transactional.transaction(
                  tx -> {
                    some.forEach(tx::set);
                    tx.delete(gone);
                    return true;
                  }),
          end -> {
            some.forEach(
                (key, mark) -> {
                  if (!key.equals(gone)) {
                    wrote(key, mark, end);
                  }
                });
            removed(gone, end);
          });
    }

    void clear() {
      write(
          storage::clear,
          end -> {
            for (int i = 0; i < KEYS; i++) {
              removed("k" + i, end);
            }
            removed(LAST, end);
          });
    }

    void scan() {
      Map<String, Mark> found = new HashMap<>();
      try (Stream<Entry<Mark>> all = storage.entries()) {
        all.forEach(entry -> found.put(entry.key(), entry.value()));
      }
      long end = System.nanoTime();
      found.forEach((key, mark) -> readPast(key, mark, end));
    }

    void query() {
      Map<String, Mark> found = new HashMap<>();
      Query query = Query.where(Field.field("number").gt(numbers.get() - 200));
      try (Stream<QueryResult<Mark>> all = storage.queryable().query(query)) {
        all.forEach(entry -> found.put(entry.key(), entry.value()));
      }
      long end = System.nanoTime();
      found.forEach((key, mark) -> readPast(key, mark, end));
    }
  }
}
