package io.undercroft.runtime.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.memory.Given;
import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.runtime.transaction.Texts.Tx;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Random schedules of several transactions and plain writers, step by step beside a model: each
 * transaction sees a copy of everything, made when it began, with its own changes. One that commits
 * finds, looked up again in what is there now, every answer that it was given.
 */
class SnapshotModelTest {
  private static final int STEPS = 4_000;
  private static final String[] KEYS = {"a", "a1", "a2", "b", "b1", "b11", "c"};

  private final TestContext context = new TestContext(Clock.systemUTC());
  private final Facets backend = new MemoryPlugin().open(Given.NOTHING, context).facets();
  private final Timeline timeline = new Timeline(context, Limits.DEFAULT);
  private final Texts rooms = new Texts(timeline.over(backend));
  private final Map<String, String> stored = new TreeMap<>();
  private final List<Player> players = new ArrayList<>();
  private int values;
  private int committed;

  /** A transaction beside its model. */
  private static final class Player {
    final Tx tx;
    final Map<String, String> before;
    final Map<String, Optional<String>> own = new HashMap<>();
    final List<Answer> answers = new ArrayList<>();
    final Map<String, Map<String, Optional<String>>> savepoints = new HashMap<>();
    boolean overtaken;
    @Nullable Cursor<KeyedEntry> open;
    final Map<String, String> scanned = new TreeMap<>();

    Player(Tx tx, Map<String, String> stored) {
      this.tx = tx;
      this.before = new TreeMap<>(stored);
    }

    Map<String, String> sees() {
      return over(before);
    }

    Map<String, String> over(Map<String, String> ground) {
      Map<String, String> sees = new TreeMap<>(ground);
      own.forEach(
          (key, value) ->
              value.ifPresentOrElse(text -> sees.put(key, text), () -> sees.remove(key)));
      return sees;
    }
  }

  /** What a transaction asked of the storage itself, and what it was told. */
  private record Answer(Function<Map<String, String>, Object> question, Object told) {}

  private static Map<String, String> under(Map<String, String> all, String prefix) {
    Map<String, String> some = new TreeMap<>(all);
    some.keySet().removeIf(key -> !key.startsWith(prefix));
    return some;
  }

