package io.undercroft.layer.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.SetOptions;
import io.undercroft.storage.tool.Tiers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is planned for a moment is what is done at it. How many runs: {@code -Dtier.runs}. */
class PlanIsApplyTest {
  private static final int RUNS = Integer.getInteger("tier.runs", 300);
  private static final int STEPS = 30;
  private static final int KEYS = 12;
  private static final long SEED = Long.getLong("tier.seed", System.nanoTime());
  private static final List<String> RULES =
      List.of(
          "cold if age > 30d",
          "warm if age > 3d",
          "warm if idle > 2d",
          "cold if size > 500",
          "warm if size < 5",
          "warm if count > 5",
          "cold if metadata.class = archive",
          "expire if age > 60d",
          "expire if age > 1d and metadata.class = scrap");

  @Test
  void inEveryRandomRunThePlanIsWhatIsDone() {
    Random random = new Random(SEED);
    int moved = 0;
    for (int run = 0; run < RUNS; run++) {
      List<String> rules = new ArrayList<>(RULES);
      java.util.Collections.shuffle(rules, random);
      rules = rules.subList(0, 1 + random.nextInt(rules.size()));
      try (Tiered tiered =
          new Tiered(
              String.join("; ", rules), "tier.promote", String.valueOf(random.nextBoolean()))) {
        moved += run(tiered, random, "seed " + SEED + ", run " + run + ", " + rules);
      }
    }
    assertThat(moved).isGreaterThan(RUNS);
  }

  private static int run(Tiered tiered, Random random, String what) {
    Map<String, String> model = new TreeMap<>();
    int moved = 0;
    for (int i = 0; i < STEPS; i++) {
      String key = "Key " + random.nextInt(KEYS);
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          String value = "x".repeat(random.nextInt(700)) + i;
          String kind = List.of("live", "archive", "scrap").get(random.nextInt(3));
          tiered.rooms().set(key, value, SetOptions.metadata("class", kind));
          model.put(key, value);
        }
        case 2 -> assertThat(tiered.rooms().delete(key)).isEqualTo(model.remove(key) != null);
        case 3 ->
            assertThat(tiered.rooms().get(key).orElse(null)).as(what).isEqualTo(model.get(key));
        case 4 -> tiered.clock.advance(Duration.ofHours(random.nextInt(24 * 9)));
        default -> {
          List<Tiers.Move> plan = tiered.tiers().plan(tiered.clock.instant());
          List<Tiers.Move> told = new ArrayList<>();
          assertThat(tiered.tiers().apply(tiered.clock.instant(), told::add))
              .as(what)
              .isEqualTo(plan);
          assertThat(told).isEqualTo(plan);
          plan.stream().filter(move -> move.to().isEmpty()).forEach(m -> model.remove(m.key()));
          moved += plan.size();
        }
      }
    }
    assertThat(tiered.rooms().batched().getMany(model.keySet())).as(what).isEqualTo(model);
    assertThat(tiered.rooms().size()).as(what).isEqualTo(model.size());
    return moved;
  }
}
