package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Whatever slip of the fingers: a known option that is not written right is reported. */
class TyposTest {
  private static final int ROUNDS = 1_500;
  private static final Map<String, String> REDIS =
      Map.of("type", "redis", "uri", "redis://localhost", "layers", "cache");

  private final long seed = 7_411_923L;
  private final Random random = new Random(seed);

  private static SortedSet<String> options() {
    SortedSet<String> options = new TreeSet<>();
    CommonOptions.STORAGE.forEach(option -> options.add(option.name()));
    new Plugins.Redis().options().forEach(option -> options.add(option.name()));
    Plugins.CACHE.forEach(option -> options.add("cache." + option.name()));
    return options;
  }

  private String slip(String word) {
    StringBuilder out = new StringBuilder(word);
    int at = random.nextInt(word.length());
    char letter = (char) ('a' + random.nextInt(26));
    switch (random.nextInt(4)) {
      case 0 -> out.deleteCharAt(at);
      case 1 -> out.insert(at, letter);
      case 2 -> out.setCharAt(at, letter);
      default -> {
        int other = Math.min(at + 1, word.length() - 1);
        out.setCharAt(at, word.charAt(other));
        out.setCharAt(other, word.charAt(at));
      }
    }
    return out.toString();
  }

  private String wrong(SortedSet<String> options, String right) {
    String wrong = right;
    while (options.contains(wrong) || wrong.isEmpty() || wrong.startsWith("id")) {
      wrong = slip(right);
    }
    return wrong;
  }

  @Test
  void everySlipInAnOptionIsReportedAndMostlyUnderstood() {
    SortedSet<String> options = options();
    List<String> words = new ArrayList<>(options);
    int understood = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String right = words.get(random.nextInt(words.size()));
      String wrong = wrong(options, right);
      Map<String, String> settings = new TreeMap<>(REDIS);
      settings.put(wrong, "1");
      List<String> lines =
          Starts.problems(
              () ->
                  Configuration.builder()
                      .withoutAmbient()
                      .storage("rooms", settings)
                      .build()
                      .check(Plugins.catalog().build()));
      assertThat(lines)
          .as("seed %d, round %d: %s for %s", seed, round, wrong, right)
          .singleElement()
          .asString()
          .startsWith("storages.rooms." + wrong + " (code): ");
      understood += lines.get(0).endsWith("did you mean '" + right + "'?") ? 1 : 0;
    }
    assertThat(understood).as("of %d, seed %d", ROUNDS, seed).isGreaterThan(ROUNDS * 95 / 100);
  }

  @Test
  void everySlipInAVariableIsReported() {
    SortedSet<String> options = options();
    List<String> words = new ArrayList<>(options);
    for (int round = 0; round < 100; round++) {
      String right = words.get(random.nextInt(words.size()));
      String wrong = wrong(options, right);
      String variable = PropertyName.variable("storages.rooms." + wrong);
      Map<String, String> variables = new TreeMap<>();
      REDIS.forEach(
          (name, value) -> variables.put(PropertyName.variable("storages.rooms." + name), value));
      if (variables.put(variable, "1") != null
          || options.stream()
              .anyMatch(o -> variable.endsWith("ROOMS_" + PropertyName.variable(o)))) {
        continue; // a dash for a dot is no slip in a variable
      }
      Configuration configuration = Starts.isolated().environment(variables).build();
      assertThat(Starts.problems(() -> configuration.check(Plugins.catalog().build())))
          .as("seed %d, round %d: %s for %s", seed, round, variable, right)
          .singleElement()
          .asString()
          .contains("environment " + variable);
    }
  }

  @Test
  void everySlipInATypeIsReportedAndUnderstood() {
    SortedSet<String> ids = new TreeSet<>(Plugins.catalog().build().plugins().keySet());
    for (int round = 0; round < 500; round++) {
      String right = List.copyOf(ids).get(random.nextInt(ids.size()));
      String wrong = wrong(ids, right);
      assertThat(Starts.problemsOfCode("storages.rooms.type", wrong))
          .as("seed %d, round %d: %s for %s", seed, round, wrong, right)
          .anyMatch(
              line ->
                  line.startsWith("storages.rooms.type=" + wrong + " (code): no such plugin")
                      && line.contains("did you mean '" + right + "'?"));
    }
  }
}
