package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.Distribution;
import io.undercroft.it.Shell;
import io.undercroft.testkit.Eventually;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code kill -9} of a process that writes a trail: the chain verifies after each start, and no
 * acknowledged operation is missing. How often: {@code -Daudit.kills} (the profile {@code kill-9}
 * says 100).
 */
@Execution(ExecutionMode.CONCURRENT) // it has processes and a place of its own
final class AuditKillIT {
  private static final int KILLS = Integer.getInteger("audit.kills", 5);
  private static final long SEED = Long.getLong("durability.seed", System.nanoTime());
  private static final int MOST_WRITES = 400;
  private static final int MOST_NANOS = 400_000_000;
  private static final int DEADLINE_SECONDS = 60;

  @TempDir Path temporary;

  private final Distribution distribution = new Distribution();

  private List<String> properties() {
    return List.of(
        "storage.type=file",
        "storage.path=" + temporary.resolve("rooms"),
        "storage.layers=audit",
        "storage.audit.path=" + temporary.resolve("trail/audit.jsonl"),
        "storage.audit.anchor=" + temporary.resolve("elsewhere/anchor.json"),
        "storage.audit.anchor-interval=20ms",
        "storage.audit.max-size=16KiB");
  }

  @Test
  void theChainVerifiesAndNothingAcknowledgedIsMissing() throws Exception {
    Random random = new Random(SEED);
    Set<String> acknowledged = new ConcurrentSkipListSet<>();
    for (int kill = 0; kill < KILLS; kill++) {
      writeAndKill(random, kill, acknowledged);
    }
    // The next start drops what was cut off, and says so in the trail.
    try (Shell shell =
        Shell.start(distribution.shell(properties()), temporary.resolve("shell.log"))) {
      assertThat(shell.ask(Line.size()).getBoolean("ok")).isTrue();
    }
    Distribution.Ended verified = audit("verify");
    assertThat(verified.status()).as("seed %s: %s", SEED, verified).isZero();
    Set<String> recorded =
        audit("show", "--operation", "put", "--output", "json")
            .out()
            .lines()
            .map(AuditKillIT::key)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> missing = new TreeSet<>(acknowledged);
    missing.removeAll(recorded);
    System.out.println(
        "durability: trail: %s kills, %s acknowledged writes, %s missing, %s, seed %s"
            .formatted(KILLS, acknowledged.size(), missing.size(), verified.out().strip(), SEED));
    assertThat(acknowledged).isNotEmpty();
    assertThat(missing).as("seed %s", SEED).isEmpty();
  }

  private Distribution.Ended audit(String... arguments) throws Exception {
    List<String> all = new ArrayList<>();
    properties()
        .forEach(
            property -> {
              all.add("-D");
              all.add(property);
            });
    all.add("audit");
    all.addAll(List.of(arguments));
    return distribution.run(temporary, all.toArray(String[]::new));
  }

  private static String key(String line) {
    try (JsonReader reader = Json.createReader(new StringReader(line))) {
      return reader.readObject().getJsonArray("keys").getString(0);
    }
  }

  private void writeAndKill(Random random, int round, Set<String> acknowledged) throws Exception {
    Shell shell = Shell.start(distribution.shell(properties()), temporary.resolve("shell.log"));
    int writes = 1 + random.nextInt(MOST_WRITES);
    CompletableFuture<Void> answers =
        CompletableFuture.runAsync(
            () -> {
              int number = 0;
              for (Optional<JsonObject> answer = shell.answer();
                  answer.isPresent();
                  answer = shell.answer()) {
                if (!answer.get().getBoolean("ok")) {
                  throw new IllegalStateException("refused: " + answer.get());
                }
                acknowledged.add(name(round, number));
                number++;
              }
            });
    JsonObject value = Json.createObjectBuilder().add("round", round).build();
    for (int i = 0; i < writes && shell.send(Line.set(name(round, i), value)); i++) {
      if (i == 0) {
        awaitFirst(round, acknowledged, answers);
      }
    }
    LockSupport.parkNanos(random.nextInt(MOST_NANOS)); // the moment of the strike is random
    shell.kill();
    answers.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private static void awaitFirst(
      int round, Set<String> acknowledged, CompletableFuture<Void> answers) throws Exception {
    Eventually.holds(
        "the first write is answered",
        () -> acknowledged.contains(name(round, 0)) || answers.isDone());
    if (answers.isDone()) {
      answers.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static String name(int round, int number) {
    return "Key " + round + "-" + number;
  }
}