  @RepeatedTest(5)
  void everyTransactionSeesItsSnapshotAndCommitsOnlyIfItStillHolds() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try {
      for (int step = 0; step < STEPS; step++) {
        step(random);
      }
      players.forEach(player -> player.tx.rollback());
      assertThat(rooms.all("")).isEqualTo(stored);
      assertThat(committed).isPositive();
      assertThat(timeline.past().isEmpty()).as("nothing is kept for nobody").isTrue();
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  private void step(Random random) {
    if (players.size() < 4 && random.nextInt(3) == 0) {
      players.add(new Player(rooms.begin(), stored));
      return;
    }
    if (players.isEmpty() || random.nextInt(4) == 0) {
      writePlainly(random);
      return;
    }
    Player player = players.get(random.nextInt(players.size()));
    switch (random.nextInt(14)) {
      case 0 -> commit(player);
      case 1 -> {
        player.tx.rollback();
        players.remove(player);
      }
      case 2, 3, 4 -> write(player, random);
      case 5 -> scanOn(player);
      case 6 -> savepoints(player, random);
      default -> read(player, random);
    }
  }

  private String key(Random random) {
    return KEYS[random.nextInt(KEYS.length)];
  }

  private void writePlainly(Random random) {
    String key = key(random);
    String value = "v" + values++;
    switch (random.nextInt(8)) {
      case 0 -> {
        rooms.delete(key);
        stored.remove(key);
      }
      case 1 -> {
        String other = key(random);
        if (!other.equals(key)) {
          rooms
              .facets()
              .require(Commit.class)
              .commit(
                  List.of(),
                  List.of(new Mutation.Put(key, Texts.entry(value)), new Mutation.Remove(other)));
          stored.put(key, value);
          stored.remove(other);
        }
      }
      case 2 -> {
        rooms.facets().require(Batch.class).putMany(Map.of(key, Texts.entry(value)));
        stored.put(key, value);
      }
      case 3 -> {
        String other = key(random);
        rooms.facets().require(Batch.class).deleteMany(List.of(key, other));
        stored.remove(key);
        stored.remove(other);
      }
      case 4 -> {
        PutResult result = rooms.kv().put(key, Texts.entry(value), Precondition.ABSENT);
        assertThat(result instanceof PutResult.Written).isEqualTo(!stored.containsKey(key));
        stored.putIfAbsent(key, value);
      }
      case 5 -> {
        if (random.nextInt(10) == 0) {
          rooms.kv().clear();
          stored.clear();
        }
      }
      default -> {
        rooms.put(key, value);
        stored.put(key, value);
      }
    }
    players.forEach(player -> player.overtaken = true);
  }

  private static void stopScanning(Player player) {
    if (player.open != null) {
      player.open.close();
      player.open = null;
    }
  }

  private void write(Player player, Random random) {
    stopScanning(player);
    String key = key(random);
    String value = "t" + values++;
    switch (random.nextInt(5)) {
      case 0 -> {
        boolean there = player.sees().containsKey(key);
        assertThat(player.tx.delete(key)).isEqualTo(there);
        ask(player, key, ground -> ground.containsKey(key));
        if (there) {
          player.own.put(key, Optional.empty());
        }
      }
      case 1 -> {
        boolean there = player.sees().containsKey(key);
        PutResult result = player.tx.texts().kv().put(key, Texts.entry(value), Precondition.ABSENT);
        assertThat(result instanceof PutResult.Written).isEqualTo(!there);
        ask(player, key, ground -> ground.containsKey(key));
        if (!there) {
          player.own.put(key, Optional.of(value));
        }
      }
      case 2 -> {
        if (random.nextInt(10) == 0) {
          player.answers.add(new Answer(Map::keySet, player.before.keySet()));
          player.sees().keySet().forEach(each -> player.own.put(each, Optional.empty()));
          player.tx.texts().kv().clear();
        }
      }
      default -> {
        player.tx.put(key, value);
        player.own.put(key, Optional.of(value));
      }
    }
  }

  /** What a transaction finds under a key that it wrote itself says nothing of the storage. */
  private static void ask(
      Player player, String key, Function<Map<String, String>, Object> question) {
    if (!player.own.containsKey(key)) {
      player.answers.add(new Answer(question, question.apply(player.before)));
    }
  }

  private void read(Player player, Random random) {
    Map<String, String> sees = player.sees();
    switch (random.nextInt(5)) {
      case 0 -> {
        String prefix = key(random);
        assertThat(player.tx.all(prefix)).isEqualTo(under(sees, prefix));
        player.answers.add(
            new Answer(ground -> under(ground, prefix), under(player.before, prefix)));
      }
      case 1 -> {
        assertThat(player.tx.texts().keys("")).containsExactlyElementsOf(sees.keySet());
        player.answers.add(new Answer(Map::keySet, player.before.keySet()));
      }
      case 2 -> {
        assertThat(player.tx.texts().kv().size()).isEqualTo(sees.size());
        player.answers.add(new Answer(Map::size, player.before.size()));
      }
      default -> {
        String key = key(random);
        Optional<String> expected = Optional.ofNullable(sees.get(key));
        assertThat(player.tx.get(key)).isEqualTo(expected);
        ask(player, key, ground -> Optional.ofNullable(ground.get(key)));
      }
    }
  }

  /** Goes on with a scan that others write beside; it ends when the player writes. */
  private void scanOn(Player player) {
    Cursor<KeyedEntry> open = player.open;
    if (open == null) {
      if (player.own.isEmpty()) {
        player.open = player.tx.texts().kv().scan("", 2);
        player.scanned.clear();
        player.answers.add(new Answer(ground -> new TreeMap<>(ground), player.before));
      }
      return;
    }
    List<KeyedEntry> page = open.next();
    for (KeyedEntry found : page) {
      assertThat(player.scanned.put(found.key(), Texts.text(found.entry())))
          .as("key '%s' for the second time", found.key())
          .isNull();
    }
    if (page.isEmpty()) {
      if (player.own.isEmpty()) {
        assertThat(player.scanned).isEqualTo(player.before);
      }
      open.close();
      player.open = null;
    }
  }

  private void savepoints(Player player, Random random) {
    stopScanning(player);
    String name = "s" + random.nextInt(3);
    if (random.nextBoolean()) {
      player.tx.handle().savepoint(name);
      player.savepoints.put(name, new HashMap<>(player.own));
    } else if (player.savepoints.size() == 1 && player.savepoints.containsKey(name)) {
      player.tx.handle().rollbackTo(name);
      player.own.clear();
      player.own.putAll(player.savepoints.get(name));
    }
  }

  private void commit(Player player) {
    players.remove(player);
    boolean through = player.tx.commit();
    if (player.own.isEmpty()) {
      assertThat(through).as("who only read").isTrue();
      return;
    }
    if (!through) {
      assertThat(player.overtaken).as("nobody wrote since it began").isTrue();
      return;
    }
    for (Answer answer : player.answers) {
      assertThat(answer.question().apply(stored)).isEqualTo(answer.told());
    }
    committed++;
    player.own.forEach(
        (key, value) ->
            value.ifPresentOrElse(text -> stored.put(key, text), () -> stored.remove(key)));
    players.forEach(other -> other.overtaken = true);
    assertThat(rooms.all("")).isEqualTo(stored);
  }
}
