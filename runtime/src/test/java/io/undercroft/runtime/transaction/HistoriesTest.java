package io.undercroft.runtime.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.memory.Given;
import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.runtime.transaction.Texts.Tx;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.TransactionOptions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many threads at once, and what must hold whatever their order was. */
class HistoriesTest {
  private static final int ACCOUNTS = 5;
  private static final int EACH = 100;
  private static final int ROUNDS = 3_000;

  private final TestContext context = new TestContext(Clock.systemUTC());
  private final Facets backend = new MemoryPlugin().open(Given.NOTHING, context).facets();
  private final Timeline timeline = new Timeline(context, Limits.DEFAULT);
  private final Texts rooms = new Texts(timeline.over(backend));
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicBoolean over = new AtomicBoolean();

  @AfterEach
  void endTheThreads() throws InterruptedException {
    over.set(true);
    threads.shutdownNow();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat(timeline.isNeeded()).isFalse();
  }

  private void await(List<Future<?>> all) throws Exception {
    for (Future<?> one : all) {
      one.get(120, TimeUnit.SECONDS);
    }
  }

  private Future<?> start(Callable<?> work) {
    return threads.submit(work);
  }

  private static int number(Optional<String> text) {
    return Integer.parseInt(text.orElseThrow());
  }

  private static int sum(Map<String, String> accounts) {
    return accounts.values().stream().mapToInt(Integer::parseInt).sum();
  }

  // ---- a bank

