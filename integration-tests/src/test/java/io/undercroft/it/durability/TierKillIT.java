package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.Distribution;
import io.undercroft.it.Shell;
import io.undercroft.testkit.Eventually;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code kill -9} of a process that moves entries from a folder to SQLite: every entry is readable
 * after each, and in one tier in the end. How often: {@code -Dtier.kills} (the profile {@code
 * kill-9} says 100).
 */
@Execution(ExecutionMode.CONCURRENT) // it has processes and a place of its own
final class TierKillIT {
  private static final int KILLS = Integer.getInteger("tier.kills", 5);
  private static final long SEED = Long.getLong("durability.seed", System.nanoTime());
  private static final int KEYS = 60;

  @TempDir Path temporary;

  private final Distribution distribution = new Distribution();

  private List<String> properties(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "storage.type=file",
                "storage.path=" + temporary.resolve("hot"),
                "storage.layers=tier",
                "storage.tier.warm=warm",
                "storage.tier.cold=cold",
                "storage.tier.lease=1s",
                "storage.tier.rules=warm if size > 1",
                "storages.warm.type=sqlite",
                "storages.warm.database=" + temporary.resolve("warm.db"),
                "storages.cold.type=file",
                "storages.cold.path=" + temporary.resolve("cold")));
    all.addAll(List.of(more));
    return all;
  }

  private List<String> tier(String command, List<String> properties) {
    List<String> all = new ArrayList<>();
    properties.forEach(property -> all.addAll(List.of("-D", property)));
    all.addAll(List.of("tier", command));
    return all;
  }

  @Test
  void everyEntryIsReadableWheneverAMoveIsKilled() throws Exception {
    Random random = new Random(SEED);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      keys.add("Key " + i);
    }
    for (int kill = 0; kill < KILLS; kill++) {
      try (Shell shell = shell()) {
        for (int i = 0; i < KEYS; i++) {
          assertThat(shell.ask(Line.set(keys.get(i), value(kill, i))).getBoolean("ok")).isTrue();
        }
      }
      int moved = applyAndKill(1 + random.nextInt(KEYS));
      try (Shell shell = shell()) {
        JsonObject found = shell.ask(Line.getMany(keys)).getJsonObject("result");
        for (int i = 0; i < KEYS; i++) {
          assertThat(found.get(keys.get(i)))
              .as("seed %s, kill %s after %s moves, %s", SEED, kill, moved, keys.get(i))
              .isEqualTo(value(kill, i));
        }
      }
    }
    awaitLease();
    assertThat(figures()).as("seed %s", SEED).contains("hot: 0 entries", "warm: " + KEYS);
    assertThat(distribution.run(temporary, size("warm")).out().strip())
        .as("every copy, and nothing else; the lease is given back")
        .isEqualTo(String.valueOf(KEYS));
    System.out.println("durability: tiers: " + KILLS + " kills, all readable, seed " + SEED);
  }

  /** Kills it when it has told of this many moves; returns how many it told of in all. */
  private int applyAndKill(int moves) throws Exception {
    Process process =
        new ProcessBuilder(distribution.command(tier("apply", properties())))
            .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    int told = 0;
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      while (out.readLine() != null) {
        told++;
        if (told == moves) {
          process.toHandle().destroyForcibly(); // what it had told stays readable
        }
      }
    }
    process.destroyForcibly().waitFor();
    return told;
  }

  private String[] size(String storage) {
    List<String> all = new ArrayList<>();
    properties().forEach(property -> all.addAll(List.of("-D", property)));
    all.addAll(List.of("size", "-s", storage));
    return all.toArray(String[]::new);
  }

  private Shell shell() throws Exception {
    return Shell.start(distribution.shell(properties()), log());
  }

  private Path log() {
    return temporary.resolve("shell.log");
  }

  /** Who was killed may have kept the lease; it passes with its time. */
  private void awaitLease() {
    Eventually.passes(
        () ->
            assertThat(
                    distribution
                        .run(temporary, tier("apply", properties()).toArray(String[]::new))
                        .status())
                .isZero());
  }

  private String figures() throws Exception {
    return distribution.run(temporary, tier("apply", properties()).toArray(String[]::new)).err();
  }

  private static JsonObject value(int kill, int number) {
    return Json.createObjectBuilder().add("kill", kill).add("number", number).build();
  }
}
