package io.undercroft.plugin.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a primary tells of its replicas, in the section {@code replication} of its INFO. It hears
 * from each once a second, and whenever somebody waits for a confirmation; so an offset may be a
 * second old.
 *
 * @param offset how much it has written for them, in bytes since an arbitrary beginning
 * @param replicas those that are connected
 */
record Replication(long offset, List<Replica> replicas) {
  /**
   * A replica that is connected.
   *
   * @param address host and port
   * @param online whether it follows; otherwise it still takes over the whole of the data
   * @param offset what it has confirmed
   * @param silentSeconds how long it has not been heard from
   */
  record Replica(String address, boolean online, long offset, long silentSeconds) {}

  static Replication of(Map<String, String> info) {
    List<Replica> replicas = new ArrayList<>();
    for (int i = 0; ; i++) {
      String line = info.get("slave" + i);
      if (line == null) {
        return new Replication(number(info.get("master_repl_offset")), List.copyOf(replicas));
      }
      Map<String, String> facts = new HashMap<>();
      for (String fact : line.split(",", -1)) {
        int equals = fact.indexOf('=');
        if (equals > 0) {
          facts.put(fact.substring(0, equals), fact.substring(equals + 1));
        }
      }
      replicas.add(
          new Replica(
              facts.getOrDefault("ip", "unknown") + ":" + facts.getOrDefault("port", "0"),
              "online".equals(facts.get("state")),
              number(facts.get("offset")),
              number(facts.get("lag"))));
    }
  }

  private static long number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }
}
