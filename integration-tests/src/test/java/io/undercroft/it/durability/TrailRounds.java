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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Writes through a shell with a trail, strikes, and looks for what was acknowledged in the trail.
 */
final class TrailRounds {
  private static final int MOST_WRITES = 400;
  private static final int MOST_NANOS = 400_000_000;
  private static final int DEADLINE_SECONDS = 60;

  private final Distribution distribution;
  private final List<String> properties;
  private final Path temporary;
  private final Random random;
  private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
  private int rounds;

  TrailRounds(Distribution distribution, List<String> properties, Path temporary, long seed) {
    this.distribution = distribution;
    this.properties = List.copyOf(properties);
    this.temporary = temporary;
    this.random = new Random(seed);
  }

  Set<String> acknowledged() {
    return acknowledged;
  }

  /** Writes, and strikes at a random moment. */
  void round(CrashRounds.Strike strike) throws Exception {
    int round = rounds++;
    Shell shell = Shell.start(distribution.shell(properties), temporary.resolve("shell.log"));
    int writes = 1 + random.nextInt(MOST_WRITES);
    AtomicBoolean silent = new AtomicBoolean();
    CompletableFuture<Void> answers = listen(shell, round, silent);
    JsonObject value = Json.createObjectBuilder().add("round", round).build();
    for (int i = 0; i < writes && shell.send(Line.set(name(round, i), value)); i++) {
      if (i == 0) {
        awaitFirst(round, answers);
      }
    }
    LockSupport.parkNanos(random.nextInt(MOST_NANOS)); // the moment of the strike is random
    strike.at(shell, () -> silent.set(true));
    answers.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private CompletableFuture<Void> listen(Shell shell, int round, AtomicBoolean silent) {
    return CompletableFuture.runAsync(
        () -> {
          int number = 0;
          for (Optional<JsonObject> answer = shell.answer();
              answer.isPresent();
              answer = shell.answer()) {
            if (!answer.get().getBoolean("ok") && !silent.get()) {
              throw new IllegalStateException("refused: " + answer.get());
            }
            if (answer.get().getBoolean("ok") && !silent.get()) {
              acknowledged.add(name(round, number));
            }
            number++;
          }
        });
  }

  private void awaitFirst(int round, CompletableFuture<Void> answers) throws Exception {
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

  /** Starts a shell, which drops what was cut off and puts back what was lost, and ends it. */
  void recover() throws Exception {
    try (Shell shell =
        Shell.start(distribution.shell(properties), temporary.resolve("shell.log"))) {
      assertThat(shell.ask(Line.size()).getBoolean("ok")).isTrue();
    }
  }

  Distribution.Ended audit(String... arguments) throws Exception {
    List<String> all = new ArrayList<>();
    properties.forEach(
        property -> {
          all.add("-D");
          all.add(property);
        });
    all.add("audit");
    all.addAll(List.of(arguments));
    return distribution.run(temporary, all.toArray(String[]::new));
  }

  /** Returns what was acknowledged and is not in the trail. */
  Set<String> missing() throws Exception {
    Set<String> missing = new TreeSet<>(acknowledged);
    missing.removeAll(
        audit("show", "--operation", "put", "--output", "json")
            .out()
            .lines()
            .map(TrailRounds::key)
            .collect(Collectors.toSet()));
    return missing;
  }

  private static String key(String line) {
    try (JsonReader reader = Json.createReader(new StringReader(line))) {
      return reader.readObject().getJsonArray("keys").getString(0);
    }
  }
}
