package io.undercroft.it.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.Distribution;
import io.undercroft.it.Shell;
import io.undercroft.it.layers.TieredRooms.Room;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.tool.Tiers;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Entries that every kind of rule moves between a folder, SQLite and a second folder, whose cold
 * tier goes away in the middle, again and again: whatever is not expired is readable the whole
 * time, by this process and by another, and lies in one tier afterwards. How many: {@code
 * -Dtier.entries} (the profile {@code layer-proofs} says 10,000); which: {@code -Dtier.seed}.
 */
@Timeout(3_600)
final class TierProofIT {
  private static final int ENTRIES = Integer.getInteger("tier.entries", 300);
  private static final int OUTAGES = 20;
  private static final int PAGE = 250;
  private static final long SEED = Long.getLong("tier.seed", System.nanoTime());
  private static final List<String> RULES =
      List.of(
          "cold if metadata.class = archive and age > 1d",
          "cold if where {\"field\":\"state\",\"operator\":\"eq\",\"value\":\"closed\"}",
          "cold if age > 60d",
          "warm if size > 1KiB",
          "warm if size < 90",
          "warm if count > " + ENTRIES / 3,
          "warm if idle > 20d",
          "expire if age > 9d and metadata.class = scrap");

  @TempDir Path temporary;

  private final Random random = new Random(SEED);

  /** What was written last under each key, and answered. */
  private final Map<String, Room> model = new ConcurrentHashMap<>();

  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong toldOfTheOutage = new AtomicLong();
  private final Set<String> applied = new TreeSet<>();

  @Test
  void whatIsNotExpiredIsReadableAllTheTimeAndInOneTierInTheEnd() throws Exception {
    String rules = String.join("; ", RULES);
    int outages = 0;
    int moves = 0;
    int rounds = 0;
    try (TieredRooms tiered = new TieredRooms(temporary, rules)) {
      for (int i = 0; i < ENTRIES; i++) {
        write(tiered, i);
        if (i % Math.max(1, ENTRIES / 50) == 0) {
          tiered.clock.advance(Duration.ofHours(12));
        }
      }
      moves += recover(tiered);
      try (Shell other =
          Shell.start(
              new Distribution().shell(TieredRooms.readerProperties(temporary, rules)),
              temporary.resolve("shell.log"))) {
        while (outages < OUTAGES || applied.size() < RULES.size()) {
          assertThat(rounds++).as("too many rounds: %s, %s", outages, applied).isLessThan(60);
          for (int i = 0; i < ENTRIES / 20; i++) {
            write(tiered, random.nextInt(ENTRIES));
          }
          tiered.clock.advance(Duration.ofHours(random.nextInt(24 * 14)));
          if (applyBesideReaders(tiered, other)) {
            outages++;
          }
          moves += recover(tiered);
          assertInOneTier(tiered);
          assertAllReadable(other);
        }
      }
    }
    System.out.printf(
        "tiers: %,d entries, %d outages, %,d moves after them, %,d reads beside them of which %,d"
            + " were told of the outage, every rule applied, seed %d%n",
        ENTRIES, outages, moves, reads.get(), toldOfTheOutage.get(), SEED);
  }

  private void write(TieredRooms tiered, int number) {
    String key = "Room " + number;
    String state = number % 7 == 0 ? "closed" : "open";
    String more = number % 5 == 0 ? noise(2_000) : number % 5 == 1 ? "" : noise(150);
    String kind = number % 6 == 0 ? "archive" : mayExpire(number) ? "scrap" : "live";
    Room room = new Room(number, numbers.incrementAndGet(), state, more);
    tiered.rooms().set(key, room, SetOptions.metadata("class", kind));
    model.put(key, room);
  }

  /** Text that does not get much smaller when it is compressed. */
  private String noise(int length) {
    byte[] bytes = new byte[length * 3 / 4];
    random.nextBytes(bytes);
    return java.util.Base64.getEncoder().encodeToString(bytes);
  }

