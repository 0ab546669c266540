package io.undercroft.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * One step of a random story about a storage. Steps name no version and no moment, only how to find
 * one, so that any part of a story is a story too.
 */
sealed interface Step {
  /** Keys that get into each other's way easily. */
  List<String> KEYS =
      List.of("a", "A", "aa", "a/b", "..", "%", "\u00c4", "A\u0308", "con", "x".repeat(1_024));

  /** What must hold for a write. */
  enum Guard {
    /** Nothing. */
    NONE,
    /** There is no live entry. */
    ABSENT,
    /** The live entry has the version that it has; impossible without one. */
    CURRENT,
    /** The live entry has a version that it had earlier; impossible. */
    STALE
  }

  /** Writes one entry. */
  record Put(String key, String text, Guard guard, Optional<Duration> life, boolean metadata)
      implements Step {}

  /** Removes one entry. */
  record Delete(String key, Guard guard) implements Step {}

  /** Changes what is there, or writes what is not. */
  record Update(String key, String text) implements Step {}

  /** Removes everything. */
  record Clear() implements Step {}

  /** Reads several entries. */
  record GetMany(Set<String> keys) implements Step {}

  /** Writes several entries. */
  record PutMany(Map<String, String> texts) implements Step {}

  /** Removes several entries. */
  record DeleteMany(Set<String> keys) implements Step {}

  /** Does all of these or none. */
  record Commit(List<Part> parts) implements Step {}

  /** Lists the keys with a prefix. */
  record ListKeys(String prefix, int pageSize) implements Step {}

  /** Lets time pass. */
  record Tick(Duration time) implements Step {}

  /** Closes and opens. */
  record Reopen() implements Step {}

  /** One part of a commit: writes a text, removes (no text), or checks only. */
  record Part(String key, Guard guard, boolean checkOnly, Optional<String> text) {}

  /** What a story may contain. */
  record Range(boolean batch, boolean commit, boolean reopen, boolean expiry) {}

  /** Returns a random story. */
  static List<Step> story(Random random, int length, Range range) {
    List<Step> steps = new ArrayList<>(length);
    while (steps.size() < length) {
      Optional<Step> step = step(random, steps.size(), range);
      step.ifPresent(steps::add);
    }
    return steps;
  }

  private static Optional<Step> step(Random random, int number, Range range) {
    String text = "text " + number;
    String key = key(random);
    return switch (random.nextInt(26)) {
      case 0, 1, 2, 3, 4 -> Optional.of(put(random, key, text, Guard.NONE, range));
      case 5, 6 -> Optional.of(put(random, key, text, Guard.ABSENT, range));
      case 7, 8 -> Optional.of(put(random, key, text, Guard.CURRENT, range));
      case 9 -> Optional.of(put(random, key, text, Guard.STALE, range));
      case 10, 11, 12 -> Optional.of(new Delete(key, Guard.NONE));
      case 13 -> Optional.of(new Delete(key, random.nextBoolean() ? Guard.CURRENT : Guard.STALE));
      case 14 -> Optional.of(new Update(key, text));
      case 15 -> random.nextInt(8) == 0 ? Optional.of(new Clear()) : Optional.empty();
      case 16 -> Optional.of(new ListKeys(key.substring(0, 1), 1 + random.nextInt(4)));
      case 17 -> range.batch ? Optional.of(new GetMany(keys(random))) : Optional.empty();
      case 18 -> {
        Map<String, String> texts = new LinkedHashMap<>();
        keys(random).forEach(one -> texts.put(one, text));
        yield range.batch ? Optional.of(new PutMany(texts)) : Optional.empty();
      }
      case 19 -> range.batch ? Optional.of(new DeleteMany(keys(random))) : Optional.empty();
      case 20, 21 -> range.commit ? Optional.of(commit(random, text)) : Optional.empty();
      case 22, 23, 24 ->
          Optional.of(
              new Tick(
                  switch (random.nextInt(5)) {
                    case 0 -> Duration.ofMillis(1);
                    case 1 -> Duration.ofMillis(999);
                    case 2 -> Duration.ofSeconds(1);
                    case 3 -> Duration.ofSeconds(10);
                    default -> Duration.ofMinutes(2);
                  }));
      default ->
          range.reopen && random.nextInt(3) == 0 ? Optional.of(new Reopen()) : Optional.empty();
    };
  }

  private static Step put(Random random, String key, String text, Guard guard, Range range) {
    Optional<Duration> life =
        switch (random.nextInt(6)) {
          case 0 -> Optional.of(Duration.ofMillis(1));
          case 1 -> Optional.of(Duration.ofSeconds(1));
          case 2 -> Optional.of(Duration.ofMinutes(1));
          default -> Optional.empty();
        };
    return new Put(
        key,
        random.nextInt(3) == 0 ? "same" : text,
        guard,
        // A backend that only keeps deadlines is not asked what it does about passed ones.
        range.expiry ? life : life.map(shortLife -> Duration.ofDays(36_500).plus(shortLife)),
        random.nextInt(3) == 0);
  }

  private static Step commit(Random random, String text) {
    List<Part> parts = new ArrayList<>();
    for (String key : keys(random)) {
      parts.add(
          switch (random.nextInt(8)) {
            case 0, 1, 2 -> new Part(key, Guard.NONE, false, Optional.of(text));
            case 3 -> new Part(key, Guard.CURRENT, false, Optional.of(text));
            case 4 -> new Part(key, Guard.ABSENT, false, Optional.of(text));
            case 5 -> new Part(key, Guard.NONE, false, Optional.empty());
            case 6 -> new Part(key, Guard.CURRENT, false, Optional.empty());
            default ->
                new Part(
                    key,
                    List.of(Guard.ABSENT, Guard.CURRENT, Guard.STALE).get(random.nextInt(3)),
                    true,
                    Optional.empty());
          });
    }
    return new Commit(parts);
  }

  private static String key(Random random) {
    return KEYS.get(random.nextInt(KEYS.size()));
  }

  private static Set<String> keys(Random random) {
    Set<String> keys = new LinkedHashSet<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      keys.add(key(random));
    }
    return keys;
  }
}
