package io.undercroft.it.durability;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for, what was acknowledged, and so what may be found after a crash: for each key
 * the last acknowledged state or that of a later request.
 *
 * <p><b>Threads:</b> guarded by itself.
 */
final class Ledger {
  private static final long ABSENT = 0;
  private static final Deque<Long> NEVER_WRITTEN = new ArrayDeque<>(List.of(ABSENT));
  private static final int LONGEST_TEXT = 60_000;

  private final long seed;
  private final Map<String, Deque<Long>> possible = new LinkedHashMap<>();
  private final Map<Long, Integer> lengths = new HashMap<>();
  private long lastNumber;
  private long acknowledged;

  Ledger(long seed) {
    this.seed = seed;
  }

  /** One request: what number it writes under which keys, or that it removes them. */
  record Write(long number, boolean delete, List<String> keys) {
    long state() {
      return delete ? ABSENT : number;
    }
  }

  /** Notes a request that is about to be sent. */
  synchronized Write sending(boolean delete, List<String> keys) {
    Write write = new Write(++lastNumber, delete, keys);
    for (String key : keys) {
      possible.computeIfAbsent(key, k -> new ArrayDeque<>(List.of(ABSENT))).add(write.state());
    }
    return write;
  }

  /** As {@link #sending(boolean, List)}, with a text of this length instead of a random one. */
  synchronized Write sending(List<String> keys, int length) {
    Write write = sending(false, keys);
    lengths.put(write.number(), length);
    return write;
  }

  /** Notes that a request failed and changed nothing: its state must not be found. */
  synchronized void refused(Write write) {
    for (String key : write.keys()) {
      Deque<Long> states = possible.get(key);
      if (states != null) {
        states.removeLastOccurrence(write.state());
      }
    }
  }

  /** Notes that a request was acknowledged: what came before it cannot be found any more. */
  synchronized void acknowledged(Write write) {
    acknowledged++;
    write.keys().forEach(key -> forgetBefore(key, write.state()));
  }

  private void forgetBefore(String key, long number) {
    Deque<Long> states = possible.get(key);
    while (states != null && states.size() > 1 && states.peekFirst() != number) {
      states.removeFirst();
    }
  }

  /**
   * Compares what a reader was told about a key with what may be there; what came before that
   * cannot be found any more.
   *
   * @param value the live value, or null
   * @return one line for each thing that must not be
   */
  synchronized List<String> seen(String key, @Nullable JsonValue value) {
    long number = number(value);
    List<String> wrong = wrong(key, value, possible.getOrDefault(key, NEVER_WRITTEN));
    if (wrong.isEmpty()) {
      forgetBefore(key, number);
    }
    return wrong;
  }

  private static long number(@Nullable JsonValue value) {
    return value == null ? ABSENT : value.asJsonObject().getJsonNumber("number").longValue();
  }

  private List<String> wrong(String key, @Nullable JsonValue value, Deque<Long> states) {
    List<String> wrong = new ArrayList<>();
    long number = number(value);
    if (value != null && !value.equals(value(number))) {
      wrong.add("torn: " + key + " says number " + number + " but has other bytes");
    }
    if (!states.contains(number)) {
      wrong.add("lost: " + key + " is " + number + ", possible were " + states);
    }
    return wrong;
  }

  synchronized long acknowledged() {
    return acknowledged;
  }

  synchronized Set<String> keys() {
    return new TreeSet<>(possible.keySet());
  }

  /** Returns the value that a number stands for: its text can be checked byte for byte. */
  synchronized JsonObject value(long number) {
    return jakarta.json.Json.createObjectBuilder()
        .add("number", number)
        .add("text", text(number))
        .build();
  }

  private String text(long number) {
    Random random = new Random(seed * 31 + number);
    int some = random.nextInt(8) == 0 ? random.nextInt(LONGEST_TEXT) : random.nextInt(900);
    int length = lengths.getOrDefault(number, some);
    StringBuilder text = new StringBuilder(length);
    while (text.length() < length) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  /**
   * Compares what was found, and takes it as the new acknowledged state.
   *
   * @param found the live values
   * @param pairs keys that are only ever written together
   * @return one line for each thing that must not be
   */
  synchronized List<String> check(Map<String, JsonValue> found, List<List<String>> pairs) {
    List<String> wrong = new ArrayList<>();
    Map<String, Long> states = new LinkedHashMap<>();
    for (Map.Entry<String, Deque<Long>> entry : possible.entrySet()) {
      String key = entry.getKey();
      @Nullable JsonValue value = found.get(key);
      long number = number(value);
      states.put(key, number);
      wrong.addAll(wrong(key, value, entry.getValue()));
      entry.getValue().clear();
      entry.getValue().add(number);
    }
    for (List<String> pair : pairs) {
      long distinct = pair.stream().map(key -> states.getOrDefault(key, ABSENT)).distinct().count();
      if (distinct > 1) {
        wrong.add("half a commit: " + pair + " are " + pair.stream().map(states::get).toList());
      }
    }
    return wrong;
  }
}