  /** Applies the rules until the cold tier goes away, if it does; returns whether it did. */
  private boolean applyBesideReaders(TieredRooms tiered, Shell other) throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(2);
    Future<?> inside = readers.submit(() -> readInside(tiered, ended));
    Future<?> outside = readers.submit(() -> readOutside(other, ended));
    tiered.coldCalls.set(random.nextInt(Math.max(40, ENTRIES / 2)));
    boolean broken = false;
    try {
      tiered.tiers().apply(tiered.clock.instant(), this::noted);
    } catch (StorageException e) {
      assertThat(e.code()).as("seed %s: %s", SEED, e).isEqualTo(ErrorCode.CONNECTION_LOST);
      assertThat(e.reason()).contains("tier 'cold' does not answer");
      broken = true;
    } finally {
      ended.set(true);
      readers.shutdown();
    }
    inside.get();
    outside.get();
    tiered.coldCalls.set(-1);
    return broken;
  }

  /** Returns whether a rule may let it expire at any moment. */
  private static boolean mayExpire(int number) {
    return number % 6 == 1;
  }

  private synchronized void noted(Tiers.Move move) {
    applied.add(move.rule());
    if (move.to().isEmpty()) {
      model.remove(move.key());
    }
  }

  private void readInside(TieredRooms tiered, AtomicBoolean ended) {
    Random own = new Random(SEED + 1);
    while (!ended.get()) {
      int number = own.nextInt(ENTRIES);
      String key = "Room " + number;
      Optional<Room> known = Optional.ofNullable(model.get(key));
      try {
        Optional<Room> found = tiered.rooms().get(key);
        if (found.isPresent() || !mayExpire(number)) {
          assertThat(found).as("seed %s: %s", SEED, key).isEqualTo(known);
        }
      } catch (StorageException e) {
        assertThat(tiered.coldCalls.get()).as("seed %s: %s", SEED, e).isZero();
        assertThat(e.reason()).contains("tier 'cold' does not answer");
        toldOfTheOutage.incrementAndGet();
      }
      reads.incrementAndGet();
    }
  }

  private void readOutside(Shell other, AtomicBoolean ended) {
    Random own = new Random(SEED + 2);
    while (!ended.get()) {
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        int number = own.nextInt(ENTRIES);
        if (!mayExpire(number) && !keys.contains("Room " + number)) {
          keys.add("Room " + number);
        }
      }
      assertReadable(other, keys);
      reads.addAndGet(keys.size());
    }
  }

  /** The other process has a cold tier of its own: it is not told of the outage. */
  private void assertReadable(Shell other, List<String> keys) {
    JsonObject found = ask(other, keys);
    for (String key : keys) {
      Room known = model.get(key);
      JsonValue there = found.getOrDefault(key, JsonValue.NULL);
      if (known == null) {
        assertThat(there).as("seed %s: %s is expired", SEED, key).isEqualTo(JsonValue.NULL);
      } else {
        assertThat(there).as("seed %s: %s", SEED, key).isNotEqualTo(JsonValue.NULL);
        assertThat(there.asJsonObject().getInt("written"))
            .as("seed %s: %s", SEED, key)
            .isEqualTo((int) known.written());
      }
    }
  }

  private static JsonObject ask(Shell other, List<String> keys) {
    JsonObject answer =
        other.ask(
            Json.createObjectBuilder()
                .add("op", "getMany")
                .add("storage", "rooms")
                .add("keys", Json.createArrayBuilder(keys))
                .build());
    assertThat(answer.getBoolean("ok")).as("seed %s: %s", SEED, answer).isTrue();
    return answer.getJsonObject("result");
  }

  /** Applies the rules as the next process would, when the lease of the dead one is over. */
  private int recover(TieredRooms tiered) {
    tiered.clock.advance(Duration.ofMinutes(10));
    return tiered.tiers().apply(tiered.clock.instant(), this::noted).size();
  }

  private void assertInOneTier(TieredRooms tiered) {
    Set<String> both = new TreeSet<>(tiered.warm());
    both.retainAll(tiered.cold());
    assertThat(both).as("seed %s", SEED).isEmpty();
    Map<String, Long> figures =
        tiered.tiers().figures().stream()
            .collect(
                java.util.stream.Collectors.toMap(Tiers.Figures::tier, Tiers.Figures::entries));
    assertThat(figures.get("warm")).as("seed %s", SEED).isEqualTo(tiered.warm().size());
    assertThat(figures.get("cold")).as("seed %s", SEED).isEqualTo(tiered.cold().size());
    assertThat(figures.values().stream().mapToLong(each -> each).sum())
        .as("seed %s", SEED)
        .isEqualTo(model.size());
    assertThat(tiered.rooms().size()).isEqualTo(model.size());
  }

  private void assertAllReadable(Shell other) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      keys.add("Room " + i);
      if (keys.size() == PAGE || i == ENTRIES - 1) {
        assertReadable(other, keys);
        keys.clear();
      }
    }
  }
}