  @Test
  void moneyIsNeitherMadeNorLostInAnySnapshot() throws Exception {
    for (int i = 0; i < ACCOUNTS; i++) {
      rooms.put("account-" + i, "" + EACH);
    }
    AtomicInteger transfers = new AtomicInteger();
    AtomicInteger audits = new AtomicInteger();
    List<Future<?>> writers = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      Random random = new Random(t);
      writers.add(
          start(
              () -> {
                for (int i = 0; i < ROUNDS; i++) {
                  if (transfer(random)) {
                    transfers.incrementAndGet();
                  }
                }
                return 0;
              }));
    }
    writers.add(start(() -> exchange(new Random(9))));
    List<Future<?>> readers = new ArrayList<>();
    for (boolean scanning : new boolean[] {true, false}) {
      readers.add(
          start(
              () -> {
                while (!over.get() || audits.get() < 10) {
                  audit(scanning);
                  audits.incrementAndGet();
                }
                return 0;
              }));
    }
    await(writers);
    over.set(true);
    await(readers);
    assertThat(sum(rooms.all("account-"))).isEqualTo(ACCOUNTS * EACH);
    assertThat(transfers).hasPositiveValue();
  }

  /** Moves money; half of the time it tries something else first and thinks better of it. */
  private boolean transfer(Random random) {
    String from = "account-" + random.nextInt(ACCOUNTS);
    String to = "account-" + random.nextInt(ACCOUNTS);
    int amount = random.nextInt(20);
    Tx tx = rooms.begin();
    tx.handle().savepoint("start");
    if (random.nextBoolean()) {
      tx.put(from, "-1000000");
      tx.delete(to);
      tx.handle().rollbackTo("start");
    }
    tx.put(from, "" + (number(tx.get(from)) - amount));
    tx.put(to, "" + (number(tx.get(to)) + amount));
    if (random.nextInt(10) == 0) {
      tx.rollback();
      return false;
    }
    return tx.commit();
  }

  /** Closes one account and opens another with its money, by commits without a transaction. */
  private int exchange(Random random) {
    int done = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String from = "account-" + random.nextInt(ACCOUNTS);
      String to = "account-" + random.nextInt(ACCOUNTS);
      Optional<StoredEntry> source = rooms.kv().get(from);
      Optional<StoredEntry> target = rooms.kv().get(to);
      if (from.equals(to) || source.isEmpty() || target.isEmpty()) {
        continue;
      }
      boolean through =
          rooms
                  .facets()
                  .require(Commit.class)
                  .commit(
                      List.of(check(from, source.get()), check(to, target.get())),
                      List.of(
                          new Mutation.Put(from, Texts.entry(Texts.text(target.get()))),
                          new Mutation.Put(to, Texts.entry(Texts.text(source.get())))))
              instanceof CommitResult.Committed;
      done += through ? 1 : 0;
    }
    return done;
  }

  private static Check check(String key, StoredEntry entry) {
    return new Check(key, Precondition.version(entry.meta().version()));
  }

  private void audit(boolean scanning) {
    Tx tx = rooms.begin(TransactionOptions.defaults().asReadOnly());
    int sum = 0;
    if (scanning) {
      sum = sum(tx.all("account-"));
    } else {
      for (int i = 0; i < ACCOUNTS; i++) {
        sum += number(tx.get("account-" + i));
      }
    }
    assertThat(sum).isEqualTo(ACCOUNTS * EACH);
    assertThat(tx.commit()).isTrue();
  }

  // ---- lists that grow

  /**
   * Every transaction appends its name to two of three lists and notes what it found. As each list
   * tells in which order they came, a cycle between two lists would show as two names that stand in
   * different orders; and whoever found a name in one list must find it in every other in which it
   * stands.
   */
  @Test
  void listsThatGrowTellOneOrder() throws Exception {
    List<String> lists = List.of("x", "y", "z");
    lists.forEach(list -> rooms.put(list, ""));
    List<Future<?>> all = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int thread = t;
      Random random = new Random(t);
      all.add(
          start(
              () -> {
                for (int i = 0; i < ROUNDS / 20; i++) {
                  String name = thread + "." + i + ";";
                  int skipped = random.nextInt(3);
                  boolean done = false;
                  while (!done) {
                    Tx tx = rooms.begin();
                    for (int list = 0; list < 3; list++) {
                      if (list != skipped) {
                        String key = lists.get(list);
                        tx.put(key, tx.get(key).orElseThrow() + name);
                      }
                    }
                    done = tx.commit();
                  }
                }
                return 0;
              }));
    }
    AtomicInteger looks = new AtomicInteger();
    Future<?> reader =
        start(
            () -> {
              while (!over.get() || looks.get() < 10) {
                Tx tx = rooms.begin();
                Map<String, String> seen = tx.all("");
                assertThat(tx.commit()).isTrue();
                assertOneOrder(seen);
                looks.incrementAndGet();
              }
              return 0;
            });
    await(all);
    over.set(true);
    await(List.of(reader));
    Map<String, String> end = rooms.all("");
    assertOneOrder(end);
    assertThat(end.values().stream().mapToInt(list -> list.split(";").length).sum())
        .as("every name stands in two lists")
        .isEqualTo(2 * 4 * (ROUNDS / 20));
  }

  private static void assertOneOrder(Map<String, String> lists) {
    Map<String, List<String>> names = new HashMap<>();
    lists.forEach(
        (key, text) -> names.put(key, text.isEmpty() ? List.of() : List.of(text.split(";"))));
    Map<String, Integer> count = new HashMap<>();
    names.values().forEach(list -> list.forEach(name -> count.merge(name, 1, Integer::sum)));
    assertThat(count.values()).as("in both of its lists or in none").allMatch(times -> times == 2);
    List<List<String>> three = List.copyOf(names.values());
    for (int i = 0; i < 3; i++) {
      List<String> one = new ArrayList<>(three.get(i));
      List<String> other = new ArrayList<>(three.get((i + 1) % 3));
      List<String> both = new ArrayList<>(one);
      both.retainAll(other);
      one.retainAll(both);
      other.retainAll(both);
      assertThat(one).isEqualTo(other);
    }
  }

  // ---- plain writers beside transactions

  /**
   * A counter that plain writers raise by compare-and-set and transactions by reading and writing;
   * and pairs of keys of which the rule is that never both are there, which each writer keeps by
   * looking at the other one first.
   */
  @Test
  void plainWritesAndTransactionsLoseNothingOfEachOther() throws Exception {
    rooms.put("count", "0");
    AtomicInteger raised = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      boolean plainly = t % 2 == 0;
      all.add(
          start(
              () -> {
                for (int i = 0; i < ROUNDS; i++) {
                  if (plainly ? raisePlainly() : raise()) {
                    raised.incrementAndGet();
                  }
                }
                return 0;
              }));
    }
    await(all);
    assertThat(number(rooms.get("count"))).isEqualTo(raised.get()).isPositive();
  }

  private boolean raise() {
    Tx tx = rooms.begin();
    tx.put("count", "" + (number(tx.get("count")) + 1));
    return tx.commit();
  }

  private boolean raisePlainly() {
    StoredEntry now = rooms.kv().get("count").orElseThrow();
    String next = "" + (Integer.parseInt(Texts.text(now)) + 1);
    return rooms.kv().put("count", Texts.entry(next), Precondition.version(now.meta().version()))
        instanceof PutResult.Written;
  }

  @Test
  void writeSkewIsImpossibleByKeysAndByRanges() throws Exception {
    AtomicInteger done = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      String mine = "on-call-" + t;
      boolean byRange = t % 2 == 0;
      all.add(
          start(
              () -> {
                for (int i = 0; i < ROUNDS; i++) {
                  Tx tx = rooms.begin();
                  boolean free =
                      byRange
                          ? tx.texts().keys("on-call-").isEmpty()
                          : List.of("0", "1", "2", "3").stream()
                              .allMatch(other -> tx.get("on-call-" + other).isEmpty());
                  if (!free) {
                    tx.rollback();
                    continue;
                  }
                  tx.put(mine, "yes");
                  if (tx.commit()) {
                    assertThat(rooms.keys("on-call-")).containsExactly(mine);
                    done.incrementAndGet();
                    rooms.delete(mine);
                  }
                }
                return 0;
              }));
    }
    await(all);
    assertThat(done).hasPositiveValue();
  }

  /** What was read outside, a transaction that begins afterwards sees as well. */
  @Test
  void aTransactionSeesWhatItsThreadHasSeenBefore() throws Exception {
    rooms.put("a", "0");
    rooms.put("b", "0");
    List<Future<?>> writers = new ArrayList<>();
    for (String key : List.of("a", "b")) {
      writers.add(
          start(
              () -> {
                for (int i = 1; i <= ROUNDS; i++) {
                  rooms.put(key, "" + i);
                }
                return 0;
              }));
    }
    List<Future<?>> readers = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      readers.add(
          start(
              () -> {
                while (!over.get()) {
                  int a = number(rooms.get("a"));
                  int b = number(rooms.get("b"));
                  Tx tx = rooms.begin();
                  int laterA = number(tx.get("a"));
                  int laterB = number(tx.get("b"));
                  assertThat(tx.commit()).isTrue();
                  assertThat(laterA).isGreaterThanOrEqualTo(a);
                  assertThat(laterB).isGreaterThanOrEqualTo(b);
                  assertThat(number(rooms.get("a"))).isGreaterThanOrEqualTo(laterA);
                }
                return 0;
              }));
    }
    await(writers);
    over.set(true);
    await(readers);
  }
}
